/**
 * A pack: many tasks in one activity, each with its own timeout, attempts and result.
 * The heartbeat carries the finished results, the older ones by way of the store, so that a retried
 * pack skips them.
 */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { cancelledError } from '../../core/cancelled-error.ts';
import type { PackCheckpoint, PackInput, PackOutput, PackTask } from '../../core/travel/pack.ts';
import { Runner } from '../../core/travel/runner.ts';
import type { TaskResult } from '../../core/task.ts';
import proto from '../../packages/temporal-proto.ts';
import { describeExecution } from '../../store/executions.ts';
import { runPrefix, toSegment } from '../../store/keys.ts';
import type { Store } from '../../store/store.ts';
import { activityNamed } from '../activity-named.ts';
import type { FindActivity } from '../find-activity.ts';
import { Checkpoint, recovered, checkpointIn } from './checkpoint.ts';
import { PackReports } from './pack-reports.ts';
import { reportedBefore, reportId } from './reported.ts';
import { resultOf, toResultLine } from './result.ts';
import { runToEnd } from './run-to-end.ts';
import { asTask } from './task-context.ts';

type Activity = (...args: unknown[]) => unknown;

/** A message above 2 MB is refused, and a character may take more than a byte. */
const maxLocalCharacters = 600_000;
/** A local pack begins at once: one that was sent longer ago may be a replay. */
const replayedMs = 250;
const goesOn = proto.temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;

/** The activities that run packs of the activities they are given. */
export function createPack(find: FindActivity, store: Store) {
  return {
    async runPack(input: PackInput): Promise<PackOutput> {
      const activity = activityNamed(find, input.activity);
      const context = Context.current();
      const prefix = spillsOf(context.info.activityId);
      const before = checkpointIn(context.info.heartbeatDetails);
      const known = await finishedBefore(store, prefix, before);
      if (context.info.attempt > 1)
        for (const [at, result] of await reportedBefore(input, context)) if (!known.has(at)) known.set(at, result);
      const checkpoint = new Checkpoint(store, prefix, { before, attempt: context.info.attempt }, (now) =>
        context.heartbeat(now),
      );
      const news = reportsOf(input, context);
      try {
        return await runTasks(input, activity, known, context, (at, line, result) => {
          checkpoint.add([0, at, line]);
          news?.add(result, line.length);
        });
      } finally {
        news?.end();
        await checkpoint.end();
      }
    },
    /** What a pack that died for good had finished, by its last checkpoint. */
    async recoverPack({
      activityId,
      told: checkpoint,
    }: {
      activityId: string;
      told: PackCheckpoint;
    }): Promise<TaskResult[]> {
      return [...(await finishedBefore(store, spillsOf(activityId), checkpoint)).values()];
    },
  };
}

/** Where in the store a pack of this workflow leaves what its heartbeat cannot carry. */
function spillsOf(activityId: string): string {
  const { namespace, workflowExecution } = Context.current().info;
  const { workflowId = '', runId = '' } = workflowExecution ?? {};
  return `${runPrefix(namespace, workflowId)}${toSegment(runId)}/packs/${toSegment(activityId)}/`;
}

/** Finished results of an attempt that died, by the position of the task. */
async function finishedBefore(
  store: Store,
  prefix: string,
  checkpoint: PackCheckpoint | undefined,
): Promise<Map<number, TaskResult>> {
  const lines = (await recovered(store, prefix, checkpoint)).get(0) ?? new Map<number, string>();
  return new Map([...lines].map(([at, line]) => [at, JSON.parse(line) as TaskResult]));
}

function reportsOf(input: PackInput, context: Context): PackReports | undefined {
  const id = reportId(input, context);
  return id === undefined ? undefined : new PackReports(context, id, input.calls === true);
}

/**
 * For packs that are short enough to be repeated whole: no heartbeat, no checkpoint. It reports nothing either, as a signal
 * that comes while the workflow's last task is open makes the server refuse its end, and then the whole pack runs again.
 */
