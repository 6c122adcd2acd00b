import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../../src/limits/learned/refusal.ts';

const now = Date.UTC(2026, 0, 1);
const refuse = (status: number, headers: Record<string, string> = {}, said = '') =>
  refusalOf({ status, header: (name) => headers[name], said }, now);

describe('a refusal over HTTP', () => {
  test.each([429, 503, 529])('by %i means no room now', (status) => {
    expect(refuse(status)).toEqual({ kind: 'throttled' });
  });

  test.each([500, 502, 504, 408, 409, 425])('by %i may pass', (status) => {
    expect(refuse(status)).toEqual({ kind: 'trouble' });
  });

  test.each([400, 401, 403, 404, 413, 422])('by %i is final', (status) => {
    expect(refuse(status)).toEqual({ kind: 'final', spent: false });
  });

  test('is final where the money is used up, though it comes as 429', () => {
    expect(refuse(429, { 'retry-after': '1' }, 'insufficient_quota: You exceeded')).toEqual({
      kind: 'final',
      spent: true,
    });
    expect(refuse(402)).toEqual({ kind: 'final', spent: true });
  });

  test('obeys a server that says whether to try again', () => {
    expect(refuse(503, { 'x-should-retry': 'false' })).toMatchObject({ kind: 'final' });
    expect(refuse(400, { 'x-should-retry': 'true' })).toMatchObject({ kind: 'trouble' });
  });
});

describe('how long a refusal asks to wait', () => {
  test.each([
    [{ 'retry-after': '90' }, 90_000],
    [{ 'retry-after-ms': '120' }, 120],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:05:00 GMT' }, 300_000],
    [{ 'x-ratelimit-reset-requests': '1m30.5s' }, 90_500],
    [{ 'x-ratelimit-reset-tokens': '20ms', 'x-ratelimit-reset-requests': '2s' }, 2000],
    [
      { 'x-ratelimit-remaining-requests': '9', 'x-ratelimit-reset-requests': '1h', 'x-ratelimit-reset-tokens': '3s' },
      3000,
    ],
    [{ 'anthropic-ratelimit-tokens-reset': '2026-01-01T00:00:07Z' }, 7000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 40) }, 40_000],
    [{ 'x-ratelimit-reset': String(now + 5000) }, 5000],
    [{ 'ratelimit-reset': '12' }, 12_000],
  ])('is read from %j', (headers, waitMs) => {
    expect(refuse(429, headers)).toEqual({ kind: 'throttled', waitMs });
  });

  test('is not guessed from what cannot be read, nor from a budget that is not used up', () => {
    expect(refuse(429, { 'x-ratelimit-reset': 'soon' })).toEqual({ kind: 'throttled' });
    expect(refuse(429, { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '60' })).toEqual({ kind: 'throttled' });
    expect(refuse(503, { 'x-ratelimit-reset': '60' })).toEqual({ kind: 'throttled' });
  });
});
