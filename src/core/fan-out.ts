/**
 * The loop behind the three verbs: starts tasks, settles each once, and ends by the stopping rule.
 * The surprising rule: when it is over every open task is settled at once, and only then is anything waited for.
 */
import { Budget } from './budget.ts';
import { cut } from './cut.ts';
import type { Change, FanOutControl, Progress } from './control.ts';
import { applyChange, checkChange } from './change.ts';
import { fanIn, type FanIn } from './fan-in.ts';
import { Hedge } from './hedge.ts';
import type { Host, Scope } from './host.ts';
import { plan, taskIds, type GatherOptions, type Plan } from './options.ts';
import { failure, outcomeOf, Slots, type Outcome, type Slot } from './slots.ts';
import { verdict, type StopReason, type StopRule } from './stop.ts';
import type { TaskResult } from './task.ts';

export type Task<I, T, Context extends readonly unknown[] = []> = (item: I, ...context: Context) => Promise<T> | T;

/** One fan-out. Construct, then `start`; `over` resolves when nothing of it runs any more. */
export class FanOut<I, T, Context extends readonly unknown[]> implements FanOutControl {
  readonly over: Promise<FanIn<T>>;
  readonly slots = new Slots<I, T>();
  readonly options: GatherOptions<I, T>;
  readonly plan: Plan;
  rule: StopRule;
  concurrency: number;
  readonly maxConcurrency: number;
  deadlineAt: number | undefined;
  stoppedBy: StopReason | undefined;
  readonly #host: Host<Context>;
  readonly #task: Task<I, T, Context>;
  readonly #scope: Scope;
  readonly #startedAt = Date.now();
  readonly #budget: Budget | undefined;
  readonly #hedge: Hedge | undefined;
  readonly #attempts = new Set<{ slot: Slot<I, T>; done: Promise<void> }>();
  readonly #onResult: (result: TaskResult<T>) => void;
  #moved: () => void = () => {};
  #leave: () => void = () => {};
  #cancelDeadline: () => void = () => {};
  #cancelHedge: (() => void) | undefined;
  #burst = 0;
  #resting = false;
  #endedAt = 0;
  #finish: (merged: FanIn<T>) => void = () => {};

