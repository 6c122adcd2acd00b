/** The last checkpoint of a pack that died for good, from its last heartbeat; what lies in the store is read by an activity. */
import { ActivityFailure, TimeoutFailure, proxyActivities } from '@temporalio/workflow';
import type { PackCheckpoint } from '../../core/travel/pack.ts';
import type { TaskResult } from '../../core/task.ts';
import { activityDefaults } from '../activity-defaults.ts';
import { ownActivities } from '../own-activities.ts';

const { recoverPack } = ownActivities(
  proxyActivities<{ recoverPack(input: object): Promise<TaskResult[]> }>(activityDefaults),
);

export async function lastReported(error: unknown, activityId: string): Promise<TaskResult[]> {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const details: unknown = cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : undefined;
  if (Array.isArray(details)) return details as TaskResult[];
  const last = details as PackCheckpoint | null | undefined;
  if (!Array.isArray(last?.recent)) return [];
  const recent = last.recent.map(([, , line]) => JSON.parse(line) as TaskResult);
  if (last.spills === 0) return recent;
  return recoverPack.executeWithOptions({ summary: 'recoverPack' }, [{ activityId, told: last }]).catch(() => recent);
}
