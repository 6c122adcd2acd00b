/** Moments as the server says them. */
import type { temporal } from '@temporalio/proto';

type Timestamp = temporal.api.workflow.v1.IPendingActivityInfo['scheduledTime'];

/** Milliseconds since the Unix epoch, never later than it was: what started by then is asked for by it. Undefined where the server says none. */
export function millisecondsOf(time: Timestamp): number | undefined {
  return time ? Number(time.seconds ?? 0) * 1000 + Math.trunc((time.nanos ?? 0) / 1e6) : undefined;
}
