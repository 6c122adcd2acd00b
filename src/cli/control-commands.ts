/** The commands that act on a run: `settle`, `extend`, `cancel`, `add`, `redrive`. A worker must take each, so one is found or started. */
import { startTimer } from '../core/clock.ts';
import { given } from '../core/given.ts';
import type { Command } from 'commander';
import type { FanOutName } from '../runs/live-names.ts';
import type { Duration } from '../core/duration.ts';
import { milliseconds } from '../core/duration.ts';
import { FanfoldError } from '../errors.ts';
import type { ExitCode } from './exit.ts';
import { answerRun, followToEnd } from './follow.ts';
import { needAnswers, viewOf } from './inspect-commands.ts';
import { parseLines, readAll } from './input.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';
import { serveRun } from './map.ts';
import { addRunOptions, runOptions } from './run-options.ts';
import type { Session } from './session.ts';
import { sayJoined } from './start.ts';

interface TargetOptions extends SharedOptions {
  readonly fanOut?: string;
}

/** A worker that is there answers in milliseconds. */
const answerMs = 30_000;
const closeMs = 5000;

export function addSteering(program: Command): void {
  const command = (name: string, description: string): Command => {
    const added = program.command(name).description(description).argument('<id>', 'the run');
    return addSharedOptions(added);
  };
  const fanOut = ['--fan-out <name>', 'which fan-out of the run, where it has several'] as const;
  command('settle', 'go on with what there is')
    .option(...fanOut)
    .action(action(settle));
  command('extend', 'move the deadline')
    .argument('<time>', 'by how much, such as 30s')
    .option(...fanOut)
    .action(action(extend));
  command('cancel', 'cancel a run, or one task of it').argument('[task]', 'the id of the task').action(action(cancel));
  command('add', 'add tasks to a run')
    .argument('<items>', 'a file of JSON lines, or -')
    .option(...fanOut)
    .action(action(add));
  addRunOptions(command('redrive', 'do again only what failed, was cancelled or never started')).action(
    action(redrive),
  );
}

function settle(invocation: Invocation<TargetOptions>, runId: string): Promise<void> {
  return change(invocation, runId, ({ client }) => client.settle(runId, targetOf(invocation)));
}

function extend(invocation: Invocation<TargetOptions>, runId: string, time: string): Promise<void> {
  milliseconds(time as Duration, 'time');
  return change(invocation, runId, ({ client }) => client.extend(runId, time as Duration, targetOf(invocation)));
}

async function add(invocation: Invocation<TargetOptions>, runId: string, file: string): Promise<void> {
  const items = parseLines(await readAll(file), file);
  if (items.length === 0) throw new FanfoldError('InvalidInput', `${file} has no items`, 'items');
  return change(invocation, runId, ({ client }) => client.add(runId, items, targetOf(invocation)));
}

function cancel(invocation: Invocation, runId: string, task?: string): Promise<void> {
  return change(invocation, runId, async ({ client }) => {
    await client.cancel(runId, task);
    // It reaches the run at once, but may have to clean up.
    if (task === undefined) await within(closeMs, client.result(runId)).catch(() => {});
  });
}

async function change(
  invocation: Invocation,
  runId: string,
  make: (session: Session) => Promise<unknown>,
): Promise<void> {
  const session = await invocation.session();
  const { status } = await viewOf(session, runId);
  if (status !== 'running') throw new FanfoldError('RunClosed', `Run '${runId}' is over (${status})`);
  await within(answerMs, make(session));
  await answerRun(invocation, await session.client.get(runId));
}

async function redrive(invocation: Invocation, runId: string): Promise<ExitCode> {
  const session = await invocation.session();
  await serveRun(session, runId);
  await needAnswers(session, runId);
  await session.beginWhereServed();
  const options = runOptions(invocation.options);
  const { id } = invocation.options;
  const started = await session.client.redrive(runId, { options, ...given({ id }) });
  if (started.created) invocation.say(`Run '${started.runId}' redrives '${runId}'`);
  sayJoined(invocation, started);
  return followToEnd(invocation, started.runId);
}

function targetOf({ options }: Invocation<TargetOptions>): FanOutName {
  return given({ name: options.fanOut });
}

async function within<R>(milliseconds_: number, work: Promise<R>): Promise<R> {
  let stop: (() => void) | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const message = `No worker answered within ${milliseconds_ / 1000} s. Is one running? 'fanfold worker' starts one`;
    stop = startTimer(milliseconds_, () => reject(new FanfoldError('Unreachable', message)));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop?.();
  }
}
