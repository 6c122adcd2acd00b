/** Whether the worker's activities beat by themselves: its code of workflows was made with fanfold's plugin then. */

/**
 * After so long without a heartbeat an activity is tried again, so that a killed worker is noticed in seconds; on the same
 * machine its journal says so at once. A worker beats three times in it, and each beat costs the server as much as a call.
 */
const beatWithin = 9000;
/** Of activities of many tasks, which beat for all of them, and whose loss is dear. */
export const beatWithinOfMany = 2000;

/** Of so many in one activity: no more beats than they would have had each by itself. Replays do not compare it. */
export function beatWithinOf(tasks: number): number {
  return Math.max(beatWithinOfMany, Math.round(beatWithin / Math.max(1, tasks)));
}
let beats = false;

/** Called by the module that fanfold's plugin adds to the workflows of its workers, which beat for every activity. */
export function workerBeats(): void {
  beats = true;
}

/**
 * The usual heartbeat timeout, where the worker beats; on any other worker an activity that takes longer would be tried
 * again and again, so it has none there. Replays do not compare it.
 */
export function usualHeartbeat(): { heartbeatTimeout?: typeof beatWithin } {
  return beats ? { heartbeatTimeout: beatWithin } : {};
}
