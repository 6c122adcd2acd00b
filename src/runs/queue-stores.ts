/**
 * Which stores the workers of a task queue have: each says its store's identity behind its own name, where all can read it.
 * The surprising rule: who has died elsewhere a minute ago is still there, so only that nobody shares a store is a reason to refuse.
 */
import { hostname } from 'node:os';
import { FanfoldError } from '../errors.ts';
import { notShared, storeIdentity } from '../store/identity.ts';
import type { Store } from '../store/store.ts';
import { storeMark } from '../limits/pollers.ts';
import { pollersOf, type Queue } from './pollers.ts';

/** The name of a worker, as Temporal's own is, and its store. */
export function workerName(given: string | undefined, store: string | undefined): string {
  const name = given ?? `${process.pid}@${hostname()}`;
  return store === undefined ? name : `${name}${storeMark}${store}`;
}

/** Where no worker of the queue shares the store, what there is to say of it; nothing where none says what it has. */
export async function strangerStores(queue: Queue, store: Store): Promise<string | undefined> {
  const alive = await pollersOf(queue, 'questions');
  const stores = alive.flatMap(({ identity }) => identity.split(storeMark).slice(1));
  if (stores.length === 0) return undefined;
  const own = await storeIdentity(store);
  if (own === undefined || stores.includes(own)) return undefined;
  return notShared(`The workers of '${queue.taskQueue}' keep what is large`, stores[0], own);
}

/** @throws {FanfoldError} of type `StoreNotShared` */
export async function assertShared(queue: Queue, store: Store): Promise<void> {
  // A server that does not say who polls is no reason to refuse.
  const problem = await strangerStores(queue, store).catch(() => undefined);
  if (problem !== undefined) throw new FanfoldError('StoreNotShared', problem);
}