  /** @throws {InvalidOptionsError} before anything is started */
  constructor(
    host: Host<Context>,
    items: readonly I[],
    task: Task<I, T, Context>,
    options: GatherOptions<I, T>,
    onResult: (result: TaskResult<T>) => void = () => {},
  ) {
    this.plan = plan(options, items.length, host.maxConcurrency);
    this.slots.add(items, taskIds(items, options.id));
    this.rule = this.plan.rule;
    this.concurrency = this.plan.concurrency;
    this.maxConcurrency = host.maxConcurrency;
    this.options = options;
    this.#host = host;
    this.#task = task;
    this.#onResult = onResult;
    this.#scope = host.openScope();
    this.#budget = options.budget && new Budget(options.budget.limit, options.budget.holdBack);
    this.#hedge = this.plan.hedge && new Hedge(this.plan.hedge);
    this.over = new Promise((resolve) => (this.#finish = resolve));
  }

  get name(): string {
    return this.plan.name ?? 'fan-out';
  }

  start(): void {
    this.#moved = this.#host.opened(this);
    this.#leave = this.#host.onCancel(() => this.end('cancelled'));
    for (const slot of this.slots.all) {
      const known = this.options.known?.[slot.id];
      if (!known) continue;
      this.slots.adopt(slot, known);
      this.#onResult({ ...known, id: slot.id });
    }
    if (this.plan.deadlineMs !== undefined) this.setDeadline(this.#startedAt + this.plan.deadlineMs);
    this.judge();
    this.launch();
  }

  /** (Re)arms the deadline. What lands at the very instant still counts, hence the turn. */
  setDeadline(deadlineAt: number): void {
    this.#cancelDeadline();
    this.deadlineAt = deadlineAt;
    const expire = () => void this.#host.turn().then(() => this.deadlineAt === deadlineAt && this.end('deadline'));
    const left = Math.max(0, deadlineAt - Date.now());
    this.#cancelDeadline = this.#host.timer(left, `deadline of ${this.name}`, expire);
  }

  check(change: Change): void {
    checkChange(this, change);
  }

  apply(change: Change): void {
    applyChange(this, change);
  }

  add(items: readonly I[], ids: readonly string[]): void {
    this.slots.add(items, ids);
    this.launch();
  }

  cancelTask(slot: Slot<I, T>): void {
    const kind = slot.startedAt === undefined ? 'notStarted' : 'cancelled';
    this.#settle(slot, { error: { kind, name: 'TaskCancelledError', message: 'Cancelled by hand' } });
    for (const scope of slot.scopes) scope.cancel();
  }

  progress(maxTasks = 200): Progress {
    return {
      name: this.name,
      ...this.slots.progress(maxTasks),
      concurrency: this.concurrency,
      startedAt: this.#startedAt,
      minimum: this.rule.minimum,
      ...(this.deadlineAt === undefined ? {} : { deadlineAt: this.deadlineAt }),
      ...(this.#budget ? { spent: this.#budget.spent } : {}),
      ...(this.stoppedBy ? { stoppedBy: this.stoppedBy, endedAt: this.#endedAt } : {}),
    };
  }

  settled(after: number, limit: number): { results: readonly TaskResult<T>[]; next?: number } {
    return this.slots.page(after, limit);
  }

  /** Ends if the rule says so. */
  judge(): void {
    const reason = this.stoppedBy ?? verdict(this.rule, this.slots.tally);
    if (reason) this.end(reason);
  }

  /** Starts what may start now: first come, first served, within concurrency, budget and the host's bytes a turn. */
  launch(): void {
    while (!this.stoppedBy && !this.#resting && this.slots.running.size < this.concurrency) {
      const slot = this.slots.peek();
      if (!slot) return;
      if (!this.#affordable(slot)) {
        if (this.slots.running.size === 0) this.end('budget');
        return;
      }
      if (!this.#fitsTurn(slot)) return;
      this.slots.begin(slot, Date.now());
      this.#attempt(slot);
    }
  }

  #affordable(slot: Slot<I, T>): boolean {
    if (!this.#budget || !this.options.budget) return true;
    const { estimate } = this.options.budget;
    slot.cost = typeof estimate === 'function' ? estimate(slot.item) : estimate;
    return this.#budget.reserve(slot.cost);
  }

  #fitsTurn(slot: Slot<I, T>): boolean {
    const bytes = this.#host.weigh(slot.item);
    const fits = this.#burst === 0 || this.#burst + bytes <= this.#host.maxBytes;
    this.#burst += fits ? bytes : 0;
    if (fits) return true;
    this.#budget?.settle(slot.cost, 0);
    this.#resting = true;
    void this.#host.rest().then(() => {
      this.#resting = false;
      this.#burst = 0;
      this.launch();
    });
    return false;
  }

  #attempt(slot: Slot<I, T>): void {
    const info = { id: slot.id, index: slot.index, attempt: ++slot.attempts, fanOut: this.plan.name };
    this.#hedge?.started();
    const startedAt = Date.now();
    let scope: Scope | undefined;
    const run = async (): Promise<T> => {
      scope = this.#host.openScope(info);
      slot.scopes.add(scope);
      const context = this.#host.context(info, scope, () => (slot.listens = true));
      return scope.run(async () => this.#withTimeout(slot, async () => this.#task(slot.item, ...context)));
    };
    const done = this.#scope.run(run).then(
      (value) => this.#landed(slot, scope, outcomeOf(value), Date.now() - startedAt),
      (error: unknown) => this.#landed(slot, scope, failure(error), Date.now() - startedAt),
    );
    const entry = { slot, done };
    this.#attempts.add(entry);
    void done.then(() => this.#attempts.delete(entry));
    this.#watchSlow();
  }

  /** A success settles its task; a failure only when no other attempt is still in flight. */
  #landed(slot: Slot<I, T>, scope: Scope | undefined, outcome: Outcome<T>, durationMs: number): void {
    if (scope) slot.scopes.delete(scope);
    const { actual } = this.options.budget ?? {};
    this.#budget?.settle(slot.cost, actual && 'value' in outcome ? actual(outcome.value) : slot.cost);
    if ('value' in outcome) this.#hedge?.succeeded(durationMs);
    if ('value' in outcome || slot.scopes.size === 0) this.#settle(slot, outcome);
    for (const other of slot.result ? slot.scopes : []) other.cancel();
  }

  async #withTimeout(slot: Slot<I, T>, work: () => Promise<T>): Promise<T> {
    const { taskTimeoutMs } = this.plan;
    if (taskTimeoutMs === undefined) return work();
    const cancel = this.#host.timer(taskTimeoutMs, `timeout of ${slot.id}`, () => {
      const message = `The task took longer than its timeout of ${taskTimeoutMs} ms`;
      this.#settle(slot, { error: { kind: 'timedOut', name: 'TaskTimeoutError', message } });
      for (const scope of slot.scopes) scope.cancel();
    });
    try {
      return await work();
    } finally {
      cancel();
    }
  }

