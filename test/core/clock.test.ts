import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTimer } from '../../src/core/clock.ts';
import { boundedMs, sleepFor } from '../../src/core/sleep.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const days = (count: number): number => count * 24 * 3_600_000;

test('a timer of 40 days fires after 40 days, once, and not where it was stopped', async () => {
  const fire = vi.fn();
  startTimer(days(40), fire);
  const stopped = vi.fn();
  const stop = startTimer(days(40), stopped);
  await vi.advanceTimersByTimeAsync(days(40) - 1);
  expect(fire).not.toHaveBeenCalled();
  stop();
  await vi.advanceTimersByTimeAsync(1);
  expect(fire).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(days(100));
  expect(fire).toHaveBeenCalledOnce();
  expect(stopped).not.toHaveBeenCalled();
});

test('a sleep of 40 days is one, and ends at once with the reason it is aborted for', async () => {
  const awake = vi.fn();
  void sleepFor(days(40)).then(awake);
  await vi.advanceTimersByTimeAsync(days(39));
  expect(awake).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(days(1));
  expect(awake).toHaveBeenCalledOnce();
  const left = new AbortController();
  const sleeping = sleepFor(days(40), left.signal);
  left.abort(new Error('enough'));
  await expect(sleeping).rejects.toThrow('enough');
  await expect(sleepFor(1, left.signal)).rejects.toThrow('enough');
  expect(vi.getTimerCount()).toBe(0);
});

test('what is bounded is never more than a timer takes', () => {
  expect(boundedMs(days(40))).toBe(2 ** 31 - 1);
  expect(boundedMs(Infinity)).toBe(2 ** 31 - 1);
  expect(boundedMs(5)).toBe(5);
  // `AbortSignal.timeout` takes neither.
  expect(boundedMs(4.2)).toBe(5);
  expect(boundedMs(-1)).toBe(0);
});
