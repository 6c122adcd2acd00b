/**
 * A regular expression as the graph of what a backtracking engine may read after what (V. Glushkov, 1961): one node for
 * each place that reads a character. Look-arounds and back references are widened, so the graph has at least the paths
 * that the engine has.
 */
import { RegExpParser } from '@eslint-community/regexpp';
import { CharBase, CharSet } from 'refa';
import { toCharSet } from 'regexp-ast-analysis';

/** From here on a bounded repetition counts as one without a bound. */
const longRepetition = 1000;

/**
 * @typedef {object} Place
 * @property {string} source what stands there
 * @property {bigint} set the characters it reads, a bit for each class of them
 * @property {Map<Place, number>} next with how many ways there are to go there
 * @property {boolean} accepts whether the whole may end here, whatever follows
 */

/** @returns {{ places: Place[], sample: (set: bigint) => string }} the first place stands for where no match has begun */
export function graphOf(pattern, flags) {
  const node = new RegExpParser().parsePattern(pattern, 0, pattern.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
  return new Graph(node, flags).build();
}

class Graph {
  #places = [];
  #atoms = [];
  #sets = new Map();
  #flags;
  #node;
  #all = 0n;
  #behind = [];

  constructor(node, flags) {
    this.#node = node;
    this.#flags = {
      ignoreCase: flags.includes('i'),
      multiline: flags.includes('m'),
      dotAll: flags.includes('s'),
      unicode: flags.includes('u'),
      unicodeSets: flags.includes('v'),
      sticky: flags.includes('y'),
    };
  }

  build() {
    this.#partition();
    const start = this.#place('', this.#all);
    start.next.set(start, 1);
    const body = this.#alternatives(this.#node.alternatives);
    for (const place of body.sure) place.accepts = true;
    if (!this.#flags.sticky) this.#begin(start, body.first);
    return { places: this.#places, sample: (set) => this.#sample(set), unbounded: this.#behind };
  }

  /** What may begin anywhere follows the start; what needs a character before it follows a place that reads that. */
  #begin(start, first) {
    const after = new Map();
    for (const [place, constraints] of first) {
      const allowed = this.#allowedBefore(constraints, place);
      if (allowed === this.#all) start.next.set(place, 1);
      else if (allowed !== 0n) {
        if (!after.has(allowed)) after.set(allowed, this.#place('', allowed));
        const before = after.get(allowed);
        start.next.set(before, 1);
        before.next.set(place, 1);
      }
    }
  }

  // The alphabet: characters that no part of the pattern distinguishes are one

  #partition() {
    const visit = (node) => {
      if (this.#reads(node)) this.#sets.set(node, this.#charSet(node));
      else for (const child of childrenOf(node)) visit(child);
    };
    visit(this.#node);
    const word = this.#charSet(parsed(String.raw`\w`, this.#flags));
    const line = this.#charSet(parsed(String.raw`[\n\r\u2028\u2029]`, this.#flags));
    const sets = [...this.#sets.values(), word, line];
    this.#atoms = [...new CharBase([CharSet.all(word.maximum), ...sets]).sets];
    this.#all = (1n << BigInt(this.#atoms.length)) - 1n;
    this.#sets.set('word', word).set('line', line);
  }

  #reads(node) {
    return ['Character', 'CharacterSet', 'CharacterClass', 'ExpressionCharacterClass'].includes(node.type);
  }

  #charSet(node) {
    return toCharSet(node, this.#flags);
  }

  #mask(key) {
    const set = this.#sets.get(key);
    return this.#atoms.reduce((mask, atom, index) => (atom.isSubsetOf(set) ? mask | (1n << BigInt(index)) : mask), 0n);
  }

  #sample(set) {
    const characters = this.#atoms.flatMap((atom, index) => ((set >> BigInt(index)) & 1n ? atom.ranges : []));
    const plain = characters.find(({ min, max }) => max >= 0x21 && min <= 0x7e) ?? characters[0];
    return plain === undefined ? '' : String.fromCodePoint(Math.min(plain.max, Math.max(plain.min, 0x21)));
  }

  // Parts of the pattern. `first`: places with what must stand before them; `last` and `sure`: where it may end, `sure`
  // without a condition; `empty`: what must stand before where it reads nothing, undefined where it always reads.

  #place(source, set) {
    const place = { source, set, next: new Map(), accepts: false };
    this.#places.push(place);
    return place;
  }

  #one(source, set) {
    const place = this.#place(source, set);
    return { first: [[place, []]], last: [place], sure: [place], empty: undefined, free: false };
  }

  #alternatives(alternatives) {
    const parts = alternatives.map((each) => this.#sequence(each.elements.map((element) => () => this.#part(element))));
    const empties = parts.filter(({ empty }) => empty !== undefined);
    return {
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
      sure: parts.flatMap(({ sure }) => sure),
      empty:
        empties.length === 0 ? undefined : (empties.find(({ empty }) => empty.length === 0)?.empty ?? empties[0].empty),
      free: parts.some(({ free }) => free),
    };
  }

  #sequence(parts) {
    return parts.reduce((before, build) => this.#then(before, build()), nothing());
  }

  #then(a, b) {
    for (const from of a.last) for (const [to, constraints] of b.first) this.#link(from, to, constraints);
    const { empty } = a;
    const passing = empty === undefined ? [] : b.first.map(([place, all]) => [place, [...empty, ...all]]);
    return {
      first: [...a.first, ...passing],
      last: [...b.last, ...(b.empty === undefined ? [] : a.last)],
      sure: [...b.sure, ...(b.free ? a.sure : [])],
      empty: empty === undefined || b.empty === undefined ? undefined : [...empty, ...b.empty],
      free: a.free && b.free,
    };
  }

  #link(from, to, constraints) {
    if ((from.set & this.#allowedBefore(constraints, to)) === 0n) return;
    from.next.set(to, (from.next.get(to) ?? 0) + 1);
  }

  #allowedBefore(constraints, place) {
    return constraints.reduce((mask, each) => mask & each(place), this.#all);
  }

  #part(node) {
    if (this.#reads(node)) return this.#one(node.raw, this.#mask(node));
    if (node.type === 'Group' || node.type === 'CapturingGroup') return this.#alternatives(node.alternatives);
    if (node.type === 'Quantifier') return this.#repeated(node);
    if (node.type === 'Assertion') return this.#assertion(node);
    // A back reference may read anything, or nothing.
    return optional(this.#one(node.raw, this.#all));
  }

  #repeated(node) {
    const { element, min } = node;
    const max = node.max > longRepetition ? Infinity : node.max;
    if (max === 0) return nothing();
    const once = () => this.#part(element);
    const more = max === Infinity ? () => this.#loop(once()) : once;
    if (max === 1 || (max === Infinity && min <= 1)) return min === 0 ? optional(more()) : more();
    const all = this.#sequence([once, () => (min < 2 ? optional(more()) : more())]);
    return min === 0 ? optional(all) : all;
  }

  #loop(part) {
    for (const from of part.last) for (const [to, constraints] of part.first) this.#link(from, to, constraints);
    return part;
  }

  #assertion(node) {
    if (node.kind === 'start') return condition([() => (this.#flags.multiline ? this.#mask('line') : 0n)]);
    if (node.kind === 'end') return condition([]);
    if (node.kind === 'word') return condition([(place) => this.#besideWord(place.set, node.negate)]);
    if (node.kind === 'lookbehind') return condition(this.#lookbehind(node));
    // A look ahead reads from here, and what follows reads from here again.
    const inside = this.#alternatives(node.alternatives);
    return { first: inside.first, last: [], sure: [], empty: [], free: false };
  }

  #besideWord(next, negated) {
    const word = this.#mask('word');
    if ((next & ~word) === 0n) return negated ? word : this.#all & ~word;
    if ((next & word) === 0n) return negated ? this.#all & ~word : word;
    return this.#all;
  }

  #lookbehind(node) {
    const single = node.alternatives.map(({ elements }) => (elements.length === 1 ? elements[0] : undefined));
    if (node.alternatives.some(hasLoop)) this.#behind.push(node.raw);
    if (!single.every((each) => each !== undefined && this.#reads(each))) return [];
    const mask = single.reduce((all, each) => all | this.#mask(each), 0n);
    return [() => (node.negate ? this.#all & ~mask : mask)];
  }
}

const condition = (allowed) => ({ ...nothing(), empty: allowed, free: false });
const nothing = () => ({ first: [], last: [], sure: [], empty: [], free: true });
const optional = (part) => ({ ...part, empty: part.empty ?? [], free: true });

function parsed(pattern, { unicode, unicodeSets }) {
  const flags = { unicode, unicodeSets };
  return new RegExpParser().parsePattern(pattern, 0, pattern.length, flags).alternatives[0].elements[0];
}

function childrenOf(node) {
  return node.alternatives ?? node.elements ?? (node.element === undefined ? [] : [node.element]);
}

function hasLoop(node) {
  return (node.type === 'Quantifier' && node.max > longRepetition) || childrenOf(node).some(hasLoop);
}
