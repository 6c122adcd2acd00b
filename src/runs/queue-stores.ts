/**
 * Which stores the workers of a task queue have: each says its store's identity behind its own name, where all can read it.
 * The surprising rule: who has died a minute ago is still there, so only that nobody shares a store is a reason to refuse.
 */
import { hostname } from 'node:os';
import type { WorkflowService } from '@temporalio/client';
import proto from '../packages/temporal-proto.ts';
import { FanfoldError } from '../errors.ts';
import { notShared, storeIdentity } from '../store/identity.ts';
import type { Store } from '../store/store.ts';

/** A poll waits for at most a minute. */
const pollMs = 75_000;
const mark = ' store:';

/** The name of a worker, as Temporal's own is, and its store. */
export function workerName(given: string | undefined, store: string | undefined): string {
  const name = given ?? `${process.pid}@${hostname()}`;
  return store === undefined ? name : `${name}${mark}${store}`;
}

/** The name without the store. */
export function plainName(identity: string): string {
  return identity.split(mark)[0] ?? identity;
}

export interface Queue {
  readonly service: WorkflowService;
  readonly namespace: string;
  readonly taskQueue: string;
}

/** Where no worker of the queue shares the store, what there is to say of it; nothing where none says what it has. */
export async function strangerStores(
  { service, namespace, taskQueue }: Queue,
  store: Store,
): Promise<string | undefined> {
  const { TASK_QUEUE_TYPE_WORKFLOW: taskQueueType } = proto.temporal.api.enums.v1.TaskQueueType;
  const asked = { namespace, taskQueue: { name: taskQueue }, taskQueueType };
  const { pollers } = await service.describeTaskQueue(asked);
  const alive = (pollers ?? []).filter(
    ({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < pollMs,
  );
  const stores = alive.flatMap(({ identity }) => identity?.split(mark).slice(1) ?? []);
  if (stores.length === 0) return undefined;
  const own = await storeIdentity(store);
  if (own === undefined || stores.includes(own)) return undefined;
  return notShared(`The workers of '${taskQueue}' keep what is large`, stores[0], own);
}

/** @throws {FanfoldError} of type `StoreNotShared` */
export async function assertShared(queue: Queue, store: Store): Promise<void> {
  // A server that does not say who polls is no reason to refuse.
  const problem = await strangerStores(queue, store).catch(() => undefined);
  if (problem !== undefined) throw new FanfoldError('StoreNotShared', problem);
}
