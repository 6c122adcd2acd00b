/** The tasks of one fan-out and where each stands; a slot settles once and only once. */
import type { Progress, TaskProgress } from './live/control.ts';
import type { Scope } from './host.ts';
import type { Tally } from './stop.ts';
import { given } from './given.ts';
import { propertyOf } from './thrown.ts';
import { describeError, type TaskError, type TaskResult, type TaskSuccess } from './task.ts';

export interface Slot<I, T> {
  readonly id: string;
  readonly index: number;
  readonly item: I;
  result?: TaskResult<T>;
  startedAt?: number;
  /** Attempts in flight, first and backup. */
  readonly scopes: Set<Scope>;
  attempts: number;
  /** It passed the hedge's threshold. */
  slow: boolean;
  /** It listens to a cancel, so it is worth waiting for. */
  listens: boolean;
  /** Reserved in the budget, per attempt. */
  cost: number;
}

/** One run of a task: the first, or a backup. */
export interface Attempt<I, T> {
  readonly slot: Slot<I, T>;
  readonly startedAt: number;
  readonly scope: Scope;
  /** Called when it has landed; until the fan-out is over it disarms the task's timeout. */
  leave: () => void;
}

export class Slots<I, T> {
  readonly all: Slot<I, T>[] = [];
  readonly #byId = new Map<string, Slot<I, T>>();
  readonly running = new Set<Slot<I, T>>();
  readonly #settled: TaskResult<T>[] = [];
  #next = 0;
  #succeeded = 0;
  #failed = 0;

  add(items: readonly I[], ids: readonly string[], costs: readonly number[]): void {
    items.forEach((item, offset) => {
      const id = ids[offset] ?? String(this.all.length);
      const slot: Slot<I, T> = {
        id,
        index: this.all.length,
        item,
        scopes: new Set(),
        attempts: 0,
        slow: false,
        listens: false,
        cost: costs[offset] ?? 0,
      };
      this.all.push(slot);
      this.#byId.set(id, slot);
    });
  }

  find(id: string): Slot<I, T> | undefined {
    return this.#byId.get(id);
  }

  get tally(): Tally {
    return { total: this.all.length, succeeded: this.#succeeded, failed: this.#failed };
  }

  /** The next task to start, in the order given; it stays next until {@link begin}. */
  peek(): Slot<I, T> | undefined {
    while (this.all[this.#next]?.result) this.#next++;
    return this.all[this.#next];
  }

  begin(slot: Slot<I, T>, now: number): void {
    this.#next++;
    slot.startedAt = now;
    this.running.add(slot);
  }

  /** How long each running task has been running, the longest first. */
  *ages(now: number): Generator<number> {
    for (const { startedAt = now } of this.running) yield now - startedAt;
  }

  /** The longest running task that has not passed the hedge's threshold. */
  nextSlow(): Slot<I, T> | undefined {
    for (const slot of this.running) if (!slot.slow) return slot;
    return undefined;
  }

  /** Takes over what succeeded in an earlier run, by id. */
  adopt(known: Readonly<Record<string, TaskSuccess<T>>>): TaskResult<T>[] {
    return this.all.flatMap((slot) => {
      // What every object inherits has no success, so an id may be its name.
      const result = known[slot.id];
      if (!result?.success) return [];
      slot.result = { ...result, id: slot.id };
      return [this.#note(slot.result)];
    });
  }

  /** Settles a slot that is open. */
  settle(slot: Slot<I, T>, outcome: Outcome<T>, now: number): TaskResult<T> {
    this.running.delete(slot);
    const waited = slot.startedAt === undefined ? 0 : Math.max(0, now - slot.startedAt);
    const { durationMs = waited, attempts = slot.attempts } = outcome.measured ?? {};
    const startedAt = outcome.measured ? outcome.measured.startedAt : slot.startedAt;
    const { id } = slot;
    if ('value' in outcome)
      slot.result = { id, success: true, result: outcome.value, durationMs, attempts, startedAt: startedAt ?? now };
    else slot.result = { id, success: false, error: outcome.error, durationMs, attempts, ...given({ startedAt }) };
    return this.#note(slot.result);
  }

  #note(result: TaskResult<T>): TaskResult<T> {
    if (result.success) this.#succeeded++;
    else this.#failed++;
    this.#settled.push(result);
    return result;
  }

  /** One per task, in the order given. Complete once the fan-out is over. */
  get results(): TaskResult<T>[] {
    return this.all.flatMap(({ result }) => (result ? [result] : []));
  }

  /** Settled tasks by order of settlement. */
  page(after: number, limit: number): { results: readonly TaskResult<T>[]; next?: number } {
    const results = this.#settled.slice(after, after + limit);
    return after + limit < this.#settled.length ? { results, next: after + limit } : { results };
  }

  progress(maxTasks: number): Pick<Progress, 'total' | 'queued' | 'running' | 'succeeded' | 'failed' | 'tasks'> {
    const { total, succeeded, failed } = this.tally;
    const running = this.running.size;
    const queued = total - succeeded - failed - running;
    return { total, queued, running, succeeded, failed, tasks: this.#listed(maxTasks).map(taskProgress) };
  }

  /** All, or of more than may be listed those that run, then those that failed, then the first; in the order given. */
  #listed(most: number): readonly Slot<I, T>[] {
    if (most < 1 || this.all.length <= most) return most < 1 ? [] : this.all;
    const failed = this.all.filter(({ result }) => result?.success === false);
    const worst = new Set([...new Set([...this.running, ...failed, ...this.all])].slice(0, most));
    return this.all.filter((slot) => worst.has(slot));
  }
}

/** `measured` is the result with the times of where the task ran, if that is not here. */
export type Outcome<T> = ({ readonly value: T } | { readonly error: TaskError }) & { readonly measured?: TaskResult };

/** When nobody waits for a task any more, in milliseconds since the Unix epoch. */
export function endOf(
  { startedAt }: { readonly startedAt?: number },
  taskTimeoutMs: number | undefined,
  deadlineAt: number | undefined,
): number | undefined {
  if (taskTimeoutMs === undefined || startedAt === undefined) return deadlineAt;
  return Math.min(startedAt + taskTimeoutMs, deadlineAt ?? Infinity);
}

/**
 * What was thrown as an outcome; an error with `notStarted` says that the task's work was never begun.
 *
 * @param inWorkflowCode whether a workflow's own code threw it
 */
export function failure(thrown: unknown, inWorkflowCode = false): { readonly error: TaskError } {
  const error = describeError(thrown, inWorkflowCode);
  return { error: propertyOf(thrown, 'notStarted') === true ? { ...error, kind: 'notStarted' } : error };
}

/** Asks `until`. Where that throws its task fails, since nobody else would learn of it. */
export function consult<T>(
  until: ((result: T, id: string) => boolean) | undefined,
  id: string,
  outcome: Outcome<T>,
): { readonly matched: boolean; readonly judged: Outcome<T> } {
  try {
    return { matched: 'value' in outcome && Boolean(until?.(outcome.value, id)), judged: outcome };
  } catch (error) {
    return { matched: false, judged: failure(error) };
  }
}

function taskProgress<I, T>({ id, startedAt, result }: Slot<I, T>): TaskProgress {
  const started = given({ startedAt });
  if (!result) return { id, state: startedAt === undefined ? 'queued' : 'running', ...started };
  const { durationMs } = result;
  if (result.success) return { id, state: 'succeeded', ...started, durationMs };
  return { id, state: 'failed', ...started, durationMs, message: result.error.message };
}
