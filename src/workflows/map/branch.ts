/**
 * One page of a map run with an activity for each task: each with its own id, timeout and attempts in the Web UI.
 * The surprising rule: cancelled, it still writes what it has and answers its counts, since the run adds them up.
 */
import { given } from '../../core/given.ts';
import { oneLine } from '../../core/text/controls.ts';
import {
  CancellationScope,
  defineQuery,
  getExternalWorkflowHandle,
  isCancellation,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { createMap } from '../../activities/map/index.ts';
import {
  branchItemsQuery,
  type BranchItem,
  type BranchResult,
  type BranchTask,
  type RunItemInput,
  type RunItemOutput,
  type UnitInput,
  type UnitReport,
} from '../../core/map/types.ts';
import { gatherOptions } from '../../core/run-options.ts';
import type { TaskError, TaskResult } from '../../core/task.ts';
import { GrowingInterval } from '../../core/travel/growing-interval.ts';
import { proxyActivities } from '../activity.ts';
import { shownId } from '../shown-id.ts';
import { ownActivities } from '../own-activities.ts';
import { asCompleted } from '../verbs.ts';
import { progress } from '../live-control.ts';

type MapActivities = ReturnType<typeof createMap>;

const { openPage } = ownActivities(
  proxyActivities<MapActivities>({ startToCloseTimeout: '10 minutes', retry: { maximumAttempts: 20 } }),
);

/** In the workflow's own task: tasks that do not heed a cancel may hold all slots of the worker, and what there is must not wait for them. */
const { closePage } = ownActivities(
  proxyLocalActivities<MapActivities>({ startToCloseTimeout: '1 minute', retry: { maximumAttempts: 20 } }),
);

/** The errors, by name, of tasks that were open at the end: those of `cancelledError`. */
const openNames = new Set(['DeadlineExceededError', 'TaskCancelledError', 'TaskNotStartedError']);
const maxMessageCharacters = 500;

/**
 * The workflow of a page of a map run with an activity a task; a bundle made before exports it, and nobody starts it.
 *
 * @example export { mapBranch, mapItems, runTasks } from 'fanfold/workflow';
 */
export async function mapBranch(input: UnitInput): Promise<UnitReport> {
  const tasks = await openPage(input);
  setHandler(defineQuery<BranchItem[], [number?]>(branchItemsQuery), (most) => itemsOf(tasks, most));
  const results: BranchResult[] = [];
  let spent = 0;
  try {
    for await (const settled of settling(tasks, input)) {
      const { at } = tasks[Number(settled.id)] as BranchTask;
      spent += settled.attempts > 0 ? 1 : 0;
      results.push(asBranchResult(at, tasks[Number(settled.id)]?.id ?? '', settled));
      report(input, results);
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
  }
  const end = endOf(input);
  const closed = await CancellationScope.nonCancellable(() => closePage(input, results));
  return { ...closed, ...(closed.cut > 0 ? end : {}), ...(input.budget === undefined ? {} : { spent }) };
}

/** Its fan-out knows them by their places alone. */
function itemsOf(tasks: readonly BranchTask[], most?: number): BranchItem[] {
  const [all] = progress(most);
  return (all?.tasks ?? []).map((task) => ({
    ...task,
    id: tasks[Number(task.id)]?.id ?? task.id,
    activityId: shownId(task.id),
  }));
}

/** What ended it, if anything did before its tasks had settled. */
function endOf({ deadlineAt = Infinity }: UnitInput): Required<Pick<UnitReport, 'endedBy'>> {
  if (CancellationScope.current().consideredCancelled) return { endedBy: 'cancelled' };
  return { endedBy: Date.now() >= deadlineAt ? 'deadline' : 'rule' };
}

function settling(tasks: readonly BranchTask[], input: UnitInput): AsyncGenerator<TaskResult<RunItemOutput>> {
  const { runItem } = ownActivities(
    proxyActivities<{ runItem(given: RunItemInput): Promise<RunItemOutput> }>({
      travel: 'alone',
      retry: { maximumAttempts: input.attempts },
      ...given({ limit: input.limit, startToCloseTimeout: input.taskTimeoutMs }),
    }),
  );
  const { folder, part, from: page, activity, first, maxFailures, deadlineAt, taskTimeoutMs } = input;
  const hedge = given({ hedge: input.hedge });
  const budget = given({ budget: input.budget });
  const named = (task: BranchTask) => ({ summary: oneLine(`${activity}: ${shownId(task.id)}`, 200) });
  const run = (task: BranchTask): Promise<RunItemOutput> =>
    runItem.executeWithOptions(named(task), [
      { activity, input: task.input, key: { folder, part, page, at: task.at } },
    ]);
  return asCompleted(tasks, run, {
    // Ids need not differ, places do.
    id: (_task, index) => `${index}`,
    name: `page ${page}`,
    concurrency: input.width,
    ...gatherOptions<BranchTask, RunItemOutput>({ ...hedge, ...budget }),
    ...(first === undefined ? {} : { first: Math.min(first, Math.max(1, tasks.length)) }),
    ...given({ maxFailures }),
    // Waiting at a limit is no fault of the task's, so there only its calls are timed.
    ...(taskTimeoutMs === undefined || input.limit !== undefined ? {} : { taskTimeout: taskTimeoutMs }),
    ...(deadlineAt === undefined ? {} : { deadline: Math.max(0, deadlineAt - Date.now()) }),
  });
}

function asBranchResult(at: number, id: string, settled: TaskResult<RunItemOutput>): BranchResult {
  const { durationMs, attempts, startedAt } = settled;
  const times = { durationMs, attempts, ...given({ startedAt }) };
  // An activity may throw an error of that name, which is a failure like any other.
  if (!settled.success && settled.error.kind !== 'failed' && openNames.has(settled.error.name))
    return { at, result: { id, cut: true, ...times } };
  if (!settled.success) return { at, result: { id, success: false, error: boundedError(settled.error), ...times } };
  const { value, stored } = settled.result;
  const result: TaskResult = { id, success: true, result: value, durationMs, attempts, startedAt: settled.startedAt };
  return { at, result, ...given({ stored }) };
}

function boundedError(error: TaskError): TaskError {
  return { ...error, message: error.message.slice(0, maxMessageCharacters) };
}

/** A branch is one page, so its module has one reporter. */
let reportedAt = 0;
let waitMs = 0;
let interval: GrowingInterval | undefined;

/** Reports the counts so far to the run. */
function report({ number, tellMs }: UnitInput, results: readonly BranchResult[]): void {
  const now = Date.now();
  const { parent } = workflowInfo();
  if (!parent || now - reportedAt < waitMs) return;
  interval ??= new GrowingInterval(tellMs);
  waitMs = interval.next();
  reportedAt = now;
  let succeeded = 0;
  let failed = 0;
  for (const { result } of results) {
    if ('cut' in result) continue;
    if (result.success) succeeded++;
    else failed++;
  }
  // News that are lost come with the report.
  void getExternalWorkflowHandle(parent.workflowId)
    .signal('unitNews', { number, succeeded, failed })
    .catch(() => {});
}
