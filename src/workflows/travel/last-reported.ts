/**
 * What a pack that died for good had finished, by its last heartbeat; what lies in the store is read by an activity.
 * Where that cannot be read, the other tasks have not failed, and it is not known what became of them.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  TimeoutFailure,
  isCancellation,
  proxyActivities,
} from '@temporalio/workflow';
import type { PackCheckpoint, RecoveredPack } from '../../core/travel/pack.ts';
import { describeError, type TaskResult } from '../../core/task.ts';
import { activityDefaults } from '../activity-defaults.ts';
import { ownActivities } from '../own-activities.ts';

const { recoverPack } = ownActivities(
  proxyActivities<{ recoverPack(input: object): Promise<RecoveredPack | TaskResult[]> }>(activityDefaults),
);

export interface LastReported {
  readonly results: readonly TaskResult[];
  /** Why the other tasks have none. */
  readonly lost: unknown;
}

export async function lastReported(died: unknown, activityId: string): Promise<LastReported> {
  const cause = died instanceof ActivityFailure ? died.cause : undefined;
  const details: unknown = cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : undefined;
  if (Array.isArray(details)) return { results: details as TaskResult[], lost: died };
  const last = details as PackCheckpoint | null | undefined;
  if (!Array.isArray(last?.recent)) return { results: [], lost: died };
  const recent = last.recent.map(([, , line]) => JSON.parse(line) as TaskResult);
  if (last.spills === 0) return { results: recent, lost: died };
  const asked = { activityId, told: last, saysUnread: true };
  try {
    const found = await recoverPack.executeWithOptions({ summary: 'recoverPack' }, [asked]);
    // Workers of earlier versions do not say what they could not read.
    const { results, unread } = Array.isArray(found) ? { results: found } : found;
    return { results, lost: unread === undefined ? died : unknownFate(died, unread) };
  } catch (error) {
    const lost = isCancellation(error) ? died : unknownFate(died, describeError(error).message);
    return { results: recent, lost };
  }
}

function unknownFate(died: unknown, unread: string): ApplicationFailure {
  const message = `Whether this task has ended is not known: the activity that ran it died (${describeError(died).message}), and what it had kept cannot be read (${unread})`;
  return ApplicationFailure.nonRetryable(message.slice(0, 2000), 'ResultsLost');
}
