/**
 * Payloads that are too large for a history, kept in the store by Temporal's own ExternalStorage.
 * The surprising rule: a claim comes from outside, so it can name nothing but a payload, whose bytes must have the hash it is named by.
 */
import { createHash, randomUUID } from 'node:crypto';
import {
  ExternalStorage,
  StorageDriverClaim,
  type Payload,
  type StorageDriver,
  type StorageDriverTargetInfo,
} from '@temporalio/common';
import proto from '../packages/temporal-proto.ts';
import { readConfig } from '../config.ts';
import { FanfoldError } from '../errors.ts';
import { notShared, storeIdentity } from './identity.ts';
import { payloadPrefix, payloads, strayPrefix } from './keys.ts';
import { openStore } from './open.ts';
import { checkedKey, type Store } from './store.ts';

const { Payload: Proto } = proto.temporal.api.common.v1;

/** What a run's input, a task's input and a run's results may have where there is a store: they pass through memory as a whole. */
export const maxStoredBytes = 32_000_000;

/** Temporal warns of payloads from here on; the checkpoints of packs stay below it. */
const sharedThreshold = 512 * 1024;
/** Half of what the server takes: only what it might refuse is worth the risk that another process has another folder. */
const localThreshold = 1_000_000;

/**
 * Where payloads too large for a history lie.
 *
 * @example const options: ExternalStorageOptions = { home: '.fanfold' };
 */
export interface ExternalStorageOptions {
  /** @default `FANFOLD_HOME` or `.fanfold` */
  readonly home?: string | undefined;
  /** @default that of the process */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** One of one's own, which every process must reach. @default what `FANFOLD_STORE` and `home` say */
  readonly store?: Store | undefined;
}

/**
 * Temporal's ExternalStorage over the store of `FANFOLD_STORE`, for a data converter of one's own:
 * `dataConverter: { externalStorage: openExternalStorage() }`, the same for clients and workers.
 * Payloads from 512 KiB go there; without `FANFOLD_STORE` those from 1 MB, into the folder `store` of the home.
 *
 * @throws {TypeError} for a store that is of no known kind
 * @example const client = new Client({ connection, dataConverter: { externalStorage: openExternalStorage() } });
 */
export function openExternalStorage({
  environment = process.env,
  home = readConfig(environment).home,
  store,
}: ExternalStorageOptions = {}): ExternalStorage {
  const shared = store !== undefined || Boolean(environment['FANFOLD_STORE']?.trim());
  return storageIn(store ?? openStore(home, environment), shared ? sharedThreshold : localThreshold);
}

function storageIn(store: Store, payloadSizeThreshold: number): ExternalStorage {
  return new ExternalStorage({ drivers: [storeDriver(store)], payloadSizeThreshold });
}

/** Any store as a driver of Temporal's; its name is in every reference and stays as it is. */
function storeDriver(store: Store): StorageDriver {
  return {
    name: 'fanfold',
    type: 'fanfold.store',
    store({ target }, found) {
      const prefix = prefixOf(target);
      return Promise.all(found.map((payload) => keep(store, prefix, payload)));
    },
    retrieve: (_context, claims) =>
      Promise.all(claims.map(({ claimData }) => read(store, claimData['key'], claimData['store']))),
  };
}

/** Before a run has an id of its own, a name that no other start shares: cleaning up never meets an object that comes back. */
function prefixOf(target: StorageDriverTargetInfo | undefined): string {
  if (target?.kind !== 'workflow' || target.id === undefined) return strayPrefix;
  return payloadPrefix(target.namespace, target.id, target.runId || `start-${randomUUID()}`);
}

async function keep(store: Store, prefix: string, payload: Payload): Promise<StorageDriverClaim> {
  const body = Proto.encode(payload).finish();
  const key = prefix + hash(body);
  // Side by side, since a workflow's task waits for this.
  const [identity] = await Promise.all([storeIdentity(store), store.put(key, body)]);
  return new StorageDriverClaim(identity === undefined ? { key } : { key, store: identity });
}

async function read(store: Store, claimed: string | undefined, writtenIn?: string): Promise<Payload> {
  const key = payloadKey(claimed);
  const body = await store.get(key);
  if (!body) {
    const own = await storeIdentity(store);
    const isOther = writtenIn !== undefined && own !== undefined && writtenIn !== own;
    if (isOther) throw new FanfoldError('StoreNotShared', notShared(`The payload '${key}' lies`, writtenIn, own));
    const advice = 'Was it deleted, or has the process that wrote it another FANFOLD_STORE or FANFOLD_HOME?';
    throw new FanfoldError(
      writtenIn === undefined ? 'StoreNotShared' : 'ResultsLost',
      `The payload '${key}' is not in the store. ${advice}`,
    );
  }
  if (hash(body) !== key.split('/').at(-1)) {
    const message = `The payload '${key}' is damaged: its ${body.length} bytes are not those that were written`;
    throw new FanfoldError('ResultsLost', message);
  }
  return Proto.decode(body);
}

function payloadKey(claimed: string | undefined): string {
  const key = checkedKey(claimed ?? '');
  if (key.startsWith(payloads) || key.startsWith(strayPrefix)) return key;
  throw new TypeError(`A reference names '${key}', which is no payload`);
}

function hash(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}
