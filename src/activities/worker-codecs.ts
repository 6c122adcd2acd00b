/** The payload codecs of the worker that runs the activity, for who made its activities without knowing the worker. */
import type { Codecs } from '../store/codecs.ts';
import { codedStore } from '../store/coded.ts';
import type { Store } from '../store/store.ts';
import { currentContext } from './context.ts';

const ofThisWorker: Codecs = {
  get payloadCodecs() {
    return currentContext()?.client.options.loadedDataConverter.payloadCodecs ?? [];
  },
};

/**
 * A store whose objects pass through the payload codecs of the worker, wherever an activity of it reads or writes.
 *
 * @example const store = codedByWorker(openStore(home));
 */
export function codedByWorker(store: Store): Store {
  return codedStore(store, ofThisWorker);
}
