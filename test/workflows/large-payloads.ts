/** What must hold of runs whose payloads no message bears, whatever store they lie in. */
import { randomUUID } from 'node:crypto';
import type { ExternalStorage } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { payloads, toSegment } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';
import { stage, type Stage } from '../support/temporal.ts';

const size = 5_000_000;

export function passesLargePayloads(storage: () => ExternalStorage, open: () => Store): Stage {
  const on = stage(
    { large: async (length: number) => 'x'.repeat(length), length: async (text: string) => text.length },
    storage,
  );
  const objects = async (runId: string): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { key } of open().list(`${payloads}default/${toSegment(runId)}/`)) keys.push(key);
    return keys;
  };

  test('a result of 5 MB passes through history, which stays small', async () => {
    const id = `large-${randomUUID()}`;
    const { runId } = await on.fanfold.start('tasks', { tasks: [{ id: 'a', activity: 'large', input: size }] }, { id });
    const { fanIn } = await on.fanfold.result(runId);
    expect(fanIn?.mergedResults).toEqual(['x'.repeat(size)]);
    const { historySize } = await on.client.workflow.getHandle(runId).describe();
    expect(historySize).toBeLessThan(20_000);
    // The activity's result, and the run's; an attempt that came too late on a busy machine leaves its own.
    const stored = (await objects(runId)).length;
    expect(stored).toBeGreaterThanOrEqual(2);
    expect(stored - (await furtherAttempts(on, runId))).toBeLessThanOrEqual(2);
  });

  test('an input of 5 MB passes, is redriven, and replays from its history', async () => {
    const input = 'y'.repeat(size);
    const tasks = [
      { id: 'a', activity: 'length', input },
      { id: 'b', activity: 'large', input: 1 },
    ];
    const first = await on.fanfold.run(
      'tasks',
      { tasks, options: { maxFailures: 1 } },
      { id: `input-${randomUUID()}` },
    );
    expect(first.fanIn?.mergedResults).toEqual([size, 'x']);
    const { runId } = await on.fanfold.redrive(first.runId);
    expect((await on.fanfold.result(runId)).fanIn?.mergedResults).toEqual([size, 'x']);
    const history = await on.client.workflow.getHandle(first.runId).fetchHistory();
    const { codePath } = inject('temporal');
    await Worker.runReplayHistory(
      { workflowBundle: { codePath }, dataConverter: { externalStorage: storage() } },
      history,
    );
  });

  test('of many at once, each comes back as its own', async () => {
    const tasks = Array.from({ length: 10 }, (_, index) => ({
      id: `t${index}`,
      activity: 'large',
      input: 1_100_000 + index,
    }));
    const view = await on.fanfold.run('tasks', { tasks, options: { granularity: 'task' } });
    expect(view.fanIn?.mergedResults.map((text) => String(text).length)).toEqual(tasks.map(({ input }) => input));
  });
  return on;
}

/** Of activities and workflow tasks, beyond the first of each. */
async function furtherAttempts(on: Stage, runId: string): Promise<number> {
  const { events = [] } = await on.client.workflow.getHandle(runId).fetchHistory();
  const attempts = (events ?? []).flatMap((event) => [
    event.activityTaskStartedEventAttributes?.attempt ?? 1,
    event.workflowTaskScheduledEventAttributes?.attempt ?? 1,
  ]);
  return attempts.reduce((sum, attempt) => sum + attempt - 1, 0);
}
