/** The command that shows limits: `limits`, once or until Ctrl-C. */
import { createLogUpdate } from 'log-update';
import type { Command } from 'commander';
import type { LimitView } from '../limits/view.ts';
import { writeJson } from './exit.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';
import { tableText, terminalWidth } from './table.ts';
import { shown, span } from './text.ts';

interface LimitsOptions extends SharedOptions {
  readonly watch?: true;
}

const everyMs = 500;

export function addLimits(program: Command): void {
  const limits = program
    .command('limits')
    .description('each named limit: in flight, queued, what it has learned, how often it was refused')
    .option('--watch', 'again and again, until Ctrl-C; with --json a line each time');
  addSharedOptions(limits).action(action(showLimits));
}

async function showLimits(invocation: Invocation<LimitsOptions>): Promise<void> {
  const session = await invocation.session();
  await session.lookWhereServed();
  const { client } = session;
  if (invocation.options.watch) return watchLimits(invocation, () => client.limits());
  const views = await client.limits();
  await invocation.answer(views, () => limitsTable(views, Date.now(), terminalWidth()));
}

async function watchLimits(
  invocation: Invocation<LimitsOptions>,
  readViews: () => Promise<LimitView[]>,
): Promise<void> {
  const update = createLogUpdate(process.stdout);
  for (;;) {
    const views = await readViews();
    if (invocation.json) await writeJson(JSON.stringify(views));
    else update(shown(limitsTable(views, Date.now(), terminalWidth()), process.stdout));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

export function limitsTable(views: readonly LimitView[], now: number, width = Infinity): string {
  if (views.length === 0) return 'There is no limit: fanfold.config.ts or fanfold.config.json names them';
  const head = ['limit', 'in flight', 'queued', 'at once', 'a second', 'throttled', 'workers', ''];
  return tableText({ head, rows: views.map((view) => rowOf(view, now)) }, width);
}

function rowOf(view: LimitView, now: number): string[] {
  const { name, inFlight, queued, concurrency, perSecond, throttled, processes, pausedUntil, tokensLeft } = view;
  const notes = [
    ...(processes === 0 ? ['no worker serves it'] : []),
    ...(pausedUntil === undefined ? [] : [`asked to wait ${span(Math.max(0, pausedUntil - now))}`]),
    ...(tokensLeft === undefined ? [] : [`${tokensLeft} tokens left`]),
  ];
  const rate = perSecond === undefined ? 'any' : perSecond.toFixed(perSecond < 10 ? 1 : 0);
  const numbers = [inFlight, queued, concurrency, rate, throttled, processes].map(String);
  return [name, ...numbers, notes.join(', ')];
}
