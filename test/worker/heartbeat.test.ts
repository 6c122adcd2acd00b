/** How often an activity beats by itself, and which attempts of a killed worker are given back at once. */
import { Context } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test, vi } from 'vitest';
import { autoHeartbeat } from '../../src/worker/heartbeat.ts';
import { journalled } from '../../src/worker/journalled.ts';
import type { RunningActivity } from '../../src/worker/journal.ts';

const input = { args: [], headers: {} };

test('a call of nine seconds under the usual heartbeat timeout beats at most once in three seconds, and no later than that', async () => {
  vi.useFakeTimers();
  try {
    const beats: number[] = [];
    const env = new MockActivityEnvironment({ heartbeatTimeoutMs: 9000 });
    env.on('heartbeat', () => beats.push(Date.now()));
    const began = Date.now();
    await env.run(() => autoHeartbeat.execute?.(input, () => vi.advanceTimersByTimeAsync(9500)) ?? Promise.resolve());
    expect(beats.map((at) => at - began)).toEqual([3000, 6000, 9000]);
  } finally {
    vi.useRealTimers();
  }
});

test("a heartbeat of the activity's own puts off that of the worker, which would hold up the next one", async () => {
  vi.useFakeTimers();
  try {
    const beats: number[] = [];
    const env = new MockActivityEnvironment({ heartbeatTimeoutMs: 9000 });
    env.on('heartbeat', () => beats.push(Date.now()));
    const began = Date.now();
    const own = async (): Promise<void> => {
      await vi.advanceTimersByTimeAsync(2000);
      Context.current().heartbeat('mine');
      await vi.advanceTimersByTimeAsync(6500);
    };
    await env.run(() => autoHeartbeat.execute?.(input, own) ?? Promise.resolve());
    expect(beats.map((at) => at - began)).toEqual([2000, 5000, 8000]);
  } finally {
    vi.useRealTimers();
  }
});

/** What the journal holds while an attempt runs, and after its own heartbeats. */
async function notedOf(info: object, beats: readonly unknown[]): Promise<boolean[]> {
  const open = new Set<RunningActivity>();
  const journal = {
    begin(activity: RunningActivity) {
      open.add(activity);
      return () => void open.delete(activity);
    },
    serves() {},
    close() {},
  };
  const noted: boolean[] = [];
  await new MockActivityEnvironment(info).run(
    () =>
      journalled(journal as unknown as Parameters<typeof journalled>[0]).execute?.(input, async () => {
        noted.push(open.size > 0);
        for (const details of beats) {
          Context.current().heartbeat(details);
          noted.push(open.size > 0);
        }
      }) ?? Promise.resolve(),
  );
  expect(open.size).toBe(0);
  return noted;
}

test('every attempt of a killed worker is given back, but a last one only until it has made a checkpoint', async () => {
  const retryPolicy = { maximumAttempts: 2 };
  expect(await notedOf({ attempt: 1, retryPolicy }, [undefined, 7])).toEqual([true, true, true]);
  expect(await notedOf({ attempt: 2, retryPolicy }, [undefined, 7])).toEqual([true, true, false]);
  expect(await notedOf({ attempt: 2, retryPolicy, heartbeatDetails: 7 }, [])).toEqual([false]);
  expect(await notedOf({ attempt: 9 }, [7])).toEqual([true, true]);
});
