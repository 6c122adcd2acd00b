/** Whether the worker's activities beat by themselves: its code of workflows was made with fanfold's plugin then. */

/** After so long without a heartbeat an activity is tried again, so that a killed worker is noticed in seconds. */
const beatWithin = 2000;
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
