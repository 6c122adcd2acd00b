/**
 * The loop behind the three verbs: starts tasks, settles each once, and ends by the stopping rule.
 * The surprising rule: when it is over every open task is settled at once, and only then is anything waited for.
 */
import { given } from './given.ts';
import { actualCost, Budget, tenantBudgetSpent } from './budget.ts';
import { Burst } from './burst.ts';
import { cancelledByHandError, cancelledError } from './cancelled-error.ts';
import type { Change, FanOutControl, Progress } from './live/control.ts';
import { prepareChange } from './live/change.ts';
import { fanOutChanges, checkAccepted } from './live/fan-out-changes.ts';
import { armDeadline } from './deadline.ts';
import { fanIn, type FanIn } from './fan-in.ts';
import { grace } from './grace.ts';
import { Hedge } from './hedge.ts';
import type { Host, Scope, TaskInfo } from './host.ts';
import { checkFirst, costs, planFanOut, taskIds, type GatherOptions, type Plan } from './options.ts';
import { consult, endOf, failure, Slots, type Attempt, type Outcome, type Slot } from './slots.ts';
import { mustSeeEach } from './travel/see-each.ts';
import { verdict, type StopReason, type StopRule } from './stop.ts';
import type { TaskError, TaskResult } from './task.ts';
import type { Batch, Task } from './batch.ts';

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
  readonly #task: Task<I, T, Context> | undefined;
  readonly #batch: Batch<I, T> | undefined;
  readonly #scope: Scope;
  readonly #startedAt = Date.now();
  /** Without end where the options have none. */
  readonly #budget: Budget;
  readonly #hedge: Hedge | undefined;
  readonly #burst: Burst;
  readonly #seesEach: boolean;
  /** In flight, also those whose task is settled already: losers, timed out, cancelled by hand. */
  readonly #attempts = new Set<Attempt<I, T>>();
  readonly #onResult: (result: TaskResult<T>) => void;
  #changed: () => void = () => {};
  #leave: () => void = () => {};
  #cancelDeadline: () => void = () => {};
  #cancelHedge: (() => void) | undefined;
  /** What a task threw that ends all that is around it. */
  passed: { readonly error: unknown } | undefined;
  #endedAt = 0;
  #finish: (merged: FanIn<T>) => void = () => {};

  /** @throws {InvalidOptionsError} before anything is started */
  constructor(
    host: Host<Context>,
    items: readonly I[],
    task: Task<I, T, Context> | Batch<I, T>,
    options: GatherOptions<I, T>,
    onResult: (result: TaskResult<T>) => void = () => {},
  ) {
    this.plan = planFanOut(options, items.length, host.maxConcurrency);
    this.rule = this.plan.rule;
    checkFirst(this.rule, items.length, 'first');
    this.slots.add(items, taskIds(items, options.id), costs(items, options.budget));
    this.concurrency = this.plan.concurrency;
    this.maxConcurrency = host.maxConcurrency;
    this.options = options;
    this.#host = host;
    this.#task = typeof task === 'function' ? task : undefined;
    this.#batch = typeof task === 'function' ? undefined : task;
    this.#onResult = onResult;
    this.#scope = host.openScope();
    this.#budget = new Budget(options.budget?.limit ?? Infinity, options.budget?.holdBack);
    this.#hedge = this.plan.hedge && new Hedge(this.plan.hedge);
    this.#seesEach = mustSeeEach(options) !== undefined;
    this.#burst = new Burst(host, () => this.launch());
    this.over = new Promise((resolve) => (this.#finish = resolve));
  }

  get name(): string {
    return this.plan.name ?? 'fan-out';
  }

  start(): void {
    this.#changed = this.#host.opened(this);
    for (const result of this.slots.adopt(this.options.known ?? {})) this.#onResult(result);
    this.#leave = this.#host.onCancel(() => this.end('cancelled'));
    this.judge();
    if (this.plan.deadlineMs !== undefined && !this.stoppedBy) this.setDeadline(this.#startedAt + this.plan.deadlineMs);
    this.launch();
  }

  /** (Re)arms the deadline. */
  setDeadline(deadlineAt: number): void {
    this.#cancelDeadline();
    this.deadlineAt = deadlineAt;
    this.#cancelDeadline = armDeadline(this.#host, deadlineAt, `deadline of ${this.name}`, () => this.end('deadline'));
  }

  check(change: Change): void {
    if (!this.stoppedBy) checkAccepted(this.options, change);
    prepareChange(fanOutChanges(this), change);
  }

  apply(change: Change): void {
    prepareChange(fanOutChanges(this), change)();
  }

  add(items: readonly I[], ids: readonly string[]): void {
    this.slots.add(items, ids, costs(items, this.options.budget));
    this.launch();
  }

  cancelTask(slot: Slot<I, T>, error: TaskError = cancelledByHandError(slot)): void {
    this.#settle(slot, { error });
    for (const scope of slot.scopes) scope.cancel();
  }

  progress(maxTasks = 200): Progress {
    return {
      name: this.name,
      ...this.slots.progress(maxTasks),
      concurrency: this.concurrency,
      ...given({ granularity: this.#batch?.granularity, deadlineAt: this.deadlineAt }),
      startedAt: this.#startedAt,
      minimum: this.rule.minimum,
      ...given({ spent: this.options.budget && (this.stoppedBy ? this.#budget.committed : this.#budget.spent) }),
      ...(this.stoppedBy ? { stoppedBy: this.stoppedBy, endedAt: this.#endedAt } : {}),
    };
  }

  settled(after: number, limit: number): { results: readonly TaskResult<T>[]; next?: number } {
    return this.slots.page(after, limit);
  }

  /** Ends if the rule says so. */
  judge(): void {
    const reason = this.stoppedBy ?? verdict(this.rule, this.slots.tally);
    if (reason) this.end(reason === 'allSettled' && this.#budget.isOver ? 'budget' : reason);
  }

  /** Starts what may start now: first come, first served, within concurrency, budget and the host's bytes a turn. */
  launch(): void {
    const batch: Slot<I, T>[] = [];
    while (!this.stoppedBy && !this.#burst.resting && this.slots.running.size < this.concurrency) {
      const slot = this.slots.peek();
      if (!slot) break;
      if (!this.#budget.reserve(slot.cost)) {
        if (this.slots.running.size === 0) this.end('budget');
        break;
      }
      if (!this.#burst.admits(slot.item)) {
        this.#budget.settle(slot.cost, 0);
        break;
      }
      this.slots.begin(slot, Date.now());
      if (this.#batch) batch.push(slot);
      else this.#attempt(slot);
    }
    if (batch.length > 0) this.#send(batch);
  }

  /** Sends what starts in this turn as one, without a promise a task: in a workflow each costs a stack trace. */
  #send(batch: readonly Slot<I, T>[]): void {
    for (const slot of batch) slot.attempts++;
    const report: Parameters<Batch<I, T>['run']>[1] = (settled) => {
      for (const { slot, outcome } of settled) this.#settle(slot, outcome, false);
      this.launch();
    };
    void this.#scope
      .run(async () => this.#batch?.run(batch, report))
      .catch((error: unknown) => report(batch.map((slot) => ({ slot, outcome: failure(error) }))));
  }

  #attempt(slot: Slot<I, T>): void {
    const info: TaskInfo = {
      id: slot.id,
      index: slot.index,
      attempt: ++slot.attempts,
      fanOut: this.plan.name,
      endsAt: () => endOf(slot, this.plan.taskTimeoutMs, this.deadlineAt),
      seeEach: this.#seesEach,
    };
    if (info.attempt === 1) this.#hedge?.started();
    const scope = this.#host.openScope(info, this.#scope);
    const attempt: Attempt<I, T> = { slot, startedAt: Date.now(), scope, leave: this.#armTimeout(slot) };
    // Before it runs: a task may end its own fan-out in its first step.
    this.#attempts.add(attempt);
    slot.scopes.add(scope);
    const context = this.#host.context(info, scope, () => (slot.listens = true));
    const work = (): T => this.#task?.(slot.item, ...context) as T;
    const landed = (value: T): void => this.#landed(attempt, { value });
    const failed = (error: unknown): void => this.#caught(attempt, error);
    if (scope.start) scope.start(work, landed, failed);
    else void scope.run(async () => work()).then(landed, failed);
    this.#watchSlow();
  }

  #caught(attempt: Attempt<I, T>, thrown: unknown): void {
    if (this.#host.passes?.(thrown)) this.passed ??= { error: thrown };
    this.#landed(attempt, failure(thrown, this.#host.isOwnCode?.(thrown)));
    if (this.passed) this.end('cancelled');
  }

  /** A success settles its task; a failure only when no other attempt is still in flight. */
  #landed(attempt: Attempt<I, T>, outcome: Outcome<T>): void {
    const { slot, scope } = attempt;
    this.#attempts.delete(attempt);
    attempt.leave();
    slot.scopes.delete(scope);
    const succeeded = 'value' in outcome;
    const spent = succeeded ? actualCost(this.options.budget?.actual, outcome.value, slot.cost) : slot.cost;
    this.#budget.settle(slot.cost, spent);
    if (succeeded) this.#hedge?.succeeded(Date.now() - attempt.startedAt);
    if (succeeded || slot.scopes.size === 0) this.#settle(slot, outcome);
    for (const other of slot.result ? slot.scopes : []) other.cancel();
  }

  #armTimeout(slot: Slot<I, T>): () => void {
    const { taskTimeoutMs } = this.plan;
    if (taskTimeoutMs === undefined) return () => {};
    const message = `The task took longer than its timeout of ${taskTimeoutMs} ms`;
    const fire = (): void => this.cancelTask(slot, { kind: 'timedOut', name: 'TaskTimeoutError', message });
    return this.#host.timer(taskTimeoutMs, `timeout of ${slot.id}`, fire, true);
  }

  #settle(slot: Slot<I, T>, outcome: Outcome<T>, launching = true): void {
    if (slot.result) return;
    const { matched, judged } = consult(this.stoppedBy ? undefined : this.options.until, slot.id, outcome);
    this.#onResult(this.slots.settle(slot, judged, Date.now()));
    if (this.stoppedBy) return;
    this.#changed();
    if (matched) this.end('until');
    // The tenant's, beside which one of its own says nothing: nothing more begins, and what runs may end.
    if ('error' in outcome && outcome.error.name === tenantBudgetSpent)
      this.#budget.isOver ||= this.#host.endsWithTenant?.() ?? true;
    this.judge();
    if (!launching) return;
    this.launch();
    this.#watchSlow();
  }

  /** One timer, for the task that becomes slow next. */
  #watchSlow(): void {
    if (!this.#hedge || this.#cancelHedge || this.stoppedBy) return;
    const threshold = this.#hedge.threshold(() => this.slots.ages(Date.now()));
    const next = this.slots.nextSlow();
    if (threshold === undefined || next?.startedAt === undefined) return;
    const wait = Math.max(0, next.startedAt + threshold - Date.now());
    this.#cancelHedge = this.#host.timer(wait, `backup of ${this.name}`, () => {
      this.#cancelHedge = undefined;
      next.slow = true;
      const isOpen = !next.result && !this.stoppedBy;
      if (isOpen && this.#hedge?.take() && this.#budget.reserve(next.cost)) this.#attempt(next);
      this.#watchSlow();
    });
  }

  /** Settles whatever is open, cancels it, waits a bounded grace for tasks that clean up, and is over. */
  end(reason: StopReason): void {
    if (this.stoppedBy) return;
    this.stoppedBy = reason;
    this.#endedAt = Date.now();
    this.#cancelDeadline();
    this.#cancelHedge?.();
    const deadlineMs = this.deadlineAt === undefined ? undefined : this.deadlineAt - this.#startedAt;
    for (const slot of this.slots.all)
      if (!slot.result) this.#settle(slot, { error: cancelledError(reason, slot, deadlineMs) });
    for (const { leave, scope } of this.#attempts) {
      leave();
      scope.cancel();
    }
    this.#scope.cancel();
    void grace(this.#attempts, this.#host, this.plan).then(() => {
      this.#leave();
      this.#changed();
      const spent = this.options.budget && this.#budget.committed;
      this.#finish(fanIn(this.slots.results, { elapsedMs: Date.now() - this.#startedAt, stoppedBy: reason, spent }));
    });
  }
}