export function createLocalPack(find: FindActivity) {
  return {
    async runLocalPack(input: PackInput): Promise<PackOutput> {
      const activity = activityNamed(find, input.activity);
      const context = Context.current();
      await refuseReplay(input, context);
      return boundedResults(await runTasks(input, activity, new Map(), context));
    },
  };
}

/**
 * A look at a run that was terminated replays it on a worker, which then begins anew the local activities that were in flight.
 *
 * @throws {ApplicationFailure} of type `RunOver`, so that no task runs again of a run that is over
 */
async function refuseReplay({ sentAt }: PackInput, { client, info }: Context): Promise<void> {
  const { workflowExecution } = info;
  if (sentAt === undefined || Date.now() - sentAt < replayedMs || !workflowExecution) return;
  const { workflowId, runId } = workflowExecution;
  const { raw } = (await describeExecution(client, workflowId, runId)) ?? {};
  if (raw?.workflowExecutionInfo?.status !== goesOn) {
    const message = 'The run was over before this task had a result';
    throw ApplicationFailure.nonRetryable(message, 'RunOver');
  }
}

/** What goes into one message; a result that does not is a failure of its task alone. */
function boundedResults(results: PackOutput): PackOutput {
  let characters = 0;
  return results.map((result) => {
    const length = JSON.stringify(result).length;
    characters += length;
    if (!result.success || characters <= maxLocalCharacters) return result;
    characters -= length;
    const { result: _result, ...rest } = result;
    const message = `The result has ${length} characters, more than is left of the ${maxLocalCharacters} that fit`;
    return { ...rest, success: false, error: { kind: 'failed', name: 'ResultTooLarge', message, retryable: false } };
  });
}

interface Placed {
  readonly task: PackTask;
  readonly at: number;
}

async function runTasks(
  input: PackInput,
  activity: Activity,
  known: ReadonlyMap<number, TaskResult>,
  context: Context,
  finished: (at: number, line: string, result: TaskResult) => void = () => {},
): Promise<PackOutput> {
  const begunAt = Date.now();
  const results = new Map(known);
  const tally = tallyOf(known.values());
  const open = [input.tasks.flatMap((task, at): Placed[] => (known.has(at) ? [] : [{ task, at }]))];
  const runner = new Runner<Placed>(input, {
    supply: async () => open.shift(),
    run: (running) => {
      const { id, callId = id, input: given } = running.task.task;
      return input.calls
        ? asTask(context, callId, running, activity, given as unknown[], input.activity)
        : asTask(context, callId, running, activity, [given]);
    },
    settled: (running, outcome) => {
      const { task, at } = running.task;
      const [line, result] = toResultLine(resultOf(task.id, running, outcome, input.calls));
      results.set(at, result);
      tally[result.success ? 'succeeded' : 'failed']++;
      // What timed out may end otherwise in another attempt of the pack.
      if (result.success || result.error.kind === 'failed') finished(at, line, result);
    },
    tally: () => tally,
    endsAt: ({ task }) => task.endsAt,
  });
  try {
    const end = await runToEnd(runner, context);
    if (end === 'cancelled') await context.cancelled;
    const deadlineMs = input.deadlineAt === undefined ? undefined : Math.max(0, input.deadlineAt - begunAt);
    for (const running of runner.running)
      results.set(
        running.task.at,
        resultOf(running.task.task.id, running, { error: cancelledError(end, running, deadlineMs) }),
      );
    return input.tasks.map(
      ({ id }, at): TaskResult =>
        results.get(at) ?? {
          id,
          success: false,
          error: cancelledError(end, {}, deadlineMs),
          durationMs: 0,
          attempts: 0,
        },
    );
  } finally {
    runner.stop();
    runner.cancel();
  }
}

function tallyOf(results: Iterable<TaskResult>): { succeeded: number; failed: number } {
  const tally = { succeeded: 0, failed: 0 };
  for (const { success } of results) tally[success ? 'succeeded' : 'failed']++;
  return tally;
}
