/**
 * What a store holds, and the removal of what no run refers to any more: Temporal forgets runs, and deletes nothing here.
 * The surprising rule: in doubt nothing is deleted; a server that knows none of the runs is taken for the wrong one.
 */
import type { Client } from '@temporalio/client';
import { FanfoldError } from '../errors.ts';
import { unfinished } from './files.ts';
import { identityKey } from './identity.ts';
import { pages, payloads, strayPrefix, toSegment } from './keys.ts';
import { groupOf, isKnown, mentionedGroups, type UnreadableHistory } from './referenced-runs.ts';
import type { Store, StoredObject } from './store.ts';

const kinds = {
  payloads: 'payloads of runs that are too large for a history',
  pages: 'pages of runs',
  stray: 'payloads of no run, which stay',
  reconcile: 'files and lines of reconciliations, which stay',
  unfinished: 'being written, or left by a crash',
  other: 'not of fanfold',
} as const;
type Kind = keyof typeof kinds;
const prefixes: Partial<Record<Kind, string>> = {
  payloads,
  pages,
  stray: strayPrefix,
  reconcile: 'reconcile/',
  unfinished,
};

export interface StoreUsage {
  readonly kind: Kind;
  readonly meaning: string;
  readonly objects: number;
  readonly bytes: number;
}

/** How much there is of each kind. */
export async function measureStore(store: Store): Promise<StoreUsage[]> {
  const sums = new Map<Kind, { objects: number; bytes: number }>();
  for await (const { key, bytes } of store.list('')) {
    if (key.startsWith(ownerPrefix) || key === identityKey) continue;
    const [kind] = Object.entries(prefixes).find(([, prefix]) => key.startsWith(prefix)) ?? ['other'];
    const sum = sums.get(kind as Kind) ?? { objects: 0, bytes: 0 };
    sums.set(kind as Kind, { objects: sum.objects + 1, bytes: sum.bytes + bytes });
  }
  return Object.entries(kinds).map(([kind, meaning]) => ({
    kind: kind as Kind,
    meaning,
    ...(sums.get(kind as Kind) ?? { objects: 0, bytes: 0 }),
  }));
}

export interface CleanOptions {
  /** What was written later stays, whatever its run is: it may be just about to start. */
  readonly olderThanMs: number;
  /** Lists what would be deleted, and deletes nothing. */
  readonly dryRun?: boolean;
  /** Also where the server knows no run of the store at all. */
  readonly force?: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now?: number;
}

export interface Cleaned {
  readonly dryRun: boolean;
  /** Of runs that are gone. */
  readonly runs: number;
  readonly objects: number;
  readonly bytes: number;
  /** Parts of the store whose run the server still has, or that another one refers to, or that are too young. */
  readonly kept: number;
  /** Of runs that are gone, and left all the same, as these histories cannot be read and may name them. */
  readonly left?: {
    readonly runs: number;
    readonly objects: number;
    readonly bytes: number;
    readonly unreadable: readonly UnreadableHistory[];
  };
}

/** A client writes its input before it starts the run, and may try for a while. */
const leastAgeMs = 5 * 60_000;

/** @throws {FanfoldError} of type `Refused` where the server seems to be another than that of the runs */
export async function cleanStore(store: Store, client: Client, options: CleanOptions): Promise<Cleaned> {
  const { olderThanMs, dryRun = false, force = false, now = Date.now() } = options;
  const before = now - Math.max(olderThanMs, leastAgeMs);
  const owner = await ownerOf(store, client);
  const { kept, forgotten } = await survey(store, client, before, force || owner.known);
  if (!dryRun && !owner.known) await owner.remember();
  const { groups: mentioned, unreadable } =
    forgotten.length === 0 ? { groups: new Set<string>(), unreadable: [] } : await mentionedGroups(client);
  const unnamed = forgotten.filter(({ name }) => !mentioned.has(name));
  // What cannot be read may name any of them.
  const [gone, doubtful] = unreadable.length === 0 ? [unnamed, []] : [[], unnamed];
  const objects = [...gone.flatMap((group) => group.objects), ...(await leftOver(store, before))];
  if (!dryRun) for (const { key } of objects) await store.delete(key);
  return {
    dryRun,
    ...sumOf(gone, objects),
    kept: kept + forgotten.length - unnamed.length,
    ...(doubtful.length === 0
      ? {}
      : {
          left: {
            ...sumOf(
              doubtful,
              doubtful.flatMap((group) => group.objects),
            ),
            unreadable,
          },
        }),
  };
}

