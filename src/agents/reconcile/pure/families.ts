/**
 * Lines that speak of the same thing: one has a reference that the other has, or has in its text.
 * Two references are one as soon as any line has both, which is how a bank reports a batch.
 */
import type { Board, BoardItem } from './board.ts';

/** The family of an item; empty where it has none. */
export type Families = (item: BoardItem) => string;

export function familiesOf({ sides, settled }: Board): Families {
  const all = ([0, 1] as const).map((side) => [...sides[side], ...settled[side]]);
  const roots = new Map<string, string>();
  const linked = new Map<BoardItem, string>();
  const carried = all.map((items) => new Set(items.flatMap(({ reference, id }) => [reference, id]).filter(Boolean)));
  for (const item of all.flat()) {
    const others = carried[1 - item.side];
    // A charge names its payment, of which it may be that this side alone has the reference as its own.
    const named = item.named.filter((reference) => others?.has(reference) || carried[item.side]?.has(reference));
    // The identifier of a bank says something only where the other side knows it.
    const known = [item.reference, others?.has(item.id) ? item.id : ''].filter((each) => each !== '');
    const [first, ...more] = [...known, ...named];
    if (first === undefined) continue;
    linked.set(item, first);
    for (const other of more) unite(roots, first, other);
  }
  const families = new Map([...linked].map(([item, reference]) => [item, rootOf(roots, reference)]));
  return (item) => families.get(item) ?? '';
}

/** Whether a line speaks of nothing by a reference, of something that the other side has as well, or of something else. */
export type Spoken = 'none' | 'bound' | 'free';

export function kindsOf({ sides, settled }: Board, families: Families): (item: BoardItem) => Spoken {
  const known = ([0, 1] as const).map((side) => new Set([...sides[side], ...settled[side]].map(families)));
  return (item) => {
    const family = families(item);
    if (family === '') return 'none';
    return known[1 - item.side]?.has(family) ? 'bound' : 'free';
  };
}

/** It has no reference of its own and may name that of another line, as a charge names its payment. */
export function onlyNames({ reference, named }: BoardItem): boolean {
  return reference === '' && named.length > 0;
}

function rootOf(roots: Map<string, string>, reference: string): string {
  let root = reference;
  for (let next = roots.get(root); next !== undefined; next = roots.get(root)) root = next;
  // What was passed on the way points to the root from now on, so that long chains stay cheap.
  for (let step = reference; step !== root;) {
    const next = roots.get(step) ?? root;
    roots.set(step, root);
    step = next;
  }
  return root;
}

/** The smaller reference stands for both, whichever came first. */
function unite(roots: Map<string, string>, a: string, b: string): void {
  const [low, high] = [rootOf(roots, a), rootOf(roots, b)].toSorted();
  if (low !== undefined && high !== undefined && low !== high) roots.set(high, low);
}
