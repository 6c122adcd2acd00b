/** How often the server is asked by whoever watches a run. */
import type { Client } from '@temporalio/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunView } from '../../src/runs/run-view.ts';
import { callsOf, watched } from '../../src/runs/watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const run = { runId: 'r', kind: 'map', startedAt: 0 };
const running: RunView = { ...run, status: 'running' };
const over: RunView = {
  ...run,
  status: 'cancelled',
  error: { type: 'Cancelled', message: 'The run was cancelled' },
};

/** A client of which a run's end is told when `end` is called. */
function played(): { readonly client: Client; readonly end: () => void; readonly left: () => boolean } {
  const steps: (() => void)[] = [];
  const ended = new Promise<void>((resolve) => steps.push(resolve));
  let signal: AbortSignal | undefined;
  const client = {
    workflow: { getHandle: () => ({ result: () => ended }) },
    withAbortSignal: (given: AbortSignal, ask: () => Promise<unknown>) => {
      signal = given;
      return ask();
    },
  };
  return { client: client as object as Client, end: () => steps[0]?.(), left: () => signal?.aborted === true };
}

test('a run that goes on is looked at closely at first, and by two calls a second for as long as it goes on', async () => {
  const { client, end } = played();
  let calls = 0;
  let status: RunView = running;
  const look = async (): Promise<RunView> => {
    calls += callsOf(status);
    return status;
  };
  const views = watched(client, 'r', look, 250);
  const seen: string[] = [];
  const reading = (async () => {
    for await (const { status: each } of views) seen.push(each);
  })();
  await vi.advanceTimersByTimeAsync(1000);
  expect(seen.length).toBeGreaterThanOrEqual(4);
  await vi.advanceTimersByTimeAsync(9000);
  const before = calls;
  await vi.advanceTimersByTimeAsync(100_000);
  expect(calls - before).toBeGreaterThan(100);
  expect(calls - before).toBeLessThanOrEqual(200 + callsOf(running));
  // The end is seen without another wait.
  status = over;
  end();
  await vi.advanceTimersByTimeAsync(0);
  await reading;
  expect(seen.at(-1)).toBe('cancelled');
});

test('who watches no more leaves no call behind', async () => {
  const { client, left } = played();
  const views = watched(client, 'r', async () => running, 250);
  await views.next();
  const next = views.next();
  await vi.advanceTimersByTimeAsync(250);
  await next;
  expect(left()).toBe(false);
  await views.return();
  expect(left()).toBe(true);
});
