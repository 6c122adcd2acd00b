/** Starting a run and following it, and the command `tasks`. A run that the id names already is joined instead. */
import type { Command } from 'commander';
import { given } from '../core/given.ts';
import type { RunContext, RunTasksInput } from '../core/run.ts';
import { FanfoldError } from '../errors.ts';
import type { Started } from '../runs/join.ts';
import type { Kind } from '../runs/kind.ts';
import { tasksKind } from '../runs/kinds.ts';
import type { ExitCode } from './exit.ts';
import { followToEnd } from './follow.ts';
import { readAll, parse } from './input.ts';
import { action, addSharedOptions, type Invocation } from './invocation.ts';
import { addRunOptions, runOptions } from './run-options.ts';

export function addStarts(program: Command): void {
  const tasks = program
    .command('tasks')
    .description('run registered activities as data: { "tasks": [{ "id", "activity", "input" }], "options": {} }')
    .argument('<file>', 'a JSON file, or - for stdin');
  addSharedOptions(addRunOptions(tasks)).action(action(startTasks));
}

async function startTasks(invocation: Invocation, file: string): Promise<ExitCode> {
  const policy = runOptions(invocation.options);
  const read = parse(await readAll(file), file) as RunTasksInput | null;
  if (!Array.isArray(read?.tasks)) throw new FanfoldError('InvalidInput', `${file} has no list \`tasks\``, 'tasks');
  const session = await invocation.session();
  await session.beginWhereServed();
  // A worker that is here before the run can say what may be named.
  await invocation.interruptible(session.needWorker('runs'));
  return startAndFollow(invocation, tasksKind, { ...read, options: { ...read.options, ...policy } });
}

/**
 * The run's end as the command's answer.
 *
 * @example command.action(action((invocation, pages: string[]) => startAndFollow(invocation, digestKind, { pages })));
 */
export async function startAndFollow<I extends RunContext>(
  invocation: Invocation,
  kind: Kind<I>,
  input: I,
  question?: string,
): Promise<ExitCode> {
  return followToEnd(invocation, await begin(invocation, kind, input), question);
}

/**
 * Starts the run, or joins the one that `--id` names; resolves with its id.
 *
 * @example const runId = await begin(invocation, digestKind, { pages });
 */
export async function begin<I extends RunContext>(invocation: Invocation, kind: Kind<I>, input: I): Promise<string> {
  const session = await invocation.session();
  await session.beginWhereServed();
  const { id } = invocation.options;
  // Known before it is started, so that an interruption in between names it as well.
  if (id !== undefined) invocation.runId = id;
  const started = await session.client.start(kind, input, given({ id }));
  sayJoined(invocation, started);
  return started.runId;
}

/** Says so where the run was there already, and where other options were asked of it than it has. */
export function sayJoined(invocation: Invocation, { runId, created, otherOptions }: Started): void {
  if (created) return;
  const kept =
    otherOptions === true ? ': it keeps the options that it began with, which are others than those given now' : '';
  invocation.say(`Joined run '${runId}', which was there already${kept}`);
}

/**
 * An option that may be given several times, for its parser.
 *
 * @example command.option('--source <name>', 'a source to ask', collect);
 */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
