/** What a person may say about a limit, and what follows from it. */
import { InvalidOptionsError } from '../../core/errors.ts';
import type { LimitBounds } from './limit.ts';

/**
 * One API's limit. Everything is a most; what is left out is not limited, except by what the API itself refuses.
 *
 * @example const openai: LimitSettings = { concurrency: 8, perMinute: 500, tokensPerMinute: 90_000 };
 */
export interface LimitSettings {
  /** Calls at once, over all workers. @default 100 */
  readonly concurrency?: number | undefined;
  /** Calls a second, over all workers. */
  readonly perSecond?: number | undefined;
  /** Calls a minute, over all workers; they are spread evenly. */
  readonly perMinute?: number | undefined;
  /** Tokens of a model a minute, over all workers that share a database. */
  readonly tokensPerMinute?: number | undefined;
  /** Learn from refusals how much less than these the API takes at the moment. @default true */
  readonly adapt?: boolean | undefined;
}

/**
 * The named limits of a worker.
 *
 * @example const limits: Limits = { openai: { concurrency: 8 }, crm: { perSecond: 5 } };
 */
export type Limits = Readonly<Record<string, LimitSettings>>;

const defaultConcurrency = 100;
/** A limit of which nothing is known begins here and doubles from there. */
const startNumber = 4;

export function boundsOf({ concurrency = defaultConcurrency }: LimitSettings): LimitBounds {
  return { minimum: 1, maximum: concurrency };
}

/** The number that is set, as whoever set it knows it; what is refused then halves it. */
export function startNumberOf({ adapt = true, concurrency }: LimitSettings): number {
  return concurrency ?? (adapt ? startNumber : defaultConcurrency);
}

/** Calls a second at most; undefined where nothing is said. */
export function ceilingOf({ perSecond = Infinity, perMinute = Infinity }: LimitSettings): number | undefined {
  const ceiling = Math.min(perSecond, perMinute / 60);
  return ceiling === Infinity ? undefined : ceiling;
}

/** @throws {InvalidOptionsError} for a limit that no worker serves: a task that waits there would wait for ever */
export function assertLimit(field: string, limit: unknown, limits: readonly string[] = []): void {
  if (typeof limit === 'string' && limits.includes(limit)) return;
  const there = limits.map((name) => `'${name}'`).join(', ') || 'none: fanfold.config.ts names them';
  throw new InvalidOptionsError(field, `must name a limit that the worker has (there is ${there})`, limit);
}

/** The task queue on which a limit's activities wait. */
export function limitQueue(taskQueue: string, limit: string): string {
  return `${taskQueue}${queueMark}${limit}`;
}

/** The limit whose task queue this is. */
export function limitOfQueue(queue: string): string | undefined {
  const at = queue.lastIndexOf(queueMark);
  return at === -1 ? undefined : queue.slice(at + queueMark.length);
}

const queueMark = '.limit.';
