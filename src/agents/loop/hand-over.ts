/** A person takes over from an agent: told by a function, or by a request to an address. */
import { ApplicationFailure } from '@temporalio/common';
import { ownFetch } from '../../activities/index.ts';
import type { AgentAnswer } from './pure/types.ts';

/**
 * What a person is told who takes over from an agent.
 *
 * @example const onHandOver = async ({ message, answer }: HandOver) => openTicket(message, answer.handOver);
 */
export interface HandOver {
  readonly agent: string;
  /** The run, told once however often it is tried: an address has it as `Idempotency-Key`. */
  readonly runId: string;
  readonly message: string;
  readonly subject: unknown;
  readonly answer: AgentAnswer;
}

/** A function, or an address that is sent the run as JSON. */
export type HandOverTo = ((handOver: HandOver) => Promise<void> | void) | string;

/** @throws {ApplicationFailure} where the address refuses it */
export async function deliverHandOver(handOver: HandOver, to: HandOverTo | undefined): Promise<void> {
  if (typeof to === 'function') return to(handOver);
  if (to === undefined) return;
  const fetch = await ownFetch();
  const response = await fetch(to, {
    method: 'POST',
    redirect: 'error',
    // Whose answer was lost is told again.
    headers: { 'content-type': 'application/json', 'idempotency-key': encodeURIComponent(handOver.runId) },
    body: JSON.stringify(handOver),
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok)
    throw ApplicationFailure.retryable(`The hand-over was answered by ${response.status}`, 'HandOverFailed');
}
