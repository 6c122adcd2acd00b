/** That a run cannot go on, as a fact and as an error; loads nothing of Temporal. */
import { FanfoldError } from '../errors.ts';

/**
 * Why a run cannot go on. Plain JSON.
 *
 * @example const { stuck } = await client.get(runId); if (stuck?.reason === 'noWorker') startWorker();
 */
export interface Stuck {
  /** `workflowTaskFails`: its code, or what it needs, fails each time; `noWorker`: nobody polls where its work waits. */
  readonly reason: 'workflowTaskFails' | 'noWorker';
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  /** How often it was tried. */
  readonly attempts: number;
  /** What is wrong and what to do, for people. */
  readonly message: string;
}

/** What to say of it to one who waits. */
export function runStuck(runId: string, { message, attempts, since }: Stuck): FanfoldError {
  const seconds = Math.round((Date.now() - since) / 1000);
  const tried = `tried ${attempts} times in ${seconds} s`;
  return new FanfoldError(
    'RunStuck',
    `The run '${runId}' cannot go on (${tried}): ${message}. It is kept, and goes on once that is mended`,
  );
}
