/** The commands that read runs: `runs`, `show`, `watch`. Only `watch` waits for the end, so only it exits 1 for a run that failed; `show` does where the results cannot be read. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { given } from '../core/given.ts';
import { oneLine } from '../core/text/controls.ts';
import type { DeadLetter } from '../runs/dead-letters.ts';
import type { TaskResult } from '../core/task.ts';
import { queueOfRun } from '../runs/run-queue.ts';
import type { RunView } from '../runs/run-view.ts';
import { isWhole } from '../runs/settled.ts';
import { callOf, exitCodes, type ExitCode } from './exit.ts';
import { answerEnd, answerRun, follow } from './follow.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';
import { faceOf } from './equipment.ts';
import { reportPage } from './report.ts';
import { LostResults } from './lost-results.ts';
import { serveRun } from './map.ts';
import { stdout, writeOutput } from './output.ts';
import { addRuns } from './runs-command.ts';
import type { Session } from './session.ts';
import { many } from './text.ts';

export function addInspection(program: Command): void {
  addRuns(program);
  const show = program
    .command('show')
    .description('the outcome of a run, or how far it is')
    .argument('<id>', 'the run');
  addSharedOptions(show).action(action(showRun));
  const page = program
    .command('report')
    .description('a run as one file: the page’s view of it, which opens without a network')
    .argument('<id>', 'the run')
    .option('-o, --output <file>', 'where it is written; <id>.html unless given');
  addSharedOptions(page).action(action(writeReport));
  const letters = program
    .command('dead-letters')
    .description('the tasks of a run that have no result: input, errors, attempts')
    .argument('<id>', 'the run');
  addSharedOptions(letters).action(action(listDeadLetters));
  const watch = program.command('watch').description('follow a run to its end').argument('<id>', 'the run');
  addSharedOptions(watch).action(action(watchRun));
}

async function showRun(invocation: Invocation, runId: string): Promise<ExitCode> {
  const view = await viewOf(await invocation.session(), runId);
  await answerRun(invocation, view, view.asked);
  await sayWaiting(invocation, view);
  // Its counts are those of the run, which had them; that it failed is an answer, that it cannot be read is none.
  const lost = new LostResults(view.fanIn?.results);
  const code = lost.codeOf(invocation, view);
  return lost.count > 0 || view.resultsProblem ? code : exitCodes.done;
}

/** A file that a browser still opens; it says how many more there are. */
const reportedTasks = 20_000;

async function firstResults({ client }: Session, runId: string): Promise<TaskResult[]> {
  const results: TaskResult[] = [];
  for await (const result of client.results(runId)) {
    results.push(result);
    if (results.length === reportedTasks) break;
  }
  return results;
}

interface ReportFlags extends SharedOptions {
  readonly output?: string;
}

async function writeReport(invocation: Invocation<ReportFlags>, runId: string): Promise<void> {
  const output = invocation.options.output ?? `${encodeURIComponent(runId)}.html`;
  invocation.willWrite(output);
  const session = await invocation.session();
  const view = await viewOf(session, runId);
  const results = view.resultsInPages && !view.resultsProblem ? await firstResults(session, runId) : undefined;
  const { seeDocument } = await import('../runs/see.ts');
  const markdown = await seeDocument(session.client, view);
  await writeOutput(output, reportPage(view, { face: faceOf(view.kind), results, markdown }));
  const file = output === stdout ? stdout : resolve(output);
  await invocation.answer({ runId, file }, () => `Written to ${file}`);
}

async function listDeadLetters(invocation: Invocation, runId: string): Promise<void> {
  const session = await invocation.session();
  await needAnswers(session, runId);
  const letters = await session.client.deadLetters(runId);
  await invocation.answer(letters, () => deadLettersText(letters) || `Every task of ${oneLine(runId)} has its result`);
}

export function deadLettersText(letters: readonly DeadLetter[]): string {
  return letters
    .map(
      ({ id, attempts, errors }) =>
        `✗ ${oneLine(id)} after ${many(attempts, 'attempt')}: ${oneLine(errors.join('; '))}`,
    )
    .join('\n');
}

async function watchRun(invocation: Invocation, runId: string): Promise<ExitCode> {
  const session = await invocation.session();
  // A run that does not exist is reported before a worker is started for it.
  await session.client.temporal.workflow
    .getHandle(runId)
    .describe()
    .catch(() => session.client.get(runId));
  await serveRun(session, runId);
  return answerEnd(invocation, await follow(invocation, runId, whileWaiting(invocation)));
}

/** Says once what the run waits for; who watches it goes on to its end. */
function whileWaiting(invocation: Invocation): (view: RunView) => Promise<false> {
  let isSaid = false;
  return async (view) => {
    isSaid ||= await sayWaiting(invocation, view);
    return false;
  };
}

/** Until when an answer that is there waits for a person, and how that is said; whether it does. */
async function sayWaiting(invocation: Invocation, view: RunView): Promise<boolean> {
  const { client } = await invocation.session();
  const { seeOpenAnswer } = await import('../runs/see.ts');
  // As long as nobody can be asked there is nothing to be told.
  const open = await seeOpenAnswer(client, view).catch(() => undefined);
  const about = { runId: view.runId, input: open?.input ?? {}, callOf };
  const waiting = open && faceOf(view.kind)?.waiting?.(open.answer, about);
  if (waiting !== undefined) invocation.say(waiting);
  return waiting !== undefined;
}

/** The run, with a worker to ask about it where the server alone cannot answer. */
export async function viewOf(session: Session, runId: string): Promise<RunView> {
  const { temporal } = session.client;
  const described = await temporal.workflow
    .getHandle(runId)
    .describe()
    .catch(() => undefined);
  const status = described?.status.name;
  // It loads the SDK, which `--help` does not wait for.
  const { stuckOf } = await import('../runs/stuck.ts');
  // Before this command brings a worker, which would be somebody who polls.
  const stuck = described && status === 'RUNNING' ? await stuckOf(temporal, described) : undefined;
  if (status === 'RUNNING' || status === 'CANCELLED') await session.needWorker('questions', queueOfRun(described));
  const view = await session.client.get(runId);
  return view.status === 'running' ? { ...given({ stuck }), ...view } : view;
}

/** What a run had that ended otherwise than by its own workflow, or has too much for its end, only a worker knows. */
export async function needAnswers(session: Session, runId: string): Promise<void> {
  const { status, kind, fanIn } = await viewOf(session, runId);
  if (status === 'running' || kind === 'map' || (fanIn && isWhole(fanIn))) return;
  await session.needWorker('questions', await session.queueOf(runId));
}
