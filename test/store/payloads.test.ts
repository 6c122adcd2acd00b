import { StorageDriverClaim, type Payload, type StorageDriver } from '@temporalio/common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fileStore } from '../../src/store/files.ts';
import { openExternalStorage } from '../../src/store/payloads.ts';

const folder = await mkdtemp(join(tmpdir(), 'fanfold-payloads-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const store = fileStore(folder);
const [driver] = openExternalStorage({ store }).drivers as [StorageDriver];
const payload: Payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"text"') };
const target = { kind: 'workflow', namespace: 'default', id: 'a/../b', runId: 'r1' } as const;
const get = (claimData: Record<string, string>) => driver.retrieve({}, [new StorageDriverClaim(claimData)]);
const keep = async (given: object = { target }): Promise<string> => {
  const [claim] = await driver.store(given, [payload]);
  return claim?.claimData['key'] ?? '';
};

test('a payload comes back as it was, from a key of its run', async () => {
  const key = await keep();
  expect(key).toMatch(/^payloads\/default\/a%2F\.\.%2Fb\/r1\/[0-9a-f]{64}$/);
  const [found] = await get({ key });
  expect(Buffer.from(found?.data ?? []).toString()).toBe('"text"');
  expect(Buffer.from(found?.metadata?.['encoding'] ?? []).toString()).toBe('json/plain');
});

test('two starts of one id share no object, and a retry within a run shares its', async () => {
  const start = { target: { ...target, runId: undefined } };
  expect(await keep(start)).not.toBe(await keep(start));
  expect(await keep()).toBe(await keep());
});

test('what belongs to no run is kept apart', async () => {
  expect(await keep({})).toMatch(/^stray\//);
  expect(await keep({ target: { kind: 'activity', namespace: 'default', id: 'a' } })).toMatch(/^stray\//);
});

test('a missing payload is told by its key and with what to look at', async () => {
  const key = await keep();
  await store.delete(key);
  await expect(get({ key })).rejects.toThrow(`The payload '${key}' is not in the store. Was it deleted`);
});

test('a damaged payload is told by its key', async () => {
  const key = await keep();
  await store.put(key, Buffer.from('something else'));
  await expect(get({ key })).rejects.toThrow(`The payload '${key}' is damaged`);
});

test('a reference names nothing but a payload', async () => {
  await store.put('runs/default/a/page', Buffer.from('secret'));
  for (const key of ['runs/default/a/page', 'payloads/../runs/default/a/page', '/etc/passwd', 'payloads', ''])
    await expect(get({ key })).rejects.toThrow(TypeError);
  await expect(get({})).rejects.toThrow(TypeError);
});

test('a store that every process reaches takes more than a folder that others may not have', () => {
  const threshold = (environment: NodeJS.ProcessEnv) =>
    openExternalStorage({ home: folder, environment }).payloadSizeThreshold;
  expect(threshold({ FANFOLD_STORE: folder })).toBe(512 * 1024);
  expect(threshold({})).toBe(1_000_000);
});
