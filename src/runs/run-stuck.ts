/** That a run cannot go on, as a fact and as an error; loads nothing of Temporal. */
import { FanfoldError } from '../errors.ts';

/**
 * Why a run cannot go on. Plain JSON.
 *
 * @example const { stuck } = await client.get(runId); if (stuck?.reason === 'noWorker') startWorker();
 */
export interface Stuck {
  /**
   * `workflowTaskFails`: its code, or what it needs, fails each time; `noWorker`: nobody polls where its work waits, or
   * who does has it not, after some attempts.
   */
  readonly reason: 'workflowTaskFails' | 'noWorker';
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  /** How often it was tried. */
  readonly attempts: number;
  /** What is wrong and what to do, for people. */
  readonly message: string;
}

/** Each attempt costs a worker's thread, or the worker; whatever else fails is mended by a deploy, a setting or room on a disk. */
export const taskTooLong = 'its workflow task takes too long, or its worker died in it';
/**
 * A worker that was stopped for seconds, or has more to do than its machine can, looks the same for some attempts, and goes on:
 * so much longer it is waited for. A map run of a million tasks on a machine that others used was given up after 23 s at 4.
 */
const patienceWithWorkers = 12;

/**
 * For who waits: a run whose workflow task fails, or what no worker has, is not waited for without end.
 *
 * @param patienceMs for which it may be a deploy
 * @throws {FanfoldError} of type `RunStuck`
 */
export function assertGoesOn(runId: string, stuck: Stuck | undefined, patienceMs: number): void {
  // A worker that is to be started has tried nothing.
  if (!stuck || stuck.attempts === 0) return;
  const { message, attempts, since, reason } = stuck;
  const failingMs = Date.now() - since;
  const isOfWorkers = message === taskTooLong || reason === 'noWorker';
  if (failingMs < patienceMs * (isOfWorkers ? patienceWithWorkers : 1)) return;
  const tried = `tried ${attempts} times in ${Math.round(failingMs / 1000)} s`;
  throw new FanfoldError(
    'RunStuck',
    `The run '${runId}' cannot go on (${tried}): ${message}. It is kept, and goes on once that is mended`,
  );
}
