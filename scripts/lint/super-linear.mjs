/**
 * Whether a pattern's time may grow faster than the text: looks for a word that a loop reads again and again while
 * another loop, the same loop on another path, or the search for where to begin reads it too (A. Weber, H. Seidl, 1991;
 * N. Weideman et al., 2016). Each such word makes the engine try all places where the one ends and the other begins.
 */
import { graphOf } from './pattern.mjs';

/** @returns {string | undefined} what is wrong, with the text that shows it; undefined where time grows as the text does */
export function superLinear(pattern, flags) {
  const { places, sample, unbounded } = graphOf(pattern, flags);
  if (unbounded.length > 0) return `what is looked for behind has no bound: ${unbounded[0]}`;
  // A loop that may end anywhere ends well: who never fails tries nothing again.
  const [start] = places;
  const failing = places.filter((place) => place === start || !place.accepts);
  const loops = componentsOf(failing);
  return exponential(loops, sample) ?? polynomial(start, loops, sample);
}

function exponential(loops, sample) {
  for (const loop of loops)
    for (const place of loop) {
      const twice = [...place.next].find(([next, ways]) => ways > 1 && loop.has(next));
      if (twice) return `two ways to read the same again: ${place.source}, ${twice[0].source}`;
      const word = wordOf([place, place, 0], [place, place, 1], ([a, b, apart], go) => {
        for (const x of a.next.keys())
          for (const y of b.next.keys())
            if (loop.has(x) && loop.has(y)) go([x, y, apart || x !== y ? 1 : 0], x.set & y.set);
      });
      if (word) return `exponential: ${place.source} reads ${shown(word, sample)} in two ways`;
    }
  return undefined;
}

function polynomial(start, loops, sample) {
  for (const one of loops)
    for (const other of loops) {
      if (other.has(start)) continue;
      for (const p of one)
        for (const q of other) {
          if (p === q) continue;
          const word = wordOf([p, p, q], [p, q, q], ([a, x, b], go) => step(a, x, b, one, other, go));
          if (word) return describe(p === start, p, q, shown(word, sample));
        }
    }
  return undefined;
}

function step(a, x, b, one, other, go) {
  for (const nextA of a.next.keys()) {
    if (!one.has(nextA)) continue;
    for (const nextB of b.next.keys()) {
      const both = nextA.set & nextB.set;
      if (!other.has(nextB) || both === 0n) continue;
      for (const nextX of x.next.keys()) go([nextA, nextX, nextB], both & nextX.set);
    }
  }
}

function describe(searched, p, q, word) {
  return searched
    ? `a search over ${word} repeated reads to the end with ${q.source} from each place`
    : `${p.source} and ${q.source} both read ${word} repeated, in all divisions`;
}

/** The shortest word that leads from one state to another, as the sets that its characters are of. */
function wordOf(from, to, steps) {
  const [seen, queue, goal] = [new Set(), [[from, undefined]], keyOf(to)];
  for (const item of queue) {
    let found;
    steps(item[0], (state, set) => {
      if (found || set === 0n) return;
      const name = keyOf(state);
      if (name === goal) found = [state, item, set];
      else if (!seen.has(name)) {
        seen.add(name);
        queue.push([state, item, set]);
      }
    });
    if (found) return wordBack(found);
  }
  return undefined;
}

function wordBack(found) {
  const sets = [];
  for (let at = found; at[1] !== undefined; at = at[1]) sets.unshift(at[2]);
  return sets;
}

const shown = (word, sample) => JSON.stringify(word.map((set) => sample(set)).join(''));

const keyOf = (state) => state.map((each) => (typeof each === 'object' ? numberOf(each) : each)).join();

const numbers = new WeakMap();
let count = 0;
function numberOf(place) {
  if (!numbers.has(place)) numbers.set(place, count++);
  return numbers.get(place);
}

/** Strongly connected components in which one can go round (R. Tarjan, 1972). */
function componentsOf(places) {
  const [all, index, low, stack, on, found] = [new Set(places), new Map(), new Map(), [], new Set(), []];
  const visit = (place) => {
    index.set(place, index.size);
    low.set(place, index.get(place));
    stack.push(place);
    on.add(place);
    for (const next of place.next.keys()) {
      if (!all.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (on.has(next)) low.set(place, Math.min(low.get(place), low.get(next)));
    }
    if (low.get(place) !== index.get(place)) return;
    const component = new Set(stack.splice(stack.indexOf(place)));
    for (const each of component) on.delete(each);
    if (component.size > 1 || place.next.has(place)) found.push(component);
  };
  for (const place of places) if (!index.has(place)) visit(place);
  return found;
}
