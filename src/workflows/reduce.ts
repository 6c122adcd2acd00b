/**
 * A durable tree reduce: pieces become one result in merges that each fit into a window, such as a model's.
 * The surprising rule: it begins while pieces are still landing, and yet the order in which they land changes nothing,
 * so that a repeated run finds every merge in the result cache.
 */
import { given } from '../core/given.ts';
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Duration } from '../core/duration.ts';
import { InvalidOptionsError } from '../core/errors.ts';
import { Semaphore } from '../core/reduce/semaphore.ts';
import { checkNames } from '../core/option-names.ts';
import { checkCount } from '../core/options.ts';
import { ReduceTree, type Coverage, type ReduceRule, type MergeStep } from '../core/reduce/reducer.ts';
import { describeError, type TaskResult } from '../core/task.ts';
import { cached, type CachedOptions } from './cached.ts';
import { refuseBad } from './accept-update.ts';

/**
 * What a merge receives besides its pieces.
 *
 * @example const merge = async (pieces: readonly string[], { limit }: MergeInfo) => pieces.join('\n').slice(0, limit);
 */
export interface MergeInfo {
  /** The most that its output may be, in the unit of the window; what is above it is truncated. */
  readonly limit: number;
  /** Nothing is merged with the output any more: it is the result. */
  readonly last: boolean;
  /** Names the merge; the same for the same pieces, in whatever order they landed. */
  readonly id: string;
}

/**
 * What an activity receives that merges: pieces in their order.
 *
 * @example async function mergeNotes({ pieces, limit }: MergeInput<string>): Promise<string> { return summarise(pieces, limit); }
 */
export interface MergeInput<T> extends MergeInfo {
  readonly pieces: readonly T[];
}

/**
 * The pieces of a reduce, and what one merge takes.
 *
 * @example const options: ReduceOptions<string> = { ids: ['a', 'b'], window: 8000 };
 */
export interface ReduceOptions<T> {
  /** The ids of all pieces, in the order in which they belong together. Results of other ids are ignored. */
  readonly ids: readonly string[];
  /** The most that one merge is given, in any unit: characters, tokens. */
  readonly window: number;
  /** The size of a piece in the unit of the window. @default the characters of a text, or of a value as JSON */
  readonly size?: ((piece: T) => number) | undefined;
  /**
   * Truncates: the beginning of a piece, at most so large, or undefined where it cannot be truncated and is to be left out.
   * @default the first characters of a text; anything else cannot be truncated
   */
  readonly cut?: (piece: T, limit: number) => T | undefined;
  /** How many neighbours make a branch of the tree. @default 8 */
  readonly arity?: number | undefined;
  /** Merges at once. @default 4 */
  readonly concurrency?: number | undefined;
  /** How long the merges of an activity are kept for others. @default '1 day' */
  readonly ttl?: Duration | undefined;
  /** Options of an activity that merges, over fanfold's defaults. */
  readonly activity?: CachedOptions | undefined;
}

/**
 * The result of a reduce, and what became of each piece.
 *
 * @example const { result, coverage }: Reduction<string> = await reduce(results, 'mergeNotes', { ids, window: 8000 });
 */
export interface Reduction<T> {
  /** Undefined where no piece made it. */
  readonly result: T | undefined;
  readonly coverage: Coverage;
}

/**
 * Reduce what a fan-out yields to one result. A failed task and a failed merge cost their pieces, which `coverage` names.
 *
 * @param results as `asCompleted` yields them, or any list of task results
 * @param merge a registered activity by its name, which receives a {@link MergeInput} and whose result is cached by its
 * content, or a function of the workflow
 * @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is started
 * @example const { result, coverage } = await reduce(asCompleted(pages, load, { id: (page) => page }), 'mergeNotes', { ids: pages, window: 8000 });
 */
export async function reduce<T>(
  results: AsyncIterable<TaskResult<T>> | Iterable<TaskResult<T>>,
  merge: string | ((pieces: readonly T[], info: MergeInfo) => Promise<T>),
  options: ReduceOptions<T>,
): Promise<Reduction<T>> {
  refuseBad(() => {
    checkNames(options, reduceNames, '`reduce`');
    check(options);
  });
  const reducer = new Reducer(new ReduceTree(options.ids, ruleOf(options)), mergerOf(merge, options), options);
  const scope = new CancellationScope();
  try {
    return await scope.run(() => reducer.run(results));
  } catch (error) {
    // Merges that still run are of no use to anybody.
    scope.cancel();
    throw error;
  }
}

