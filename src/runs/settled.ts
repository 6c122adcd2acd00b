/**
 * The results of a run whose workflow has them: asked of a worker, or taken from the run's end.
 * The surprising rule: fewer results than the run has tasks are an error, since who redrives would do again what succeeded.
 */
import type { Progress } from '../core/live/control.ts';
import { fanIn as merge, type FanIn } from '../core/fan-in.ts';
import { given } from '../core/given.ts';
import type { TaskResult } from '../core/task.ts';
import { FanfoldError } from '../errors.ts';
import { liveName, whereAnswered } from './live-names.ts';
import type { RunSummary, RunView } from './run-view.ts';
import type { RunSource } from './run-source.ts';

type Asked = Pick<RunSummary, 'runId' | 'kind'>;

/** Of so many tasks the order still fits into a message; of more they come in the order in which they settled. */
const orderedTasks = 20_000;

/** Whether it has the result of each of its tasks. */
export function isWhole({ results, successCount, failureCount }: FanIn): boolean {
  return results.length === successCount + failureCount;
}

/** Of each fan-out of a run. @throws what the client does, where no worker answers in time */
export function askProgress(
  { temporal: client, kinds }: RunSource,
  { runId, kind }: Asked,
  maxTasks: number,
): Promise<Progress[]> {
  return client.withDeadline(Date.now() + 3000, () =>
    client.workflow.getHandle(runId).query<Progress[], [number]>(liveName(kinds, kind, 'progress'), maxTasks),
  );
}

/** Without a name those of the fan-out that runs, or of the last. */
export async function* settledResults(
  { temporal, kinds }: RunSource,
  { runId, kind }: Asked,
  after = 0,
  name?: string,
): AsyncGenerator<TaskResult> {
  const query = liveName(kinds, kind, 'results');
  for (let position: number | undefined = after; position !== undefined;) {
    const page: { results: TaskResult[]; next?: number } = await temporal.workflow
      .getHandle(runId)
      .query(query, { after: position, limit: 200, ...given({ name }) });
    yield* page.results;
    position = page.next;
  }
}

/**
 * What a run had that its end does not carry, cancelled or too large; a worker is asked to replay.
 *
 * @returns undefined where it had no fan-out
 */
export async function readSettled(source: RunSource, run: Asked): Promise<FanIn | undefined> {
  const [progress] = await askProgress(source, run, orderedTasks).catch(() => askProgress(source, run, 0));
  if (!progress) return undefined;
  const results: TaskResult[] = [];
  for await (const result of settledResults(source, run, 0, progress.name)) results.push(result);
  const order = new Map(progress.tasks.map(({ id }, index) => [id, index]));
  results.sort((a, b) => (order.get(a.id) ?? Infinity) - (order.get(b.id) ?? Infinity));
  return merge(results, {
    elapsedMs: (progress.endedAt ?? Date.now()) - progress.startedAt,
    stoppedBy: progress.stoppedBy ?? 'cancelled',
    spent: progress.spent,
  });
}

/**
 * The result of each task of a run that is over; none where it ended before it began one.
 *
 * @throws {FanfoldError} of type `RunOpen` while it goes on, `Unreachable` where only a worker knows and none answers,
 *   `ResultsLost` where they are not as many as the run counted
 */
export async function settledOf(source: RunSource, view: RunView): Promise<readonly TaskResult[]> {
  const { runId, fanIn, status } = view;
  if (status === 'running') throw new FanfoldError('RunOpen', `Run '${runId}' still goes on`);
  if (fanIn && isWhole(fanIn)) return fanIn.results;
  const read = await whereAnswered(readSettled(source, view)).catch((error: unknown) => {
    const why = error instanceof Error ? `: ${error.message}` : '';
    const message = `What became of the tasks of run '${runId}' only a worker knows, and none answers${why}`;
    throw new FanfoldError('Unreachable', message);
  });
  const counted = fanIn ? fanIn.successCount + fanIn.failureCount : 0;
  if (read ? read.results.length >= counted : counted === 0) return read?.results ?? [];
  const message = `Run '${runId}' has ${counted} tasks, and results of ${read?.results.length ?? 0} are to be had`;
  throw new FanfoldError('ResultsLost', message);
}
