/**
 * What a refusal over HTTP means, in one place for every client.
 * A 429 is final where it says that the money is used up, since no waiting brings that back.
 */
import { given } from '../../core/given.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * `throttled`: it has no room now and may have later; the request was not looked at. `trouble`: it failed, and trying
 * again may help. `final`: trying again cannot help.
 */
export type Refusal =
  | { readonly kind: 'throttled'; readonly waitMs?: number }
  | { readonly kind: 'trouble'; readonly waitMs?: number }
  | { readonly kind: 'final'; readonly spent: boolean };

export interface Refused {
  readonly status: number;
  readonly header: (name: string) => string | null | undefined;
  /** What it said: its code, its body, or both. */
  readonly said?: string;
}

/** 529 is what Anthropic says for 503. */
const throttling = new Set([429, 503, 529]);
const passing = new Set([408, 409, 425]);
const spent = /insufficient_quota|billing_hard_limit_reached|billing_not_active|credit balance is too low/i;

/**
 * What a refusal of an API means: that there is no room, and until when, or something else.
 *
 * @param now milliseconds since the Unix epoch
 * @example const refusal = refusalOf({ status: 429, header: (name) => response.headers.get(name) }, Date.now());
 */
export function refusalOf({ status, header, said = '' }: Refused, now: number): Refusal {
  if (status === 402 || (status === 429 && spent.test(said))) return { kind: 'final', spent: true };
  // The SDKs of OpenAI and Anthropic obey this header of their own servers.
  if (header('x-should-retry') === 'false') return { kind: 'final', spent: false };
  const waitMs = retryAfterMs(header, now) ?? (status === 429 ? resetMs(header, now) : undefined);
  const wait = given({ waitMs });
  if (throttling.has(status)) return { kind: 'throttled', ...wait };
  return mayPass(status, header) ? { kind: 'trouble', ...wait } : { kind: 'final', spent: false };
}

function mayPass(status: number, header: Refused['header']): boolean {
  return status >= 500 || passing.has(status) || header('x-should-retry') === 'true';
}

const resets = [
  ['x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests'],
  ['x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens'],
  ['anthropic-ratelimit-requests-remaining', 'anthropic-ratelimit-requests-reset'],
  ['anthropic-ratelimit-tokens-remaining', 'anthropic-ratelimit-tokens-reset'],
  ['x-ratelimit-remaining', 'x-ratelimit-reset-after'],
  ['x-ratelimit-remaining', 'x-ratelimit-reset'],
  ['ratelimit-remaining', 'ratelimit-reset'],
] as const;

/** The longest wait among the budgets that are used up, where the server says which. */
function resetMs(header: Refused['header'], now: number): number | undefined {
  const waits = resets.flatMap(([remaining, reset]) => {
    const left = header(remaining)?.trim();
    if (left !== undefined && left !== '' && Number(left) > 0) return [];
    return readReset(header(reset)?.trim(), now) ?? [];
  });
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** Seconds from now, seconds or milliseconds since the epoch, `1m30.5s` or `20ms`, or a date. */
function readReset(text: string | undefined, now: number): number | undefined {
  if (!text || text.length > 100) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return readNumber(Number(text), now);
  const parts = [...text.matchAll(/(\d{1,15}(?:\.\d{1,15})?)(ms|s|m|h|d)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join('') === text) {
    return parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (units[unit] ?? 0), 0);
  }
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function readNumber(value: number, now: number): number {
  if (value > 1e12) return Math.max(0, value - now);
  return value > 1e9 ? Math.max(0, value * 1000 - now) : value * 1000;
}
