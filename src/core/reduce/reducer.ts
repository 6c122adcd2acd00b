/**
 * A tree reduce as pure decisions: which pieces are merged with which, and when it is over. Nothing here runs a merge.
 * The surprising rule: whatever the merges return it ends, since an output is truncated to half the window, and then any two
 * pieces fit into one merge. For n pieces there are at most n condensations, n - 1 merges and one last step.
 */

/** A part of what is to be reduced, and which of the first pieces it stands for. */
export interface Piece<T> {
  readonly value: T;
  /** In the unit of the window. */
  readonly size: number;
  readonly ids: readonly string[];
}

export interface ReduceRule<T> {
  /** The most that one merge is given, in any unit: characters, tokens. */
  readonly window: number;
  /** The size of a piece, in the unit of the window. */
  readonly size: (value: T) => number;
  /** The beginning of a piece, at most so large; undefined where it cannot be truncated, and then the piece is left out. */
  readonly cut: (value: T, limit: number) => T | undefined;
  /** How many neighbours make a branch. @default 8 */
  readonly arity?: number;
}

/** A merge that may start now. */
export interface MergeStep<T> {
  /** The same for the same pieces, in whatever order they landed: `1.0`, then `1.0b`, or `last`. */
  readonly id: string;
  readonly parts: readonly Piece<T>[];
  /** What the output may not exceed, in the unit of the window; what does is truncated. */
  readonly limit: number;
  /** Nothing is merged with the output any more. */
  readonly last: boolean;
}

/**
 * What became of the pieces.
 *
 * @example const isWhole = ({ total, included, shortened }: Coverage) => included.length === total && shortened.length === 0;
 */
export interface Coverage {
  /** How many pieces there were to be. */
  readonly total: number;
  /** The pieces that made it into the result, as a whole or in part. */
  readonly included: readonly string[];
  /** Of those, the ones of which something was cut off to fit. */
  readonly shortened: readonly string[];
  /** The pieces that are not in it, and why. */
  readonly left: Readonly<Record<string, string>>;
  readonly merges: number;
  /** All that in a sentence. */
  readonly note: string;
}

interface Branch<T> {
  readonly name: string;
  /** Children that have delivered nothing yet. */
  open: number;
  readonly children: (readonly Piece<T>[])[];
  readonly parent: { readonly branch: Branch<T>; readonly at: number } | undefined;
}

/** Pieces land in any order; which of them are merged depends on their order among `ids` and on their sizes alone. */
export class ReduceTree<T> {
  readonly #rule: Required<ReduceRule<T>>;
  readonly #leaves = new Map<string, { readonly branch: Branch<T>; readonly at: number }>();
  readonly #ready: MergeStep<T>[] = [];
  readonly #running = new Map<string, (parts: readonly Piece<T>[]) => void>();
  readonly #shortened = new Set<string>();
  readonly #left = new Map<string, string>();
  readonly #ids: readonly string[];
  #merges = 0;
  #result: Piece<T> | undefined;
  #over = false;

  /** @param ids every piece that may land, in the order in which they belong together */
  constructor(ids: readonly string[], rule: ReduceRule<T>) {
    this.#rule = { arity: 8, ...rule };
    this.#ids = ids;
    this.#grow(ids);
  }

  /** Whether there is nothing left to do. */
  get over(): boolean {
    return this.#over;
  }

  /** The result once it is over; undefined where no piece made it. */
  get result(): T | undefined {
    return this.#result?.value;
  }

  /** A piece is there. What is no piece of this tree, or delivered twice, is ignored. */
  land(id: string, value: T): void {
    const size = this.#rule.size(value);
    this.#deliver(id, this.#fitted({ value, size, ids: [id] }, this.#rule.window));
  }

