/**
 * Tasks side by side inside one activity, under one rule: width, attempts, timeouts, deadline, successes and failures.
 * It serves packs, units of map runs and packs in the workflow's own task, at a few microseconds a task.
 * The surprising rule: there is no promise a task here beyond the task's own, and no list of all tasks either.
 */
import { tenantBudgetSpent } from '../budget.ts';
import { plainClock, startTimer } from '../clock.ts';
import { armDeadline } from '../deadline.ts';
import { describeError, type TaskError } from '../task.ts';
import type { StopReason, Tally } from '../stop.ts';
import type { EarlierTries } from './pack.ts';
import { isFinal, retryDelay, type RetryRule } from './retry.ts';

export interface RunnerRule {
  /** Tasks at once. */
  readonly width: number;
  /** Attempts of each task, the first included. */
  readonly attempts: number;
  /** Milliseconds of a task, all its attempts included. */
  readonly taskTimeoutMs?: number | undefined;
  /** Milliseconds of one attempt; the next one follows. */
  readonly attemptTimeoutMs?: number | undefined;
  /** @default 100 ms, doubled each time */
  readonly retry?: RetryRule | undefined;
  /** Milliseconds since the Unix epoch; what is still open then is left so. */
  readonly deadlineAt?: number | undefined;
  /** Over as soon as it has this many successes. */
  readonly first?: number | undefined;
  /** Over as soon as it has more failures than this. */
  readonly maxFailures?: number | undefined;
}

/** One task that runs. */
export interface Running<T> {
  readonly task: T;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  attempts: number;
  /** Set by whoever runs it, where it listens to a cancel. */
  cancel?: (() => void) | undefined;
  settled: boolean;
  /** The last attempt that has ended. */
  ended: number;
  /** Disarms the end of the task. */
  disarm: () => void;
  /** Disarms that of its attempt. */
  disarmAttempt: () => void;
}

/** `thrown` is what the task's last attempt threw, where it did. */
export type RunnerOutcome = { readonly value: unknown } | { readonly error: TaskError; readonly thrown?: unknown };

export interface RunnerWork<T> {
  /** The next tasks, or undefined at the end. Never called again before it has answered. */
  supply(): Promise<readonly T[] | undefined>;
  run(running: Running<T>): unknown;
  settled(running: Running<T>, outcome: RunnerOutcome): void;
  /** What counts for the rule, with what was known before. */
  tally(): Pick<Tally, 'succeeded' | 'failed'>;
  /** When nobody waits for the task any more, in milliseconds since the Unix epoch. @default never */
  endsAt?(task: T): number | undefined;
  /** Attempts that it has had before. @default none */
  tried?(task: T): EarlierTries | undefined;
  /** Whether no other task begins once one was refused as the tenant has spent its budget. @default false */
  readonly endsWithTenant?: boolean;
}

/** Why a runner is over. */
export type RunnerEnd = Extract<
  StopReason,
  'allSettled' | 'deadline' | 'first' | 'maxFailures' | 'budget' | 'cancelled'
>;

const untried: EarlierTries = { attempts: 0, delayMs: 0 };
const cancelledInTurn = 200;
/** How long tasks that end at once may keep everything else waiting. */
const sliceMs = 25;

