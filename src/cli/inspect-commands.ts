/** The commands that read runs: `runs`, `show`, `watch`. Only `watch` waits for the end, so only it exits 1 for a run that failed. */
import { resolve } from 'node:path';
import Table from 'cli-table3';
import type { Command } from 'commander';
import { oneLine } from '../core/text/controls.ts';
import type { DeadLetter } from '../runs/dead-letters.ts';
import type { RunSummary, RunView } from '../runs/run-view.ts';
import { isWhole } from '../runs/settled.ts';
import type { ExitCode } from './exit.ts';
import { answerRun, followToEnd } from './follow.ts';
import { action, addSharedOptions, type Invocation, type SharedOptions } from './invocation.ts';
import { faceOf } from './equipment.ts';
import { reportPage } from './report.ts';
import { serveRun } from './map.ts';
import { stdout, writeOutput } from './output.ts';
import { toNumber } from './run-options.ts';
import { painter, span, type Paint } from './text.ts';
import type { Session } from './session.ts';

interface RunsOptions extends SharedOptions {
  readonly limit: number;
}

export function addInspection(program: Command): void {
  const runs = program
    .command('runs')
    .description('list the runs, newest first')
    .option('--limit <n>', 'at most so many', toNumber, 50);
  addSharedOptions(runs).action(action(listRuns));
  const show = program
    .command('show')
    .description('the outcome of a run, or how far it is')
    .argument('<id>', 'the run');
  addSharedOptions(show).action(action(showRun));
  const page = program
    .command('report')
    .description('a self-contained page of a run: its tasks and their timeline')
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

async function listRuns(invocation: Invocation<RunsOptions>): Promise<void> {
  const { client } = await invocation.session();
  const views: RunSummary[] = [];
  const { limit } = invocation.options;
  // One more, to know whether there is one.
  for await (const view of client.list(limit + 1)) views.push(view);
  if (views.length > limit) {
    views.length = limit;
    invocation.say(`There are more than these ${limit}; --limit lists so many as it says`);
  }
  await invocation.answer(views, () => runsTable(views, painter(process.stdout)));
}

async function showRun(invocation: Invocation, runId: string): Promise<void> {
  await answerRun(invocation, await viewOf(await invocation.session(), runId));
}

interface ReportOptions extends SharedOptions {
  readonly output?: string;
}

async function writeReport(invocation: Invocation<ReportOptions>, runId: string): Promise<void> {
  const output = invocation.options.output ?? `${encodeURIComponent(runId)}.html`;
  invocation.willWrite(output);
  const view = await viewOf(await invocation.session(), runId);
  await writeOutput(output, reportPage(view, faceOf(view.kind)));
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
    .map(({ id, attempts, errors }) => `✗ ${oneLine(id)} after ${attempts} attempts: ${oneLine(errors.join('; '))}`)
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
  return followToEnd(invocation, runId);
}

/** The run, with a worker to ask about it where the server alone cannot answer. */
export async function viewOf(session: Session, runId: string): Promise<RunView> {
  const { temporal } = session.client;
  const status = await temporal.workflow
    .getHandle(runId)
    .describe()
    .then(
      (run) => run.status.name,
      () => 'UNKNOWN',
    );
  if (status === 'RUNNING' || status === 'CANCELLED') await session.needWorker('questions');
  return session.client.get(runId);
}

/** What a run had that ended otherwise than by its own workflow, or has too much for its end, only a worker knows. */
export async function needAnswers(session: Session, runId: string): Promise<void> {
  const { status, kind, fanIn } = await viewOf(session, runId);
  if (status === 'running' || kind === 'map' || (fanIn && isWhole(fanIn))) return;
  await session.needWorker('questions');
}

export function runsTable(views: readonly RunSummary[], paint: Paint): string {
  if (views.length === 0) return "There is no run yet. 'fanfold research' starts one";
  const table = new Table({
    head: ['run', 'kind', 'status', 'started', 'took'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { runId, kind, status, startedAt, closedAt } of views) {
    const colour = status === 'completed' ? 'green' : status === 'running' ? 'yellow' : 'red';
    const took = closedAt === undefined ? '' : span(closedAt - startedAt);
    table.push([
      runId,
      kind,
      paint(colour, status),
      new Date(startedAt).toISOString().slice(0, 19).replace('T', ' '),
      took,
    ]);
  }
  return [table.toString(), ...unreadableLines(views)].join('\n');
}

function unreadableLines(views: readonly RunSummary[]): string[] {
  const unreadable = views.flatMap(({ runId, unreadable: why }) => (why ? [{ runId, why }] : []));
  const [first] = unreadable;
  if (!first) return [];
  const ids = unreadable.map(({ runId }) => oneLine(runId, 250)).join(', ');
  return [`Not readable here, but for what this table has: ${ids}. ${first.why.message}`];
}
