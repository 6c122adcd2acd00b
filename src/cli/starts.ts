/** The commands that start a run and follow it: `research`, `tasks`. A run that the id names already is joined instead. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { RunKind } from '../core/run.ts';
import { FanfoldError } from '../runs/error.ts';
import type { RunInputs } from '../runs/start.ts';
import type { ExitCode } from './exit.ts';
import { followToEnd } from './follow.ts';
import { readAll, parse } from './input.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';
import { addRunOptions, runOptions } from './run-options.ts';

/** The packages that every installation brings can answer this one from their documents. */
const demoQuestion = 'How do durable workflows handle retries, timeouts and cancellation?';

interface ResearchOptions extends SharedOptions {
  readonly source?: string[];
  readonly folder?: string[];
}

export function addStarts(program: Command): void {
  const research = program
    .command('research')
    .description('ask every source side by side and write one answer from what came back')
    .argument('[question...]', 'what to find out; without one, a question that fanfold’s own documents answer')
    .option('--source <name>', 'a source to ask (repeatable)', collect)
    .option('--folder <path>', 'a folder of documents to ask (repeatable)', collect);
  addSharedOptions(addRunOptions(research)).action(action(startResearch));

  const tasks = program
    .command('tasks')
    .description('run registered activities as data: { "tasks": [{ "id", "activity", "input" }], "options": {} }')
    .argument('<file>', 'a JSON file, or - for stdin');
  addSharedOptions(addRunOptions(tasks)).action(action(startTasks));
}

async function startResearch(invocation: Invocation<ResearchOptions>, words: readonly string[]): Promise<ExitCode> {
  const question = words.length === 0 ? demoQuestion : words.join(' ').trim();
  if (question === '') throw new FanfoldError('InvalidInput', 'The question is empty', 'question');
  const { source: sources, folder: folders = [] } = invocation.options;
  const input = {
    question,
    ...(sources ? { sources } : {}),
    ...(folders.length > 0 ? { folders: folders.map(existingFolder) } : {}),
    options: runOptions(invocation.options),
  };
  return startAndFollow(invocation, 'research', input, question);
}

async function startTasks(invocation: Invocation, file: string): Promise<ExitCode> {
  const policy = runOptions(invocation.options);
  const given = parse(await readAll(file), file) as RunInputs['tasks'] | null;
  if (!Array.isArray(given?.tasks)) throw new FanfoldError('InvalidInput', `${file} has no list \`tasks\``, 'tasks');
  return startAndFollow(invocation, 'tasks', { ...given, options: { ...given.options, ...policy } });
}

/** The run's end as the command's answer. */
export async function startAndFollow<K extends RunKind>(
  invocation: Invocation,
  kind: K,
  input: RunInputs[K],
  question?: string,
): Promise<ExitCode> {
  return followToEnd(invocation, await begin(invocation, kind, input), question);
}

/** Starts the run, or joins the one that `--id` names; resolves with its id. */
export async function begin<K extends RunKind>(invocation: Invocation, kind: K, input: RunInputs[K]): Promise<string> {
  const { client } = await invocation.session();
  const { id } = invocation.options;
  // Known before it is started, so that an interruption in between names it as well.
  if (id !== undefined) invocation.runId = id;
  const { runId, created } = await client.start(kind, input, id === undefined ? {} : { id });
  if (!created) invocation.say(`Joined run '${runId}', which was there already`);
  return runId;
}

function existingFolder(path: string): string {
  const folder = resolve(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new FanfoldError('InvalidInput', `--folder ${path}: there is no such folder`, 'folder');
}

export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