  #settle(slot: Slot<I, T>, outcome: Outcome<T>): void {
    const result = this.slots.settle(slot, outcome, Date.now());
    if (!result) return;
    this.#onResult(result);
    if (this.stoppedBy) return;
    this.#moved();
    if (result.success && this.options.until?.(result.result, result.id)) this.end('until');
    this.judge();
    this.launch();
    this.#watchSlow();
  }

  /** One timer, for the task that becomes slow next. */
  #watchSlow(): void {
    const threshold = this.#hedge?.threshold;
    if (threshold === undefined || this.#cancelHedge || this.stoppedBy) return;
    const next = firstWhere(this.slots.running, ({ slow }) => !slow);
    if (next?.startedAt === undefined) return;
    const wait = Math.max(0, next.startedAt + threshold - Date.now());
    this.#cancelHedge = this.#host.timer(wait, `backup of ${this.name}`, () => {
      this.#cancelHedge = undefined;
      next.slow = true;
      this.#backUp(next);
      this.#watchSlow();
    });
  }

  #backUp(slot: Slot<I, T>): void {
    if (slot.result || this.stoppedBy) return;
    if (this.#hedge?.take() && (!this.#budget || this.#budget.reserve(slot.cost))) this.#attempt(slot);
  }

  /** Settles whatever is open, cancels it, waits a bounded grace for tasks that clean up, and is over. */
  end(reason: StopReason): void {
    if (this.stoppedBy) return;
    this.stoppedBy = reason;
    this.#endedAt = Date.now();
    this.#cancelDeadline();
    this.#cancelHedge?.();
    const listening = [...this.slots.running].filter(({ listens }) => listens);
    for (const slot of this.slots.all) if (!slot.result) this.#settle(slot, { error: cut(reason, slot, this.plan) });
    for (const { slot } of this.#attempts) for (const scope of slot.scopes) scope.cancel();
    this.#scope.cancel();
    void this.#grace(new Set(listening)).then(() => {
      this.#leave();
      this.#moved();
      const elapsedMs = Date.now() - this.#startedAt;
      this.#finish(fanIn(this.slots.results, { elapsedMs, stoppedBy: reason, spent: this.#budget?.spent }));
    });
  }

  async #grace(listening: ReadonlySet<Slot<I, T>>): Promise<void> {
    if (listening.size === 0 || this.plan.graceMs === 0) return;
    await this.#host.turn();
    const cleaning = [...this.#attempts].filter(({ slot }) => listening.has(slot)).map(({ done }) => done);
    if (cleaning.length === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#host.timer(this.plan.graceMs, `grace of ${this.name}`, resolve);
      void Promise.all(cleaning).then(() => {
        cancel();
        resolve();
      });
    });
  }
}

function firstWhere<V>(values: Iterable<V>, matches: (value: V) => boolean): V | undefined {
  for (const value of values) if (matches(value)) return value;
  return undefined;
}
