/** A person takes over from an agent: told by a function, or by a request to an address. */
import { ApplicationFailure } from '@temporalio/common';
import { given, InvalidOptionsError } from '../../index.ts';
import { ownFetch, refusalOf } from '../../activities/index.ts';
import type { AgentAnswer } from './pure/types.ts';

/**
 * What a person is told who takes over from an agent.
 *
 * @example const onHandOver = async ({ message, answer }: HandOver) => openTicket(message, answer.handOver);
 */
export interface HandOver {
  readonly agent: string;
  readonly runId: string;
  /**
   * Of this execution of the run, told once however often it is tried: an address has it as `Idempotency-Key`. A run that is
   * started anew under the same id has another.
   */
  readonly key: string;
  readonly message: string;
  readonly subject: unknown;
  readonly answer: AgentAnswer;
}

/** A function, or an address that is sent the run as JSON. */
export type HandOverTo = ((handOver: HandOver) => Promise<void> | void) | string;

/** @throws {InvalidOptionsError} where it can be told nothing */
export function checkHandOver(to: unknown): void {
  if (to === undefined || typeof to === 'function') return;
  if (typeof to !== 'string' || !/^https?:/.test(to) || !URL.canParse(to))
    throw new InvalidOptionsError('onHandOver', 'must be a function, or an address of http or https', to);
}

/** @throws {ApplicationFailure} of type `HandOverFailed` where the address refuses it, for good where another try cannot help */
export async function deliverHandOver(handOver: HandOver, to: HandOverTo | undefined): Promise<void> {
  if (typeof to === 'function') return to(handOver);
  if (to === undefined) return;
  const fetch = await ownFetch();
  const response = await fetch(to, {
    method: 'POST',
    // It is an answer like others, of an address that is not the right one.
    redirect: 'manual',
    // Whose answer was lost is told again.
    headers: { 'content-type': 'application/json', 'idempotency-key': encodeURIComponent(handOver.key) },
    body: JSON.stringify(handOver),
    signal: AbortSignal.timeout(30_000),
  });
  if (response.ok) return;
  const { status } = response;
  const refusal = refusalOf({ status, header: (name) => response.headers.get(name) }, Date.now());
  throw ApplicationFailure.create({
    message: `The hand-over was answered by ${status}`,
    type: 'HandOverFailed',
    nonRetryable: refusal.kind === 'final',
    ...given({ nextRetryDelay: 'waitMs' in refusal ? refusal.waitMs : undefined }),
  });
}
