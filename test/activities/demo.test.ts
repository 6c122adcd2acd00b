/** What the demo activities may not do: they are registered on every worker. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test, vi } from 'vitest';
import { createDemoActivities } from '../../src/activities/demo.ts';

const { wait } = createDemoActivities();
const run = (journal: string): Promise<unknown> => new MockActivityEnvironment().run(wait, { ms: 1, journal });

test('a worker that names no folder for journals writes none', async () => {
  vi.stubEnv('FANFOLD_JOURNALS', '');
  const journal = join(mkdtempSync(join(tmpdir(), 'fanfold-')), 'journal');
  const refused: unknown = await run(journal).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApplicationFailure);
  expect(refused).toMatchObject({ type: 'JournalRefused', nonRetryable: true });
  expect(existsSync(journal)).toBe(false);
});

test('a journal outside the named folder is refused, also by a path that leads out of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanfold-'));
  vi.stubEnv('FANFOLD_JOURNALS', folder);
  await expect(run(join(folder, '..', 'escaped'))).rejects.toMatchObject({ type: 'JournalRefused' });
  await expect(run(`${folder}-beside`)).rejects.toMatchObject({ type: 'JournalRefused' });
  await run(join(folder, 'journal'));
  expect(existsSync(join(folder, 'journal'))).toBe(true);
});
