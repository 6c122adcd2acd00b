/**
 * Tasks side by side inside one activity: width, attempts, timeouts and one end, at a few microseconds a task.
 * The surprising rule: there is no promise a task here beyond the task's own, and no list of all tasks either.
 */
import { describeError, type TaskError } from '../task.ts';
import { milliseconds, type Duration } from '../duration.ts';

export interface PoolRule {
  readonly width: number;
  readonly attempts: number;
  readonly taskTimeoutMs?: number | undefined;
}

/** One task that runs. */
export interface Running<T> {
  readonly task: T;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  attempts: number;
  /** Set by whoever runs it, where it can hear a cancel. */
  cancel?: () => void;
  settled: boolean;
  timer?: ReturnType<typeof setTimeout>;
}

export type PoolOutcome = { readonly value: unknown } | { readonly error: TaskError };

export interface PoolWork<T> {
  /** The next tasks, or undefined at the end. Never called again before it has answered. */
  supply(): Promise<readonly T[] | undefined>;
  run(running: Running<T>): unknown;
  settled(running: Running<T>, outcome: PoolOutcome): void;
}

const firstBackoffMs = 100;
const cancelledInTurn = 200;
/** How long tasks that end at once may keep everything else waiting. */
const sliceMs = 25;

export class Pool<T> {
  /** Resolves when every task has settled, or at the stop; rejects where the supply does. */
  readonly over: Promise<void>;
  readonly running = new Set<Running<T>>();
  readonly #rule: PoolRule;
  readonly #work: PoolWork<T>;
  #queue: readonly T[] = [];
  #next = 0;
  #exhausted = false;
  #loading = false;
  #launching = false;
  #stopped = false;
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(rule: PoolRule, work: PoolWork<T>) {
    this.#rule = rule;
    this.#work = work;
    this.over = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
  }

  start(): void {
    this.#launch();
  }

  /** Starts nothing more; what runs is left for the caller to settle, and to {@link cancel}. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const running of this.running) {
      clearTimeout(running.timer);
      running.settled = true;
    }
    this.#finish();
  }

  /** Tells what still runs that nobody wants it, by turns: an error has a stack, and thousands of them take a while. */
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
    while (!this.#stopped && this.running.size < this.#rule.width) {
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
    if (this.#exhausted && this.running.size === 0 && this.#next >= this.#queue.length) this.#finish();
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
        this.#launch();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #begin(task: T): void {
    const running: Running<T> = { task, startedAt: Date.now(), attempts: 0, settled: false };
    this.running.add(running);
    const { taskTimeoutMs } = this.#rule;
    if (taskTimeoutMs !== undefined) {
      running.timer = setTimeout(() => {
        const message = `The task took longer than its timeout of ${taskTimeoutMs} ms`;
        this.#settle(running, { error: { kind: 'timedOut', name: 'TaskTimeoutError', message } });
        running.cancel?.();
      }, taskTimeoutMs);
    }
    this.#attempt(running);
  }

  #attempt(running: Running<T>): void {
    if (running.settled) return;
    running.attempts++;
    try {
      const value = this.#work.run(running);
      if (!isThenable(value)) this.#settle(running, { value });
      else
        value.then(
          (landed) => this.#settle(running, { value: landed }),
          (error: unknown) => this.#failed(running, error),
        );
    } catch (error) {
      this.#failed(running, error);
    }
  }

  #failed(running: Running<T>, thrown: unknown): void {
    if (running.settled) return;
    const error = describeError(thrown);
    if (running.attempts >= this.#rule.attempts || error.retryable === false) return this.#settle(running, { error });
    const wait = askedDelay(thrown) ?? firstBackoffMs * 2 ** Math.min(10, running.attempts - 1);
    setTimeout(() => this.#attempt(running), wait);
  }

  #settle(running: Running<T>, outcome: PoolOutcome): void {
    if (running.settled) return;
    running.settled = true;
    if (running.timer) clearTimeout(running.timer);
    this.running.delete(running);
    this.#work.settled(running, outcome);
    this.#launch();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === 'function';
}

/** What the task's own failure says of the next attempt, as Temporal's does. */
function askedDelay(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('nextRetryDelay' in thrown) || thrown.nextRetryDelay === undefined)
    return undefined;
  try {
    return milliseconds(thrown.nextRetryDelay as Duration, 'nextRetryDelay');
  } catch {
    return undefined;
  }
}
