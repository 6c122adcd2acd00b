/**
 * What lines without a counterpart may belong together, ranked with the reasons: for a person to decide, never matched.
 * The sides are alike here as well, and each line is compared with those alone that share something with it.
 */
import { compareTexts, daysBetween, groupBy, type BoardItem, type Pair } from './board.ts';
import type { Suggestion } from './lines.ts';
import { likeness, nameKey } from './names.ts';
import { size } from './sums-of-amounts.ts';

/** Beyond so many days two lines are hardly one payment. */
const mostDays = 31;
/** Of all that has something in common; what more lines share says nothing. */
const mostAlike = 60;
/** Of one line. */
const mostOfOne = 3;
/** What two lines must come to: the same amount is not enough without a near date. */
const leastScore = 55;

interface Reason {
  readonly points: number;
  readonly text: string;
}

/** Two lines and what they come to; the reasons are put in words for those alone that are shown. */
interface Likely {
  readonly score: number;
  readonly pair: Pair;
}

export function suggestionsOf(ledger: readonly BoardItem[], statement: readonly BoardItem[]): Suggestion[] {
  const shared = sharedBy.map((key) => ({ key, own: groupBy(ledger, key), others: groupBy(statement, key) }));
  // Line by line, since all pairs that are compared need more memory than the lines.
  const found = ledger.flatMap((own) => likelyOf(own, alikeWith(own, shared)));
  const ranked = found.toSorted((a, b) => b.score - a.score || compareTexts(orderOf(a), orderOf(b)));
  const counts = new Map<BoardItem, number>();
  const kept = ranked.filter(({ pair }) => {
    if (pair.some((item) => (counts.get(item) ?? 0) >= mostOfOne)) return false;
    for (const item of pair) counts.set(item, (counts.get(item) ?? 0) + 1);
    return true;
  });
  return kept.map(suggestionOf);
}

/** The same whichever of the two is on which side. */
const orderOf = ({ pair: [a, b] }: Likely): string => [a.line.place, b.line.place].toSorted().join('\u0000');

const digitsOf = ({ units }: BoardItem): string => String(size(units));
const sortedDigits = (item: BoardItem): string => digitsOf(item).replaceAll('0', '').split('').toSorted().join('');

/** What two lines may share that is worth a look: the digits of the amount in any order, who it is about, a part of the reference. */
const sharedBy: readonly ((item: BoardItem) => string)[] = [
  sortedDigits,
  digitsOf,
  ({ name }) => name,
  ({ reference }) => (reference.length < 5 ? '' : reference.slice(0, 4)),
  ({ reference }) => (reference.length < 5 ? '' : reference.slice(-4)),
];

/** The lines of either side by one of these. */
interface Shared {
  readonly key: (item: BoardItem) => string;
  readonly own: ReadonlyMap<string, readonly BoardItem[]>;
  readonly others: ReadonlyMap<string, readonly BoardItem[]>;
}

function alikeWith(item: BoardItem, shared: readonly Shared[]): ReadonlySet<BoardItem> {
  const alike = new Set<BoardItem>();
  for (const { key, own, others } of shared) {
    const name = key(item);
    const found = others.get(name) ?? [];
    if ((own.get(name)?.length ?? 0) * found.length > mostAlike * mostAlike) continue;
    for (const other of found) if (daysBetween(item, other) <= mostDays) alike.add(other);
  }
  return alike;
}

function likelyOf(own: BoardItem, alike: ReadonlySet<BoardItem>): Likely[] {
  const found: Likely[] = [];
  for (const other of alike) {
    const score = reasonsFor(own, other).reduce((sum, { points }) => sum + points, 0);
    if (score >= leastScore) found.push({ score: Math.min(100, score), pair: [own, other] });
  }
  return found;
}

function suggestionOf({ score, pair: [a, b] }: Likely): Suggestion {
  const reasons = reasonsFor(a, b).toSorted((one, other) => other.points - one.points);
  return { ledger: a.line.place, statement: b.line.place, score, reasons: reasons.map(({ text }) => text) };
}

function reasonsFor(a: BoardItem, b: BoardItem): Reason[] {
  return [ofAmounts(a, b), ofReferences(a, b), ofNames(a, b), ofTexts(a, b), ofDays(a, b)].filter(
    (reason) => reason !== undefined,
  );
}

function ofAmounts(a: BoardItem, b: BoardItem): Reason | undefined {
  if (a.units === b.units) return { points: 50, text: 'the same amount' };
  const [small, large] = size(a.units) < size(b.units) ? [a, b] : [b, a];
  if (size(a.units) === size(b.units)) return { points: 35, text: 'the same amount with the other sign' };
  if (a.units > 0n !== b.units > 0n || small.units === 0n) return undefined;
  if (isSlip(size(small.units), size(large.units))) return { points: 35, text: 'the decimal point is elsewhere' };
  if (isTurned(digitsOf(small), digitsOf(large))) return { points: 35, text: 'two digits of the amount are exchanged' };
  const difference = size(a.units - b.units);
  if (difference * 20n <= size(large.units)) return { points: 20, text: 'amounts within 5 %' };
  return undefined;
}

function isSlip(small: bigint, large: bigint): boolean {
  return [10n, 100n, 1000n].some((factor) => small * factor === large);
}

/** Of as many digits, two of which have changed places. */
function isTurned(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  const at = Array.from({ length: a.length }, (_, place) => place).filter((place) => a[place] !== b[place]);
  const [one = -1, other = -1] = at;
  return at.length === 2 && a[one] === b[other] && a[other] === b[one];
}

function ofReferences({ reference: a }: BoardItem, { reference: b }: BoardItem): Reason | undefined {
  if (a === '' || b === '') return undefined;
  if (a === b) return { points: 40, text: 'the same reference' };
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length < 5) return undefined;
  if (long.includes(short)) return { points: 30, text: 'one reference is a part of the other' };
  return isOneOff(short, long) ? { points: 30, text: 'references differ in one character' } : undefined;
}

/** One character replaced, left out, or changed places with its neighbour. */
function isOneOff(short: string, long: string): boolean {
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  const rest = long.slice(at + 1);
  if (long.length > short.length) return short.slice(at) === rest;
  const isExchange = short[at] === long[at + 1] && short[at + 1] === long[at];
  return short.slice(at + 1) === rest || (isExchange && short.slice(at + 2) === long.slice(at + 2));
}

function ofNames({ name: a }: BoardItem, { name: b }: BoardItem): Reason | undefined {
  if (a !== '' && a === b) return { points: 25, text: 'the same counterparty' };
  const like = likeness(a, b);
  if (like < 0.3) return undefined;
  return { points: like >= 0.5 ? 20 : 10, text: 'counterparties alike' };
}

function ofTexts({ line: a }: BoardItem, { line: b }: BoardItem): Reason | undefined {
  const [one, other] = [nameKey(a.text), nameKey(b.text)];
  if (one === '' || other === '') return undefined;
  return one === other || likeness(one, other) >= 0.5 ? { points: 10, text: 'texts alike' } : undefined;
}

function ofDays(a: BoardItem, b: BoardItem): Reason {
  const days = daysBetween(a, b);
  const text = days === 0 ? 'the same day' : `${days} ${days === 1 ? 'day' : 'days'} apart`;
  return { points: days <= 3 ? 15 : days <= 10 ? 10 : 5, text };
}
