/**
 * Tokens of a model's minute, for activities that run under a limit that counts them.
 * An activity that finds too few is given up and comes back when there are enough, which costs it
 * no attempt; so reserve before anything that should not be done twice.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { assertAffordable } from './costs/here.ts';

/** The limit that an activity runs under, as far as it matters here. */
export interface TokenLimit {
  /** 0 when they are taken, else in how many milliseconds they could be. */
  take(tokens: number): Promise<number>;
  giveBack(unused: number): Promise<void>;
}

/**
 * Thrown through the activity; not for it to catch.
 *
 * @example try { await ask(); } catch (error) { if (error instanceof TokensSpent) throw error; keep(error); }
 */
export class TokensSpent extends Error {
  override readonly name = 'TokensSpent';
  readonly waitMs: number;

  constructor(tokens: number, waitMs: number, options?: ErrorOptions) {
    const seconds = Math.ceil(waitMs / 1000);
    const spent = `${tokens} tokens are more than are left of this minute; there are enough in ${seconds} s`;
    const unknown = `How many tokens are left of this minute cannot be read; the next try is in ${seconds} s`;
    super(options?.cause === undefined ? spent : unknown, options);
    this.waitMs = waitMs;
  }
}

/** Until it is asked again how many there are. */
const unknownMs = 1000;

const current = new AsyncLocalStorage<TokenLimit>();

export function inLimit<R>(limit: TokenLimit, work: () => R): R {
  return current.run(limit, work);
}

/**
 * Takes an estimate of the tokens that a call will use from the limit that this activity runs under; where there is
 * none, or it does not count tokens, nothing is taken. Call the answer with what was really used, 0 where it failed.
 *
 * @throws {ApplicationFailure} of type `TenantBudgetSpent` where the tenant of the run may spend no more
 * @throws {TokensSpent} where there are too few now; let it pass
 * @example const settle = await reserveTokens(1200); const answer = await ask(); await settle(answer.usage.total);
 */
export async function reserveTokens(estimate: number): Promise<(used: number) => Promise<void>> {
  await assertAffordable();
  const limit = current.getStore();
  if (!limit) return async () => {};
  const waitMs = await limit.take(estimate).catch((cause: unknown) => {
    // A database that is away is no failure of the call, and costs it no attempt.
    throw new TokensSpent(estimate, unknownMs, { cause });
  });
  if (waitMs > 0) throw new TokensSpent(estimate, waitMs);
  return (used) => limit.giveBack(estimate - used);
}
