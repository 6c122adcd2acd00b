/**
 * What an activity under a limit runs in: counts its real attempts, and reports to the limiter how it ended.
 * The surprising rule: Temporal counts every attempt, so those that cost nothing are carried in the heartbeat details,
 * which outlive an attempt and a crash, and are taken off again.
 */
import { ApplicationFailure, asyncLocalStorage, Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { meaningOf } from './throttled.ts';
import { inLimit, TokensSpent } from './tokens.ts';
import { freeAttempts } from '../core/attempts.ts';
import { retryDelayFor } from './learned/retry-after.ts';
import { describeError } from '../core/task.ts';
import { isA } from '../core/thrown.ts';
import type { Refusal } from './learned/refusal.ts';
import type { Limiter } from './limiter.ts';

/** What the heartbeat details of such an activity are. */
interface Carried {
  readonly fanfold: { readonly free: number };
  /** The activity's own. */
  readonly details?: unknown;
}

/** Where the other side does not say how long to wait, in ms: doubled with each refusal of the task. */
const firstWaitMs = 500;
const longestWaitMs = 5000;

export function underLimit(limiter: Limiter): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const call = new Call(Context.current(), limiter);
      call.refuseFurther();
      const waitMs = limiter.begin();
      if (waitMs > 0)
        throw call.free('There is no room at the limit any more; the task goes back to its queue', waitMs);
      const startedAt = Date.now();
      try {
        const result = await call.run(() => next(input));
        limiter.end('success', startedAt);
        return result;
      } catch (error) {
        throw call.failed(error, startedAt);
      }
    },
  };
}

class Call {
  readonly #context: Context;
  readonly #limiter: Limiter;
  readonly #free: number;
  #details: unknown;

  constructor(context: Context, limiter: Limiter) {
    this.#context = context;
    this.#limiter = limiter;
    const { fanfold, details }: Partial<Carried> = carriedBy(context.info.heartbeatDetails);
    this.#free = fanfold?.free ?? 0;
    this.#details = details;
  }

  get #attempt(): number {
    return this.#context.info.attempt - this.#free;
  }

  /** Where the activity was not started by fanfold, nothing bounds its attempts but its own policy. */
  get #allowed(): number {
    const { maximumAttempts = 0 } = this.#context.info.retryPolicy ?? {};
    return maximumAttempts > freeAttempts ? maximumAttempts - freeAttempts : Infinity;
  }

  /** An attempt that timed out or died with its worker could not be counted at its end. */
  refuseFurther(): void {
    if (this.#attempt <= this.#allowed) return;
    throw ApplicationFailure.nonRetryable(
      `None of its ${this.#allowed} attempts came to an end: each timed out, or its worker died`,
      'AttemptsExhausted',
    );
  }

  /** Runs the activity, which sees its own attempts and its own heartbeat details. */
  run<R>(work: () => Promise<R>): Promise<R> {
    const { info, heartbeat } = this.#context;
    const { retryPolicy } = info;
    const maximumAttempts = this.#allowed === Infinity ? (retryPolicy?.maximumAttempts ?? 0) : this.#allowed;
    const own = {
      info: {
        ...info,
        attempt: this.#attempt,
        heartbeatDetails: this.#details,
        ...(retryPolicy ? { retryPolicy: { ...retryPolicy, maximumAttempts } } : {}),
      },
      heartbeat: (details?: unknown) => {
        this.#details = details;
        heartbeat.call(this.#context, this.#carried(this.#free));
      },
    };
    const context = Object.setPrototypeOf(own, this.#context) as Context;
    return asyncLocalStorage.run(context, () => inLimit(this.#limiter, work));
  }

  /** A failure that costs the task no attempt. */
  free(message: string, waitMs: number, cause?: unknown): ApplicationFailure {
    this.#context.heartbeat(this.#carried(this.#free + 1));
    return ApplicationFailure.create({
      type: 'Throttled',
      message,
      nextRetryDelay: retryDelayFor(waitMs, Math.random()),
      ...(isA(cause, Error) ? { cause } : {}),
    });
  }

  failed(error: unknown, startedAt: number): unknown {
    const limiter = this.#limiter;
    if (isA(error, TokensSpent)) {
      limiter.end('ignored', startedAt);
      return this.free(error.message, error.waitMs);
    }
    if (this.#context.cancellationSignal.aborted) {
      limiter.end(this.#context.cancellationDetails?.timedOut ? 'dropped' : 'ignored', startedAt);
      return error;
    }
    const meaning = readMeaning(error);
    if (meaning?.kind === 'throttled') {
      limiter.end('dropped', startedAt, meaning.waitMs);
      const backoff = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(10, this.#free));
      return this.free(describeError(error).message, meaning.waitMs ?? backoff, error);
    }
    limiter.end(describeError(error).kind === 'timedOut' || isTimeout(error) ? 'dropped' : 'ignored', startedAt);
    return this.#counted(error, meaning?.kind === 'final');
  }

  /** As it was, unless it was the last attempt; the original stays the root, so that people read that. */
  #counted(error: unknown, final: boolean): unknown {
    if (isA(error, ApplicationFailure) && error.nonRetryable) return error;
    if (!final && this.#attempt < this.#allowed) return error;
    const { message, name } = describeError(error);
    const cause = isA(error, Error) ? { cause: error } : {};
    return ApplicationFailure.create({ type: name, message, nonRetryable: true, ...cause });
  }

  #carried(free: number): Carried {
    return { fanfold: { free }, details: this.#details };
  }
}

/** Undefined also where the error cannot be read: then nobody says that there was no room. */
function readMeaning(error: unknown): Refusal | undefined {
  try {
    return meaningOf(error, Date.now());
  } catch {
    return undefined;
  }
}

function carriedBy(details: unknown): Partial<Carried> {
  return typeof details === 'object' && details !== null && 'fanfold' in details ? (details as Carried) : { details };
}

function isTimeout(error: unknown): boolean {
  return isA(error, ApplicationFailure) && error.type === 'TimedOut';
}