/** Fails to compile where one is missing. */
const reduceNames = Object.keys({
  ids: true,
  window: true,
  size: true,
  cut: true,
  arity: true,
  concurrency: true,
  ttl: true,
  activity: true,
} satisfies Record<keyof ReduceOptions<unknown>, true>);

type Merger<T> = (step: MergeStep<T>) => Promise<T>;

class Reducer<T> {
  readonly #tree: ReduceTree<T>;
  readonly #merge: Merger<T>;
  readonly #semaphore: Semaphore;
  readonly #open = new Set<Promise<void>>();
  readonly #ids: readonly string[];
  #cancelled: unknown;

  constructor(tree: ReduceTree<T>, merge: Merger<T>, { ids, concurrency = 4 }: ReduceOptions<T>) {
    this.#tree = tree;
    this.#merge = merge;
    this.#semaphore = new Semaphore(concurrency);
    this.#ids = ids;
  }

  async run(results: AsyncIterable<TaskResult<T>> | Iterable<TaskResult<T>>): Promise<Reduction<T>> {
    for await (const result of results) {
      if (result.success) this.#tree.land(result.id, result.result);
      else this.#tree.miss(result.id, result.error.message);
      this.#launch();
      if (this.#cancelled) throw this.#cancelled;
    }
    for (const id of this.#ids) this.#tree.miss(id, 'it never came');
    this.#launch();
    while (this.#open.size > 0) await Promise.race(this.#open);
    if (this.#cancelled) throw this.#cancelled;
    return { result: this.#tree.result, coverage: this.#tree.coverage() };
  }

  #launch(): void {
    for (const step of this.#tree.take()) {
      const settled = this.#semaphore
        .run(() => this.#merge(step))
        .then(
          (value) => this.#tree.merged(step, value),
          (error: unknown) => this.#failed(step, error),
        )
        .then(() => {
          this.#open.delete(settled);
          this.#launch();
        });
      this.#open.add(settled);
    }
  }

  /** A cancel is no failure of a merge: it ends the whole. */
  #failed(step: MergeStep<T>, error: unknown): void {
    if (isCancellation(error) && CancellationScope.current().consideredCancelled) this.#cancelled = error;
    this.#tree.failed(step, describeError(error).message);
  }
}

function mergerOf<T>(
  merge: string | ((pieces: readonly T[], info: MergeInfo) => Promise<T>),
  { activity, ttl }: ReduceOptions<T>,
): Merger<T> {
  const infoOf = ({ limit, last, id }: MergeStep<T>): MergeInfo => ({ limit, last, id });
  const piecesOf = ({ parts }: MergeStep<T>): T[] => parts.map(({ value }) => value);
  // The call comes later than this turn, where what it throws is the merge's failure alone.
  if (typeof merge !== 'string') return async (step) => merge(piecesOf(step), infoOf(step));
  const run = cached(merge, activity, ttl);
  // Without the id: the same pieces are the same merge wherever they stand.
  return async (step) => (await run({ pieces: piecesOf(step), limit: step.limit, last: step.last })) as T;
}

function ruleOf<T>({ window, arity, size = sizeOf, cut = truncateText }: ReduceOptions<T>): ReduceRule<T> {
  return { window, size, cut, ...given({ arity }) };
}

function sizeOf(piece: unknown): number {
  return typeof piece === 'string' ? piece.length : (JSON.stringify(piece)?.length ?? 0);
}

function truncateText<T>(piece: T, limit: number): T | undefined {
  return typeof piece === 'string' ? (piece.slice(0, Math.floor(limit)) as T) : undefined;
}

function check<T>({ ids, window, arity, concurrency }: ReduceOptions<T>): void {
  if (!(Number.isFinite(window) && window > 0)) throw new InvalidOptionsError('window', 'must be above zero', window);
  checkCount('arity', arity, 2);
  checkCount('concurrency', concurrency, 1);
  if (new Set(ids).size < ids.length) throw new InvalidOptionsError('ids', 'must be unique');
}
