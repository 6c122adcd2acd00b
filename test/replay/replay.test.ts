import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { workflowIdOf } from '../../src/runs/history.ts';
import { quietLogs } from '../support/temporal.ts';

quietLogs();
const folder = fileURLToPath(new URL('./histories', import.meta.url));
const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).toSorted();
const read = async (name: string): Promise<object> => JSON.parse(await readFile(join(folder, name), 'utf8')) as object;

test('there is a history of every workflow and of every reason to stop', () => {
  const wanted = [
    'research',
    'review',
    'review-packs',
    'run-tasks',
    'reconcile',
    'reconcile-failed',
    'reconcile-signed',
    'reconcile-unsigned',
    'all-settled',
    'deadline',
    'first',
    'min-successes',
    'until',
    'unreachable',
    'max-failures',
    'budget',
    'settle-now',
    'cancelled',
    'map-packs',
    'map-one-by-one',
    'map-branch',
    'map-continued',
    'map-deadline',
    'map-source',
    'map-tenant-spent',
    'reduce',
    'agent',
    'agent-asks',
    'defined-support',
    'defined-support-expired',
    'defined-support-refund',
    'defined-support-model',
    'defined-support-read',
    'research-depth',
    ...['packs', 'map', 'review', 'support', 'research', 'reconcile'].map((each) => `prefixed-${each}`),
  ];
  expect(names).toEqual(expect.arrayContaining(wanted.map((reason) => `${reason}.json`)));
});

test.each(names)('the released history %s replays on the current code', async (name) => {
  const { codePath } = inject('temporal');
  const history = await read(name);
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowIdOf(history) ?? name);
});

test('a history that the code would not have written is refused as non-deterministic', async () => {
  const { codePath } = inject('temporal');
  const planted = JSON.parse(
    (await readFile(join(folder, 'deadline.json'), 'utf8')).replaceAll(
      '"activityId": "slow"',
      '"activityId": "another"',
    ),
  ) as object;
  await expect(Worker.runReplayHistory({ workflowBundle: { codePath } }, planted)).rejects.toThrow(
    DeterminismViolationError,
  );
});
