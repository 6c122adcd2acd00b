import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fileStore } from '../../src/store/files.ts';
import { identityKey, storeIdentity } from '../../src/store/identity.ts';
import { resultsKey } from '../../src/store/pages/keys.ts';
import { DamagedPageError, readResults, writeResults } from '../../src/store/pages/results.ts';
import type { Store } from '../../src/store/store.ts';

const folder = await mkdtemp(join(tmpdir(), 'fanfold-identity-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('all who open one store at once see one identity, and another store has another', async () => {
  const at = join(folder, 'one');
  const seen = await Promise.all(Array.from({ length: 20 }, () => storeIdentity(fileStore(at))));
  expect(new Set(seen).size).toBe(1);
  expect(seen[0]).toMatch(/^[\da-f-]{36}$/);
  expect(await storeIdentity(fileStore(join(folder, 'other')))).not.toBe(seen[0]);
});

test('a store that cannot be asked has no identity until it can, and one without putNew has one as well', async () => {
  const { putNew: _none, ...plain } = fileStore(join(folder, 'plain'));
  let away = true;
  const store: Store = {
    ...plain,
    get: async (key) => {
      if (away) throw new Error('away');
      return plain.get(key);
    },
  };
  expect(await storeIdentity(store)).toBeUndefined();
  away = false;
  const found = await storeIdentity(store);
  expect(Buffer.from((await plain.get(identityKey)) ?? []).toString()).toBe(found);
});

test('a page of results that is changed in any byte, or cut anywhere, is damaged; an old one without a sum is read', async () => {
  const store = fileStore(join(folder, 'pages'));
  const lines = [0, 1, 2].map((n) =>
    JSON.stringify({ id: `${n}`, success: true, result: 'é', durationMs: 1, attempts: 1 }),
  );
  const place = { folder: 'runs/n/w/e', part: 0, page: 0 };
  const { name } = await writeResults(store, place, { unit: 0, attempt: 1 }, lines);
  expect(await readResults(store, place, name, 3)).toHaveLength(3);
  const key = resultsKey(place.folder, 0, 0, name);
  const whole = Buffer.from((await store.get(key)) ?? []);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (at, change, isCut) => {
        const bytes = isCut ? whole.subarray(0, at) : Buffer.from(whole);
        if (!isCut) bytes[at] = (bytes[at] ?? 0) ^ change;
        await store.put(key, bytes);
        await expect(readResults(store, place, name, 3)).rejects.toThrow(DamagedPageError);
      },
    ),
  );
  await store.put(resultsKey(place.folder, 0, 0), Buffer.from(lines.join('\n')));
  expect(await readResults(store, place, undefined, 3)).toHaveLength(3);
});
