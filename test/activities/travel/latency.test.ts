/** Timing an activity changes nothing of it. */
import { expect, test } from 'vitest';
import { createLatencies } from '../../../src/activities/travel/latency.ts';

test('a result whose asking begins the work is asked for once', async () => {
  let asked = 0;
  const lazy = {
    // oxlint-disable-next-line unicorn/no-thenable
    then(landed: (value: number) => unknown) {
      asked++;
      return Promise.resolve(7).then(landed);
    },
  };
  const latencies = createLatencies();
  const { query } = latencies.timed({ query: () => lazy });
  await expect(query?.()).resolves.toBe(7);
  expect(asked).toBe(1);
});

test.each([
  ['a value', () => 7, 1],
  ['a promise', async () => 7, 1],
  ['what throws at once', () => fail(), 0],
  ['what rejects', async () => fail(), 0],
])('the run of %s is seen, with the size of its result', async (_name, activity, largestBytes) => {
  const latencies = createLatencies();
  const timed = latencies.timed({ activity })['activity'] as () => unknown;
  await new Promise((resolve) => resolve(timed())).catch(() => {});
  expect(latencies.seen()['activity']).toMatchObject({ runs: 1, largestBytes });
});

function fail(): never {
  throw new Error('no');
}

test('one that has not ended is as slow as it has been running', async () => {
  const latencies = createLatencies();
  let end = (): void => {};
  const { wait } = latencies.timed({ wait: () => new Promise<void>((resolve) => (end = resolve)) });
  const running = wait?.();
  await expect.poll(() => latencies.seen()['wait']?.slowestMs).toBeGreaterThan(20);
  expect(latencies.seen()['wait']?.runs).toBe(0);
  end();
  await running;
  expect(latencies.seen()['wait']).toMatchObject({ runs: 1 });
});