  /** A piece will never be there. */
  miss(id: string, why: string): void {
    if (this.#leaves.has(id)) this.#left.set(id, why);
    this.#deliver(id, []);
  }

  /** The merges that may start now, each once. */
  take(): MergeStep<T>[] {
    return this.#ready.splice(0);
  }

  /** A step's output. */
  merged(step: MergeStep<T>, value: T): void {
    this.#merges += 1;
    const ids = step.parts.flatMap((part) => part.ids);
    this.#settle(step, this.#fitted({ value, size: this.#rule.size(value), ids }, step.limit));
  }

  /** A step that has no output: its pieces are left out, and the rest goes on. */
  failed(step: MergeStep<T>, why: string): void {
    for (const id of step.parts.flatMap((part) => part.ids)) this.#left.set(id, why);
    this.#settle(step, []);
  }

  coverage(): Coverage {
    const included = this.#result?.ids ?? [];
    const shortened = included.filter((id) => this.#shortened.has(id));
    const left = Object.fromEntries(this.#left);
    const facts = { total: this.#ids.length, included, shortened, left, merges: this.#merges };
    return { ...facts, note: coverageNote(facts) };
  }

  #grow(ids: readonly string[]): void {
    const { arity } = this.#rule;
    const sizes: number[] = [];
    for (let count = ids.length; count > 1 || sizes.length === 0;) {
      count = Math.max(1, Math.ceil(count / arity));
      sizes.push(count);
    }
    let above: Branch<T>[] = [];
    for (const [height, count] of [...sizes.entries()].toReversed()) {
      const below = height === 0 ? ids.length : (sizes[height - 1] ?? 0);
      above = Array.from({ length: count }, (_, index) => {
        const parent = above[Math.floor(index / arity)];
        return {
          name: `${height + 1}.${index}`,
          open: Math.min(arity, below - index * arity),
          children: [],
          parent: parent && { branch: parent, at: index % arity },
        };
      });
    }
    ids.forEach((id, index) => {
      const branch = above[Math.floor(index / arity)];
      if (branch) this.#leaves.set(id, { branch, at: index % arity });
    });
    if (ids.length === 0) this.#over = true;
  }

  #deliver(id: string, parts: readonly Piece<T>[]): void {
    const leaf = this.#leaves.get(id);
    if (!leaf) return;
    this.#leaves.delete(id);
    this.#child(leaf, parts);
  }

  #child({ branch, at }: { branch: Branch<T>; at: number }, parts: readonly Piece<T>[]): void {
    branch.children[at] = parts;
    branch.open -= 1;
    if (branch.open > 0) return;
    const all = branch.children.flat();
    if (branch.parent) this.#branch(branch, all);
    else this.#root(all, 0);
  }

  /** What fills half a window at most is passed up as it is: a merge of little would be a call for nothing. */
  #branch({ name, parent }: Branch<T>, parts: readonly Piece<T>[]): void {
    const up = (delivered: readonly Piece<T>[]): void => {
      if (parent) this.#child(parent, delivered);
    };
    if (sizeOf(parts) <= this.#half) up(parts);
    else this.#round(name, parts, up);
  }

  #root(parts: readonly Piece<T>[], round: number): void {
    if (parts.length === 0) {
      this.#over = true;
      return;
    }
    if (sizeOf(parts) > this.#rule.window) {
      this.#round(`root${round === 0 ? '' : round}`, parts, (next) => this.#root(next, round + 1));
      return;
    }
    this.#start({ id: 'last', parts, limit: this.#rule.window, last: true }, ([result]) => {
      this.#result = result;
      this.#over = true;
    });
  }

  /** Merges neighbours, as many as fit; a piece above half the window is condensed by itself. Ends with fewer or smaller ones. */
  #round(name: string, parts: readonly Piece<T>[], then: (parts: readonly Piece<T>[]) => void): void {
    const batches = this.#batches(parts);
    const outputs: (readonly Piece<T>[])[] = batches.map((batch) => batch);
    let open = 1;
    const done = (): void => {
      open -= 1;
      if (open === 0) then(outputs.flat());
    };
    batches.forEach((batch, index) => {
      if (batch.length === 1 && sizeOf(batch) <= this.#half) return;
      open += 1;
      const id = `${name}${index === 0 ? '' : `.${index}`}`;
      this.#start({ id, parts: batch, limit: this.#half, last: false }, (delivered) => {
        outputs[index] = delivered;
        done();
      });
    });
    done();
  }

  #batches(parts: readonly Piece<T>[]): Piece<T>[][] {
    const batches: Piece<T>[][] = [];
    let left = 0;
    for (const part of parts) {
      const batch = batches.at(-1);
      if (batch && part.size <= left && part.size <= this.#half && sizeOf(batch.slice(0, 1)) <= this.#half) {
        batch.push(part);
        left -= part.size;
      } else {
        batches.push([part]);
        left = this.#rule.window - part.size;
      }
    }
    return batches;
  }

  #start(step: MergeStep<T>, settled: (parts: readonly Piece<T>[]) => void): void {
    this.#running.set(step.id, settled);
    this.#ready.push(step);
  }

  #settle(step: MergeStep<T>, parts: readonly Piece<T>[]): void {
    const settled = this.#running.get(step.id);
    this.#running.delete(step.id);
    settled?.(parts);
  }

  get #half(): number {
    return this.#rule.window / 2;
  }

  /** The part within a limit; where it cannot be truncated to it, no part. */
  #fitted(part: Piece<T>, limit: number): Piece<T>[] {
    if (part.size <= limit) return [part];
    const value = this.#rule.cut(part.value, limit);
    const size = value === undefined ? Infinity : this.#rule.size(value);
    if (value === undefined || !(size <= limit)) {
      for (const id of part.ids) this.#left.set(id, 'it is too large for the window and cannot be cut');
      return [];
    }
    for (const id of part.ids) this.#shortened.add(id);
    return [{ value, size, ids: part.ids }];
  }
}

function sizeOf(parts: readonly Piece<unknown>[]): number {
  return parts.reduce((sum, { size }) => sum + size, 0);
}

const mostNamed = 5;

/**
 * What became of the pieces, in a sentence.
 *
 * @example const note = coverageNote({ total: 3, included: ['a', 'b'], shortened: [], left: { c: 'it never came' }, merges: 1 });
 */
export function coverageNote({ total, included, shortened, left }: Omit<Coverage, 'note'>): string {
  const head = `${included.length} of ${total} pieces are in the result`;
  const truncated = shortened.length === 0 ? '' : `; shortened to fit: ${listed(shortened)}`;
  const out = Object.keys(left);
  return `${head}${truncated}${out.length === 0 ? '' : `; left out: ${listed(out)}`}.`;
}

function listed(ids: readonly string[]): string {
  const more = ids.length - mostNamed;
  return more <= 0 ? ids.join(', ') : `${ids.slice(0, mostNamed).join(', ')} and ${more} more`;
}
