import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeEach, expect, inject, test } from 'vitest';
import { fileStore } from '../../src/store/files.ts';
import { runPrefix } from '../../src/store/keys.ts';

const built = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'fanfold-store-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => rm(join(folder, 'store'), { recursive: true, force: true }));
const store = fileStore(join(folder, 'store'));

async function fanfold(...args: string[]): Promise<{ code: number; answer: unknown }> {
  const env = { ...process.env, FANFOLD_HOME: folder, FANFOLD_STORE: '', TEMPORAL_ADDRESS: inject('temporal').address };
  const { code, stdout } = await promisify(execFile)(process.execPath, [built('cli.js'), ...args], { env }).then(
    (done) => ({ code: 0, stdout: done.stdout }),
    (failed: { code: number; stdout: string }) => failed,
  );
  return { code, answer: JSON.parse(stdout) };
}

test('a writer that is killed at any moment leaves the whole object under its key, or none', async () => {
  const size = 24_000_000;
  const program = `
    const { fileStore } = await import(process.argv[1]);
    const store = fileStore(process.argv[2]);
    console.log('ready');
    for (let n = 0; ; n++) await store.put('a/key', new Uint8Array(${size}).fill(n % 251));
  `;
  const args = ['--input-type=module', '-e', program, built('store/files.js'), join(folder, 'store')];
  const open = () => readdir(join(folder, 'store', 'unfinished')).catch(() => []);
  /** Another object than before is being written. */
  let seen: string[] = [];
  const writing = async (): Promise<void> => {
    for (let now = await open(); ; now = await open()) {
      const another = now.some((name) => !seen.includes(name));
      seen = now;
      if (another) return;
      await setImmediate();
    }
  };
  let leftOver = 0;
  // On a busy machine a kill may come after the write: so many more, until one has met it.
  for (let round = 0; round < 4 || leftOver === 0; round++) {
    const before = Math.max(0, (round % 4) - 1);
    const writer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(writer.stdout, 'data');
    for (let written = 0; written <= before; written++) await writing();
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    const found = await store.get('a/key');
    expect([undefined, size]).toContain(found?.length);
    expect(found?.every((byte) => byte === found[0]) ?? true).toBe(true);
    for await (const { bytes } of store.list('unfinished/')) leftOver += bytes;
  }
});

test('the store is shown and cleaned from the shell', async () => {
  const key = `${runPrefix('default', 'nobody')}page`;
  await store.put(key, new Uint8Array(1000));
  const { answer } = await fanfold('store', '--json');
  expect(answer).toContainEqual(expect.objectContaining({ kind: 'pages', objects: 1, bytes: 1000 }));
  const past = Date.now() / 1000 - 3 * 24 * 3600;
  await utimes(join(folder, 'store', ...key.split('/')), past, past);
  expect(await fanfold('store', 'clean', '--json')).toMatchObject({ code: 2, answer: { error: { type: 'Refused' } } });
  const dry = await fanfold('store', 'clean', '--older-than', '2d', '--force', '--dry-run', '--json');
  expect(dry).toMatchObject({ code: 0, answer: { dryRun: true, runs: 1, objects: 1, bytes: 1000 } });
  expect(await store.get(key)).toBeDefined();
  const kept = await fanfold('store', 'clean', '--older-than', '4d', '--force', '--json');
  expect(kept).toMatchObject({ code: 0, answer: { objects: 0, kept: 1 } });
  expect(await fanfold('store', 'clean', '--force', '--json')).toMatchObject({ code: 0, answer: { objects: 1 } });
  expect(await store.get(key)).toBeUndefined();
  expect(await fanfold('store', 'clean', '--older-than', 'soon', '--json')).toMatchObject({ code: 2 });
});
