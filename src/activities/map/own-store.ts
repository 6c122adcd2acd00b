/** A worker that works with another store than its run does says so, and leaves the work to one that shares it. */
import { ApplicationFailure } from '@temporalio/common';
import { notShared, storeIdentity } from '../../store/identity.ts';
import type { Store } from '../../store/store.ts';

/** @throws {ApplicationFailure} of type `StoreNotShared`, tried again soon and not for long */
export async function assertStore(store: Store, wanted: string | undefined, who: string): Promise<void> {
  if (wanted === undefined) return;
  const own = await storeIdentity(store);
  if (own !== undefined && own !== wanted) throw storeFailure(notShared(who, wanted, own));
}

export function storeFailure(message: string): ApplicationFailure {
  // Another worker of the queue may have the right one.
  return ApplicationFailure.create({ message, type: 'StoreNotShared', nextRetryDelay: '500ms' });
}
