import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileStore } from '../../src/store/files.ts';
import { openStore } from '../../src/store/open.ts';
import { openToOthers, underOpenUmask } from '../support/modes.ts';
import { keepsTheContract } from './contract.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'fanfold-store-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a store in a folder', () => {
  keepsTheContract(() => fileStore(folder));

  test('is for its owner alone, with all that is in it', async () => {
    const home = join(folder, 'new', 'home');
    await underOpenUmask(async () => {
      const store = openStore(home, {});
      await store.put('runs/a/b', new Uint8Array([1]));
      await store.putNew?.('runs/a/c', new Uint8Array([2]));
    });
    expect(openToOthers(join(folder, 'new'))).toEqual([]);
  });
});

describe('the store that the environment names', () => {
  const body = new TextEncoder().encode('x');

  test('is a folder of the home, a path or a file: URL', async () => {
    await openStore(folder, {}).put('a', body);
    expect(await fileStore(join(folder, 'store')).get('a')).toEqual(Buffer.from(body));
    await openStore('/nowhere', { FANFOLD_STORE: join(folder, 'path') }).put('a', body);
    expect(await fileStore(join(folder, 'path')).get('a')).toEqual(Buffer.from(body));
    await openStore('/nowhere', { FANFOLD_STORE: pathToFileURL(join(folder, 'a url')).href }).put('a', body);
    expect(await fileStore(join(folder, 'a url')).get('a')).toEqual(Buffer.from(body));
  });

  test('is refused by name where it is of another kind or incomplete', () => {
    const opening = (FANFOLD_STORE: string) => () => openStore(folder, { FANFOLD_STORE });
    expect(opening('gs://bucket/a')).toThrow("'gs:' is no store; use a path, a file: URL, or s3://bucket/prefix");
    expect(opening('s3://')).toThrow('names no bucket');
    expect(opening('s3://bucket?region=x')).toThrow('names no bucket');
    expect(opening('file://host/a')).toThrow('names no folder of this machine');
    expect(opening('s3://bucket/a/b/')).not.toThrow();
  });
});
