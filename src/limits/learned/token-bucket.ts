/**
 * A model's tokens a minute: a bucket that fills evenly, from which a call takes its estimate before it starts.
 * It may go below zero, when a call used more than it said; then nobody takes until it is filled.
 */
import type { LimitSettings } from './settings.ts';

export interface TokenBucket {
  readonly level: number;
  /** When it had that level, in milliseconds since the Unix epoch. */
  readonly at: number;
}

/** What may be taken at once after a rest: that of so many seconds, since APIs count by minutes but refuse within. */
const burstSeconds = 10;

export function startTokens(settings: LimitSettings, now: number): TokenBucket {
  return { level: capacityOf(settings), at: now };
}

export function refilled({ level, at }: TokenBucket, settings: LimitSettings, now: number): TokenBucket {
  const gained = perMs(settings) * Math.max(0, now - at);
  return { level: Math.min(capacityOf(settings), level + gained), at: Math.max(at, now) };
}

/** Takes an estimate, or says in how many milliseconds it could be there. More than fits is let through from a full bucket. */
export function taken(
  tokens: TokenBucket,
  estimate: number,
  settings: LimitSettings,
  now: number,
): { readonly tokens: TokenBucket; readonly waitMs: number } {
  const full = refilled(tokens, settings, now);
  const needed = Math.min(estimate, capacityOf(settings));
  if (full.level >= needed) return { tokens: { ...full, level: full.level - estimate }, waitMs: 0 };
  return { tokens: full, waitMs: Math.ceil((needed - full.level) / perMs(settings)) };
}

/** Gives back what was taken and not used, or takes what was used beyond; `unused` is then below zero. */
export function settled(tokens: TokenBucket, unused: number, settings: LimitSettings, now: number): TokenBucket {
  const full = refilled(tokens, settings, now);
  return { ...full, level: Math.min(capacityOf(settings), full.level + unused) };
}

function perMs({ tokensPerMinute = 0 }: LimitSettings): number {
  return tokensPerMinute / 60_000;
}

function capacityOf({ tokensPerMinute = 0 }: LimitSettings): number {
  return (tokensPerMinute / 60) * burstSeconds;
}
