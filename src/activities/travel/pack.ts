/**
 * A pack: many tasks in one activity, each with its own timeout, attempts and result.
 * The heartbeat carries the finished results, the older ones by way of the store, so that a retried
 * pack skips them.
 */
import { Context } from '@temporalio/activity';
import {
  checkpointIn,
  type PackCheckpoint,
  type PackInput,
  type PackOutput,
  type RecoveredPack,
} from '../../core/travel/pack.ts';
import type { TaskResult } from '../../core/task.ts';
import { runPrefix, toSegment } from '../../store/keys.ts';
import type { Store } from '../../store/store.ts';
import { activityNamed } from '../activity-named.ts';
import type { FindActivity } from '../find-activity.ts';
import { Checkpoint, recovered } from './checkpoint.ts';
import { PackRun, type Finished, type PackActivity } from './pack-run.ts';
import { PackReports } from './pack-reports.ts';
import { reportedBefore, reportId } from './reported.ts';
import { runToEnd } from './run-to-end.ts';

interface RecoverInput {
  readonly activityId: string;
  readonly told: PackCheckpoint;
  /** Whether who asks can be told that not all could be read. @default no, as workflows of earlier versions */
  readonly saysUnread?: boolean;
}

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
    async recoverPack({ activityId, told, saysUnread = false }: RecoverInput): Promise<RecoveredPack | TaskResult[]> {
      const unread: string[] = [];
      const found = await finishedBefore(store, spillsOf(activityId), told, (key) => unread.push(key));
      const results = [...found.values()];
      if (!saysUnread || unread.length === 0) return results;
      return { results, unread: `${unread.length} of its objects are missing or damaged, the first is ${unread[0]}` };
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
  unread?: (key: string) => void,
): Promise<Map<number, TaskResult>> {
  const lines = (await recovered(store, prefix, checkpoint, unread)).get(0) ?? new Map<number, string>();
  return new Map([...lines].map(([at, line]) => [at, JSON.parse(line) as TaskResult]));
}

function reportsOf(input: PackInput, context: Context): PackReports | undefined {
  const id = reportId(input, context);
  return id === undefined ? undefined : new PackReports(context, id, input.calls === true);
}

async function runTasks(
  input: PackInput,
  activity: PackActivity,
  known: ReadonlyMap<number, TaskResult>,
  context: Context,
  finished: Finished,
): Promise<PackOutput> {
  const run = new PackRun(input, activity, context, { known, finished });
  try {
    const end = await runToEnd(run.runner, context);
    if (end === 'cancelled') await context.cancelled;
    return run.output(end);
  } finally {
    run.stop();
  }
}