export class Runner<T> {
  /** Resolves when every task has settled, or at an end by the rule; rejects where the supply does. */
  readonly over: Promise<RunnerEnd>;
  /** What runs; after an end, what was left open by it. */
  readonly running = new Set<Running<T>>();
  readonly #rule: RunnerRule;
  readonly #work: RunnerWork<T>;
  #queue: readonly T[] = [];
  #next = 0;
  #exhausted = false;
  #loading = false;
  #launching = false;
  #stopped = false;
  /** Nothing more begins, and what runs may end. */
  #isSpent = false;
  #disarm: () => void = () => {};
  #finish: (end: RunnerEnd) => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(rule: RunnerRule, work: RunnerWork<T>) {
    this.#rule = rule;
    this.#work = work;
    this.over = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
  }

  start(): void {
    const { deadlineAt } = this.#rule;
    if (deadlineAt !== undefined) this.#disarm = armDeadline(plainClock, deadlineAt, '', () => this.stop('deadline'));
    this.#launch();
  }

  /** Starts nothing more; what runs is left for the caller to settle, and to {@link cancel}. */
  stop(end: RunnerEnd = 'cancelled'): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#disarm();
    for (const running of this.running) {
      running.disarm();
      running.settled = true;
    }
    this.#finish(end);
  }

  /** Cancels what still runs, by turns: an error has a stack, and thousands of them take a while. */
  cancel(): void {
    const some = [...this.running].slice(0, cancelledInTurn);
    for (const running of some) {
      this.running.delete(running);
      running.cancel?.();
    }
    if (this.running.size > 0) setTimeout(() => this.cancel(), 0);
  }

  #launch(): void {
    if (this.#launching || this.#stopped) return;
    this.#launching = true;
    const until = Date.now() + sliceMs;
    while (!this.#stopped && !this.#isSpent && this.running.size < this.#rule.width) {
      if (this.#next >= this.#queue.length) {
        this.#load();
        break;
      }
      if ((this.#next & 63) === 63 && Date.now() > until) {
        setTimeout(() => this.#launch(), 0);
        break;
      }
      this.#begin(this.#queue[this.#next++] as T);
    }
    this.#launching = false;
    if (this.running.size === 0) this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#exhausted && this.#next >= this.#queue.length) this.stop('allSettled');
    else if (this.#isSpent) this.stop('budget');
  }

  #load(): void {
    if (this.#loading || this.#exhausted) return;
    this.#loading = true;
    this.#work.supply().then(
      (tasks) => {
        this.#loading = false;
        this.#queue = tasks ?? [];
        this.#next = 0;
        this.#exhausted = tasks === undefined;
        this.#judge();
        this.#launch();
      },
      (error: unknown) => {
        this.#disarm();
        this.#fail(error);
      },
    );
  }

  #begin(task: T): void {
    const { attempts, delayMs } = this.#work.tried?.(task) ?? untried;
    const running: Running<T> = {
      task,
      startedAt: Date.now(),
      attempts,
      ended: attempts,
      settled: false,
      disarm: nothing,
      disarmAttempt: nothing,
    };
    this.running.add(running);
    const { taskTimeoutMs = Infinity } = this.#rule;
    const endsMs = (this.#work.endsAt?.(task) ?? Infinity) - running.startedAt;
    const [leftMs, error] = taskTimeoutMs <= endsMs ? [taskTimeoutMs, timedOut(taskTimeoutMs)] : [endsMs, unwanted];
    if (leftMs !== Infinity) running.disarm = startTimer(Math.max(0, leftMs), () => this.#end(running, error));
    if (delayMs > 0) startTimer(delayMs, () => this.#attempt(running));
    else this.#attempt(running);
  }

  #end(running: Running<T>, error: TaskError): void {
    this.#settle(running, { error });
    running.cancel?.();
  }

  #attempt(running: Running<T>): void {
    if (running.settled) return;
    const attempt = ++running.attempts;
    running.disarmAttempt = this.#armAttempt(running, attempt);
    try {
      const value = this.#work.run(running);
      if (isThenable(value))
        value.then(
          (landed) => this.#land(running, attempt, landed),
          (error: unknown) => this.#failed(running, attempt, error),
        );
      else this.#land(running, attempt, value);
    } catch (error) {
      this.#failed(running, attempt, error);
    }
  }

  /** Whether the attempt is the one that the task waits for; from now on it is not. */
  #ends(running: Running<T>, attempt: number): boolean {
    if (running.ended === attempt || running.attempts !== attempt) return false;
    running.ended = attempt;
    running.disarmAttempt();
    return !running.settled;
  }

  #land(running: Running<T>, attempt: number, value: unknown): void {
    if (this.#ends(running, attempt)) this.#settle(running, { value });
  }

  #armAttempt(running: Running<T>, attempt: number): () => void {
    const { attemptTimeoutMs } = this.#rule;
    if (attemptTimeoutMs === undefined) return nothing;
    return startTimer(attemptTimeoutMs, () => {
      const { cancel } = running;
      running.cancel = undefined;
      this.#failed(running, attempt, new AttemptTimeout(attemptTimeoutMs));
      cancel?.();
    });
  }

  #failed(running: Running<T>, attempt: number, thrown: unknown): void {
    if (!this.#ends(running, attempt)) return;
    const { attempts, retry } = this.#rule;
    if (attempt >= attempts || isFinal(thrown, retry))
      return this.#settle(running, { error: describeError(thrown), thrown });
    startTimer(retryDelay(thrown, attempt, retry), () => this.#attempt(running));
  }

  #settle(running: Running<T>, outcome: RunnerOutcome): void {
    if (running.settled) return;
    running.settled = true;
    running.disarm();
    this.running.delete(running);
    if ('error' in outcome && outcome.error.name === tenantBudgetSpent)
      this.#isSpent = this.#work.endsWithTenant === true;
    this.#work.settled(running, outcome);
    this.#judge();
    this.#launch();
  }

  #judge(): void {
    const { first = Infinity, maxFailures = Infinity } = this.#rule;
    const { succeeded, failed } = this.#work.tally();
    if (succeeded >= first) this.stop('first');
    else if (failed > maxFailures) this.stop('maxFailures');
  }
}

/** An attempt that took longer than it may, named as Temporal names it where the attempt is an activity. */
export class AttemptTimeout extends Error {
  override readonly name = 'TimeoutFailure';

  constructor(milliseconds: number) {
    super(`activity StartToClose timeout: an attempt took longer than ${milliseconds} ms`);
  }
}

/** A task that ended because nobody waits for it any more; whoever sent it knows why. */
const unwanted: TaskError = {
  kind: 'timedOut',
  name: 'DeadlineExceededError',
  message: 'Still running when nobody waited for it any more',
  retryable: true,
};

function timedOut(milliseconds: number): TaskError {
  const message = `The task took longer than its timeout of ${milliseconds} ms`;
  return { kind: 'timedOut', name: 'TaskTimeoutError', message };
}

const nothing = (): void => {};

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === 'function';
}
