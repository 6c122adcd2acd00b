import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { openExternalStorage } from '../../src/store/payloads.ts';
import { passesLargePayloads } from './large-payloads.ts';

const home = await mkdtemp(join(tmpdir(), 'fanfold-storage-'));
afterAll(() => rm(home, { recursive: true, force: true }));

describe('runs over a folder', () => {
  passesLargePayloads(
    () => openExternalStorage({ home, environment: {} }),
    () => openStore(home, {}),
  );
});
