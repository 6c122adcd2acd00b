/**
 * A host in virtual time: a whole schedule takes microseconds and always runs the same way.
 * The surprising rule: time stands still until nothing is left to do at an instant, and a turn ends after the instant's timers.
 */
import type { FanOutControl } from '../../src/core/live/control.ts';
import type { Host, Scope, TaskInfo } from '../../src/core/host.ts';

const realNow = Date.now;
const nextMacrotask = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Timer {
  readonly at: number;
  /** Fires after all timers of its instant that are not late. */
  readonly late: boolean;
  readonly fire: () => void;
}

export class VirtualClock {
  now = 0;
  readonly #timers = new Set<Timer>();

  timer(milliseconds: number, fire: () => void, late = false): () => void {
    const timer = { at: this.now + milliseconds, late, fire };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.timer(milliseconds, resolve));
  }

  /** Lets time pass until no timer is left; `settled` is called whenever nothing is left to do between two timers. */
  async run(settled: () => void = () => {}): Promise<void> {
    Date.now = () => this.now;
    try {
      for (;;) {
        await nextMacrotask();
        settled();
        const next = this.#next();
        if (!next) return;
        this.#timers.delete(next);
        this.now = Math.max(this.now, next.at);
        next.fire();
      }
    } finally {
      Date.now = realNow;
    }
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (!first || timer.at < first.at || (timer.at === first.at && first.late && !timer.late)) first = timer;
    }
    return first;
  }
}

/** What a task of a {@link VirtualHost} receives after its item. */
export interface VirtualContext extends TaskInfo {
  /** From now on the task counts as one that can hear a cancel. */
  onCancel(listener: () => void): void;
}

class VirtualScope implements Scope {
  cancelled = false;
  readonly listeners: Array<() => void> = [];

  async run<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  cancel(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    for (const listener of this.listeners) listener();
  }
}

/** Scopes are not linked, so an engine that forgets to cancel one is found out. */
export class VirtualHost implements Host<[VirtualContext]> {
  readonly clock = new VirtualClock();
  readonly maxConcurrency: number;
  readonly maxBytes: number;
  readonly opened: Host['opened'];
  /** The last fan-out that was opened. */
  control: FanOutControl | undefined;
  /** Timers of the fan-out itself that wait to fire. */
  readonly timers = new Map<() => void, string>();
  readonly #listeners = new Set<() => void>();

  constructor({ maxConcurrency = 1_000_000, maxBytes = 1_000_000, moved = () => {} } = {}) {
    this.maxConcurrency = maxConcurrency;
    this.maxBytes = maxBytes;
    this.opened = (control) => {
      this.control = control;
      return moved;
    };
  }

  /** Cancels the block around every fan-out of this host. */
  cancel(): void {
    for (const listener of this.#listeners) listener();
  }

  openScope(): Scope {
    return new VirtualScope();
  }

  context(task: TaskInfo, scope: Scope, listens: () => void): [VirtualContext] {
    const { listeners } = scope as VirtualScope;
    const onCancel = (listener: () => void): void => {
      listens();
      if ((scope as VirtualScope).cancelled) listener();
      else listeners.push(listener);
    };
    return [{ ...task, onCancel }];
  }

  timer(milliseconds: number, summary: string, fire: () => void): () => void {
    const stop = this.clock.timer(milliseconds, () => {
      this.timers.delete(cancel);
      fire();
    });
    const cancel = (): void => {
      this.timers.delete(cancel);
      stop();
    };
    this.timers.set(cancel, summary);
    return cancel;
  }

  turn(): Promise<void> {
    return new Promise((resolve) => void this.clock.timer(0, resolve, true));
  }

  rest(): Promise<void> {
    return this.clock.sleep(1);
  }

  onCancel(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  byteSize(item: unknown): number {
    return typeof item === 'object' && item !== null && 'bytes' in item && typeof item.bytes === 'number'
      ? item.bytes
      : 0;
  }

  fail(error: Error): Error {
    return error;
  }

  /** Runs `work` to its end in virtual time. @throws what `work` throws, or if it does not end */
  async run<T>(work: () => Promise<T>, settled?: () => void): Promise<T> {
    let outcome: { value: T } | { error: unknown } | undefined;
    const started = Promise.resolve()
      .then(work)
      .then(
        (value) => void (outcome = { value }),
        (error: unknown) => void (outcome = { error }),
      );
    await this.clock.run(settled);
    if (!outcome) throw new Error('It never ended');
    await started;
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }
}
