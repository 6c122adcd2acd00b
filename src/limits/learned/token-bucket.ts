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

/** @param held tokens that processes have taken ahead of their calls: the bucket fills only beside them */
export function refilled({ level, at }: TokenBucket, settings: LimitSettings, now: number, held = 0): TokenBucket {
  const gained = perMs(settings) * Math.max(0, now - at);
  return { level: Math.min(capacityOf(settings) - held, level + gained), at: Math.max(at, now) };
}

/** Takes an estimate, or says in how many milliseconds it could be there. More than fits is let through from a full bucket. */
export function taken(
  tokens: TokenBucket,
  estimate: number,
  settings: LimitSettings,
  now: number,
  held = 0,
): { readonly tokens: TokenBucket; readonly waitMs: number } {
  const full = refilled(tokens, settings, now, held);
  const needed = Math.min(estimate, capacityOf(settings) - held);
  if (full.level >= needed) return { tokens: { ...full, level: full.level - estimate }, waitMs: 0 };
  return { tokens: full, waitMs: Math.ceil((needed - full.level) / perMs(settings)) };
}

/** Gives back what was taken and not used, or takes what was used beyond; `unused` is then below zero. */
export function settled(
  tokens: TokenBucket,
  unused: number,
  settings: LimitSettings,
  now: number,
  held = 0,
): TokenBucket {
  const full = refilled(tokens, settings, now, held);
  return { ...full, level: Math.min(capacityOf(settings) - held, full.level + unused) };
}

function perMs({ tokensPerMinute = 0 }: LimitSettings): number {
  return tokensPerMinute / 60_000;
}

function capacityOf({ tokensPerMinute = 0 }: LimitSettings): number {
  return (tokensPerMinute / 60) * burstSeconds;
}