function sumOf(
  ofRuns: readonly Group[],
  objects: readonly StoredObject[],
): Pick<Cleaned, 'runs' | 'objects' | 'bytes'> {
  const bytes = objects.reduce((sum, object) => sum + object.bytes, 0);
  return { runs: new Set(ofRuns.map(({ segment }) => segment)).size, objects: objects.length, bytes };
}

interface Survey {
  readonly kept: number;
  /** Of runs that the server does not know, and written before the time. */
  readonly forgotten: readonly Group[];
}

/** @throws {FanfoldError} of type `Refused` where the server knows none, unless it is surely the right one */
async function survey(store: Store, client: Client, before: number, sure: boolean): Promise<Survey> {
  const { namespace } = client.options;
  const forgotten: Group[] = [];
  let known = 0;
  let young = 0;
  for await (const group of groups(store, namespace)) {
    if (group.newest > before) young++;
    else if (await isKnown(client, group.segment)) known++;
    else forgotten.push(group);
  }
  if (!sure && known === 0 && forgotten.length > 0) throw wrongServer(namespace, forgotten.length);
  return { kept: known + young, forgotten };
}

interface Group {
  /** The part of the key that has the kind, the namespace and the run. */
  readonly name: string;
  readonly segment: string;
  readonly objects: StoredObject[];
  newest: number;
}

/** All objects of one kind of one run; a listing by key has them together. */
async function* groups(store: Store, namespace: string): AsyncGenerator<Group> {
  for (const prefix of [payloads, pages].map((kind) => `${kind}${toSegment(namespace)}/`)) {
    let group: Group | undefined;
    for await (const object of store.list(prefix)) {
      const name = groupOf(object.key);
      if (name === undefined) continue;
      if (group && group.name !== name) yield group;
      if (group?.name !== name) group = { name, segment: name.slice(prefix.length), objects: [], newest: 0 };
      group.objects.push(object);
      group.newest = Math.max(group.newest, object.modifiedAt);
    }
    if (group) yield group;
  }
}

async function leftOver(store: Store, before: number): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list(unfinished)) if (object.modifiedAt < before) found.push(object);
  return found;
}

const ownerPrefix = 'owner/';

/** A store remembers the namespace that it was cleaned for, by the id that no other server gives it. */
async function ownerOf(store: Store, client: Client): Promise<{ known: boolean; remember(): Promise<void> }> {
  const { namespace } = client.options;
  // Throws for a namespace that the server has not, where every run would seem forgotten.
  const { namespaceInfo } = await client.workflowService.describeNamespace({ namespace });
  const id = namespaceInfo?.id ?? '';
  const key = ownerPrefix + toSegment(namespace);
  const remembered = await store.get(key);
  if (remembered && Buffer.from(remembered).toString() !== id) {
    throw new FanfoldError(
      'Refused',
      `The store was cleaned for namespace '${namespace}' of another Temporal server; this one would not know its runs. If that server is gone for good, delete '${key}' from the store`,
    );
  }
  return { known: remembered !== undefined, remember: () => store.put(key, Buffer.from(id)) };
}

function wrongServer(namespace: string, runs: number): FanfoldError {
  return new FanfoldError(
    'Refused',
    `The server knows none of the ${runs} runs that the store has of namespace '${namespace}'. Is it the right server and the right store? Then say --force`,
  );
}
