/** How the limits went is kept for who opens the page later: bounded, over failures, and no longer than the service is up. */
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LimitHistory } from '../../src/http/limit-history.ts';
import type { LimitView } from '../../src/limits/view.ts';

const limit = (queued: number): LimitView => ({
  name: 'openai',
  settings: { concurrency: 4 },
  inFlight: 1,
  queued,
  concurrency: 4,
  throttled: 0,
  succeeded: 0,
  processes: 1,
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the history of the limits', () => {
  it('keeps the last looks, the oldest first, and a look that fails is a gap', async () => {
    let queued = 0;
    const look = async () => {
      if (++queued === 2) throw new Error('The server is away');
      return [limit(queued)];
    };
    const ending = new AbortController();
    const history = new LimitHistory(look, { everyMs: 1000, most: 3 });
    await history.begin(ending.signal);
    for (let turn = 0; turn < 4; turn++) await vi.advanceTimersByTimeAsync(1000);
    expect(history.samples.map(({ limits }) => limits[0]?.queued)).toEqual([3, 4, 5]);
    const times = history.samples.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(getEventListeners(ending.signal, 'abort')).toHaveLength(1);
    ending.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(queued).toBe(5);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is left as it was by a look whose answer comes after the end', async () => {
    const ending = new AbortController();
    const history = new LimitHistory(async () => (ending.abort(), [limit(1)]), { everyMs: 1000, most: 3 });
    await history.begin(ending.signal);
    expect(history.samples).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
