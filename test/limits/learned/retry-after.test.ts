import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastRetryMs } from '../../../src/core/travel/retry.ts';
import { retryAfterMs, retryDelayFor, withJitter } from '../../../src/limits/learned/retry-after.ts';

const now = Date.UTC(2026, 0, 1);
const told = (headers: Record<string, string>): number | undefined => retryAfterMs((name) => headers[name], now);

test('seconds, decimals of them, milliseconds and dates are all understood, above a minute too', () => {
  expect(told({ 'retry-after': '2' })).toBe(2000);
  expect(told({ 'retry-after': '1.5' })).toBe(1500);
  expect(told({ 'retry-after': '3600' })).toBe(3_600_000);
  expect(told({ 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' })).toBe(90_000);
  expect(told({ 'retry-after-ms': '250', 'retry-after': '9' })).toBe(250);
});

test('a date that has passed means now, and nonsense means nothing was said', () => {
  expect(told({ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' })).toBe(0);
  for (const nonsense of ['', 'soon', '-5', 'NaN', '1e9999x'])
    expect(told({ 'retry-after': nonsense })).toBeUndefined();
  expect(told({})).toBeUndefined();
});

test('any whole seconds and any date come back as they were said', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seconds) => {
      expect(told({ 'retry-after': String(seconds) })).toBe(seconds * 1000);
      expect(told({ 'retry-after': new Date(now + seconds * 1000).toUTCString() })).toBe(seconds * 1000);
    }),
  );
});

test('no header makes it throw or go back in time', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(told({ 'retry-after': text }) ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('jitter adds up to a fifth and never takes away', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e9 }), fc.double({ min: 0, max: 1, noNaN: true }), (ms, random) => {
      expect(withJitter(ms, random)).toBeGreaterThanOrEqual(ms);
      expect(withJitter(ms, random)).toBeLessThanOrEqual(Math.ceil(ms * 1.2));
    }),
  );
});

test('no wait that somebody asks for becomes the delay of nothing, which Temporal takes for "no retry"', () => {
  for (const asked of [0, -0, 0.4, -5, Number.NaN]) expect(retryDelayFor(asked, 0)).toBe(leastRetryMs);
  expect(retryDelayFor(2000, 0)).toBe(2000);
  expect(retryDelayFor(2000, 1)).toBe(2400);
});
