/** The items of a map run while they run: by name, since when, and with what has settled, however they travel. */
import { randomUUID } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { afterAll, expect, test } from 'vitest';
import type { MapOptions } from '../../src/client.ts';
import { eventually, stage } from '../support/temporal.ts';

let open: () => void = () => {};
const gate = new Promise<void>((resolve) => (open = resolve));
const attempts = new Map<string, number>();

const on = stage({
  /** The slow one ends when the test says so, and one fails its first attempt. */
  sized: async ({ id }: { id: string }) => {
    const attempt = (attempts.get(id) ?? 0) + 1;
    attempts.set(id, attempt);
    if (id.startsWith('bad')) throw ApplicationFailure.nonRetryable('it is odd', 'Odd');
    if (id.startsWith('shaky') && attempt === 1) throw new Error('not yet');
    if (/^(slow|shaky)/.test(id)) await Promise.race([gate, Context.current().cancelled]);
    return id;
  },
});
afterAll(() => open());

test.each<[string, MapOptions]>([
  ['many to an activity', { granularity: 500 }],
  ['an activity each', { granularity: 'task' }],
])('those that run and those that settled are seen while the first is slow, %s', async (how, options) => {
  // Names as long as they may be.
  const ids = ['slow', 'shaky', 'bad', 'quick'].map((name) => `${name} ${how}`.padEnd(900, '.'));
  const { runId } = await on.fanfold.map(
    'sized',
    ids.map((id) => ({ id })),
    { id: `map-${randomUUID()}`, options: { idField: 'id', ...options } },
  );
  const startedAt = expect.any(Number) as number;
  const tasks = await eventually(async () => {
    const listed = (await on.fanfold.get(runId)).progress?.[0]?.tasks ?? [];
    const over = listed.filter(({ state }) => state === 'failed' || state === 'succeeded').length;
    return over === 2 && listed.some(({ retry }) => retry?.attempt === 2) ? listed : undefined;
  });
  expect(tasks).toHaveLength(ids.length);
  expect(tasks).toMatchObject([
    { id: ids[0], state: 'running', startedAt },
    { id: ids[1], state: 'running', startedAt, retry: { attempt: 2 } },
    { id: ids[2], state: 'failed', message: 'it is odd' },
    { id: ids[3], state: 'succeeded', durationMs: expect.any(Number) },
  ]);
  await on.fanfold.cancel(runId);
  expect((await on.fanfold.result(runId)).status).toBe('cancelled');
});

test('two that fail under one id are both among the failed, whatever it is, in the run and in its answer', async () => {
  const ids = ['bad', 'bad', 'good', 'bad (2)', 'bad'];
  const { runId } = await on.fanfold.map(
    'sized',
    ids.map((id) => ({ id })),
    { id: `map-${randomUUID()}` },
  );
  const { fanIn } = await on.fanfold.result(runId);
  const names = ['bad', 'bad (2)', 'bad (2) (2)', 'bad (3)'];
  expect(Object.keys(fanIn?.failedTasks ?? {})).toEqual(names);
  expect(fanIn).toMatchObject({ failureCount: names.length, mergedResults: ['good'] });
  const recorded = (await on.client.workflow.getHandle(runId).result()) as { fanIn: { failedTasks: object } };
  expect(Object.keys(recorded.fanIn.failedTasks)).toEqual(names);
});
