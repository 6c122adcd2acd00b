/** What a run has seen of its own calls decides how the next ones travel, where its worker knew nothing of the activity. */
import { Worker } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { stage } from '../support/temporal.ts';

/** As many as there are tries: a worker knows an activity after its first run. */
const tries = 8;
const quick = Object.fromEntries(
  Array.from({ length: tries * 2 }, (_, index) => [`quick${index}`, (value: unknown) => value]),
);
const on = stage(quick);

/** Activities of runs over an activity that no worker has seen, until one of them was not held up by what else the machine does. */
async function scheduledAtBest(from: number, count: number, options: object, enough: number): Promise<number> {
  let least = Infinity;
  for (let index = from; index < from + tries && least > enough; index++) {
    const handle = await on.start(
      'mapped',
      Array.from({ length: count }, (_, at) => at),
      `quick${index}`,
      options,
    );
    expect(await handle.result()).toMatchObject({
      successCount: count,
      mergedResults: Array.from({ length: count }, (_, at) => at),
    });
    const history = await handle.fetchHistory();
    least = Math.min(
      least,
      (history.events ?? []).filter((event) => event.activityTaskScheduledEventAttributes).length,
    );
    const { codePath } = inject('temporal');
    await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, handle.workflowId);
  }
  return least;
}

test('a few at once of an unknown activity are soon sent together, and a replay sends them so too', async () => {
  expect(await scheduledAtBest(0, 60, { concurrency: 5 }, 50)).toBeLessThanOrEqual(50);
});

test('five hundred tasks of an unknown activity by its name are ten activities and then packs, as those of a verb are', async () => {
  expect(await scheduledAtBest(tries, 500, {}, 15)).toBeLessThanOrEqual(15);
});
