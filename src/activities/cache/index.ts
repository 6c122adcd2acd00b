/**
 * Results by task key, across runs: two runs that ask for the same key share one execution.
 * A failure is never kept, since the next one who asks may have better luck.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { CachedInput } from '../../core/run.ts';
import { activityNamed } from '../activity-named.ts';
import type { FindActivity } from '../find-activity.ts';
import { everybody, rowKey } from './key.ts';
import type { ResultStore } from './store.ts';

/** How long a key is its owner's without a sign of life, in ms. */
const leaseMs = 5000;
const pollMs = 100;

/** The activity that asks the store first; what `find` finds is what it may run. */
export function createCached(find: FindActivity, store: ResultStore) {
  return {
    async runCached({ activity, input, key: named, tenant, shared, ttlMs }: CachedInput): Promise<unknown> {
      const work = activityNamed(find, activity);
      const { namespace } = Context.current().info;
      const key = rowKey({ namespace, tenant: shared ? everybody : (tenant ?? null), activity, key: named, input });
      const owner = randomUUID();
      const signal = Context.current().cancellationSignal;
      for (;;) {
        const claim = await store.claim(key, owner, Date.now(), Date.now() + leaseMs);
        if (claim.kind === 'found') return claim.value;
        if (claim.kind === 'claimed') break;
        await sleep(pollMs, undefined, { signal });
      }
      return execute(() => work(input), { store, key, owner, ttlMs });
    },
  };
}

interface Holding {
  readonly store: ResultStore;
  readonly key: string;
  readonly owner: string;
  readonly ttlMs: number;
}

async function execute(work: () => unknown, { store, key, owner, ttlMs }: Holding): Promise<unknown> {
  const renewal = setInterval(() => void store.renew(key, owner, Date.now() + leaseMs).catch(() => {}), leaseMs / 3);
  try {
    const value: unknown = await work();
    await store.store(key, owner, value, Date.now() + ttlMs);
    return value;
  } catch (error) {
    await store.release(key, owner).catch(() => {});
    throw error;
  } finally {
    clearInterval(renewal);
  }
}
