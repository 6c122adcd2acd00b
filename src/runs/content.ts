/** What a run's items are beyond the name of where they lie: a file of the same name may say something else by now. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { MapInput } from '../core/map/types.ts';
import type { Store } from '../store/store.ts';

/**
 * A hash of the bytes of a map run's items; undefined where this process cannot see them, or they are in the input itself.
 *
 * @throws what the store does, where it cannot say whether it has them
 */
export async function contentOf(input: object, store: Store): Promise<string | undefined> {
  const { source } = input as Partial<MapInput>;
  if (source?.kind === 'file') return hashOfFile(source.path).catch(() => undefined);
  if (source?.kind !== 'stored') return undefined;
  const body = await store.get(source.key);
  return body && createHash('sha256').update(body).digest('hex');
}

async function hashOfFile(path: string): Promise<string | undefined> {
  const facts = await stat(path);
  return facts.isFile() ? (await hashOf(createReadStream(path))).sha256 : undefined;
}

/** Of all that comes. */
export async function hashOf(stream: Readable): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** The same for the same input, in whatever order its fields come. */
export function fingerprintOf(input: unknown): string {
  const ordered = JSON.stringify(input, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(ordered).digest('hex');
}
