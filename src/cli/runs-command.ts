/** The command that lists runs: all of them, those that failed, or those that cannot go on, with why. */
import type { Command } from 'commander';
import { milliseconds, type Duration } from '../core/duration.ts';
import { given } from '../core/given.ts';
import { oneLine } from '../core/text/controls.ts';
import { FanfoldError } from '../errors.ts';
import { listStuck } from '../runs/list-stuck.ts';
import type { RunFilter } from '../runs/list.ts';
import { listWaiting, type WaitingAsked } from '../runs/list-waiting.ts';
import type { RunSource } from '../runs/run-source.ts';
import type { Stuck } from '../runs/run-stuck.ts';
import type { RunSummary } from '../runs/run-view.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';
import { costText } from './costs.ts';
import { toNumber } from './run-options.ts';
import { tableText, terminalWidth, widthOf, type TableText } from './table.ts';
import { many, painter, span, truncateToWidth, type Paint } from './text.ts';

interface RunsOptions extends SharedOptions {
  readonly limit: number;
  readonly kind?: string;
  readonly since?: string;
  readonly failed?: true;
  readonly stuck?: true;
  readonly waiting?: true;
}

type ListedRun = RunSummary & { readonly stuck?: Stuck };

/** Open runs that are looked at for those that cannot go on, or that wait for a person. */
const mostOpen = 1000;
/** Columns of what a run was asked. */
const longestAsked = 100;
const leastAsked = 24;

export function addRuns(program: Command): void {
  const runs = program
    .command('runs')
    .description('list the runs, newest first')
    .option('--limit <n>', 'at most so many', toNumber, 50)
    .option('--kind <kind>', 'only those of this kind')
    .option('--since <time>', 'only those that started so long ago or later, such as 1d')
    .option('--failed', 'only those that failed')
    .option('--stuck', 'only open ones that cannot go on, with why')
    .option('--waiting', 'only open ones that wait for a person');
  addSharedOptions(runs).action(action(listRuns));
}

async function listRuns(invocation: Invocation<RunsOptions>): Promise<void> {
  const { limit, kind, since, failed, stuck, waiting } = invocation.options;
  assertOne(invocation.options);
  const ago = since === undefined ? undefined : milliseconds(since as Duration, '--since');
  const filter = given({ kind, since: ago === undefined ? undefined : Date.now() - ago });
  const { client } = await invocation.session();
  const views: ListedRun[] = [];
  const found = waiting
    ? await waitingRuns(invocation, client, { limit: limit + 1, mostLooked: mostOpen }, filter)
    : stuck
      ? listStuck(client, mostOpen, filter)
      : client.list(limit + 1, { ...filter, ...(failed ? { which: 'failed' } : {}) });
  // One more, to know whether there is one.
  for await (const view of found) if (views.push(view) > limit) break;
  if (views.length > limit) {
    views.length = limit;
    invocation.say(`There are more than these ${limit}; --limit lists so many as it says`);
  }
  const none = noneOf(invocation.options);
  const { listedWithCosts } = await import('../runs/costs.ts');
  const shown = await listedWithCosts(client.temporal, views);
  await invocation.answer(shown, () => runsTable(shown, painter(process.stdout), { none, width: terminalWidth() }));
}

/** What is said where there is none; that all go on only where all were looked at. */
function noneOf({ kind, since, failed, stuck, waiting }: RunsOptions): string {
  if (stuck && kind === undefined && since === undefined) return `Each of the newest ${mostOpen} open runs goes on`;
  return [kind, since, failed, stuck, waiting].every((each) => each === undefined) ? noRuns : 'There is no such run';
}

/** @throws {FanfoldError} of type `InvalidInput` where two of them are asked for, which no run is at once */
function assertOne({ failed, stuck, waiting }: Pick<RunsOptions, 'failed' | 'stuck' | 'waiting'>): void {
  if (failed && stuck)
    throw new FanfoldError('InvalidInput', 'A run that failed does not go on: it is --failed or --stuck', 'stuck');
  if (waiting && (failed ?? stuck))
    throw new FanfoldError('InvalidInput', 'A run that waits for a person goes on: --waiting stands alone', 'waiting');
}

async function waitingRuns(
  invocation: Invocation<RunsOptions>,
  source: RunSource,
  ...asked: [WaitingAsked, RunFilter]
): Promise<readonly RunSummary[]> {
  const [{ limit, mostLooked }] = asked;
  const { runs, unknown, next } = await listWaiting(source, ...asked);
  if (next !== undefined && runs.length < limit)
    invocation.say(
      `Only the newest ${mostLooked} open runs were looked at; --kind and --since say which of them matter`,
    );
  if (unknown > 0)
    invocation.say(
      `Of ${many(unknown, 'open run')} it is not known: no worker answered for them, or the namespace has no FanfoldWaiting ('fanfold namespace setup' adds it)`,
    );
  return runs;
}

function stuckLines(views: readonly ListedRun[]): string[] {
  return views.flatMap(({ runId, stuck }) =>
    stuck ? [`${oneLine(runId, 250)} cannot go on: ${oneLine(stuck.message, 1000)}`] : [],
  );
}

const noRuns = "There is no run yet. 'fanfold research' starts one";

/** @param width a table that is wider is written as lines, which a narrow terminal does not tear @default any */
export function runsTable(
  views: readonly ListedRun[],
  paint: Paint,
  { none = noRuns, width = Infinity }: { readonly none?: string; readonly width?: number } = {},
): string {
  if (views.length === 0) return none;
  const hasCosts = views.some(({ costs }) => costs !== undefined);
  const head = ['run', 'kind', 'status', 'started', 'took', ...(hasCosts ? ['cost'] : [])];
  const rows = views.map((view) => [
    ...rowOf(view, paint),
    ...(hasCosts ? [view.costs ? costText(view.costs) : ''] : []),
  ]);
  const asked = views.map((view) => oneLine(view.asked ?? '', longestAsked));
  const table = tableText(withAsked({ head, rows }, asked, width), width);
  return [table, ...unreadableLines(views), ...stuckLines(views)].join('\n');
}

/** As much of what was asked as the terminal has room for beside the rest; all of it where it has too little for a column. */
function withAsked({ head, rows }: TableText, asked: readonly string[], width: number): TableText {
  if (asked.every((text) => text === '')) return { head, rows };
  const room = width - widthOf({ head, rows }) - '  │'.length;
  const most = room < leastAsked ? longestAsked : room;
  return {
    head: [...head, 'asked'],
    rows: rows.map((row, at) => [...row, truncateToWidth(asked[at] ?? '', most)]),
  };
}

function rowOf({ runId, kind, status, startedAt, closedAt, waits, stuck }: ListedRun, paint: Paint): string[] {
  const colour = status === 'completed' ? 'green' : status === 'running' ? 'yellow' : 'red';
  return [
    runId,
    kind,
    paint(colour, stuck ? 'cannot go on' : waits ? 'waits for a person' : status),
    new Date(startedAt).toISOString().slice(0, 19).replace('T', ' '),
    closedAt === undefined ? '' : span(closedAt - startedAt),
  ];
}

function unreadableLines(views: readonly RunSummary[]): string[] {
  const unreadable = views.flatMap(({ runId, unreadable: why }) => (why ? [{ runId, why }] : []));
  const [first] = unreadable;
  if (!first) return [];
  const ids = unreadable.map(({ runId }) => oneLine(runId, 250)).join(', ');
  return [`Not readable here, but for what this table has: ${ids}. ${first.why.message}`];
}
