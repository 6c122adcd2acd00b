/**
 * How much a piece of a passage says on a question: the share of the question's words that it has, rare ones counting more.
 * A word that stands near it, in its heading or beside it, counts in part; so does what the question asks for, such as a number.
 */
import { given } from '../../../../index.ts';
import { expectations } from '../../pure/expectations.ts';
import { stemsAndParts } from '../../pure/stems.ts';
import { wantedOf, type Wanted } from '../../pure/synonyms.ts';
import { piecesOf, type ProsePiece } from './prose.ts';
import type { Passage } from '../sources/source.ts';

/** A piece, what it has of words, and how much it says. */
export interface WeighedPiece<P extends Passage = Passage> {
  readonly sentence: string;
  readonly kind: ProsePiece['kind'];
  /** Of code, the sentence that leads in to it. */
  readonly lead?: string;
  /** What follows in its paragraph. */
  readonly rest?: string;
  readonly isCommented?: boolean;
  readonly passage: P;
  /** Its own words, and these in their order. */
  readonly stems: ReadonlySet<string>;
  readonly order: readonly string[];
  /** The question's words in it, and how many these are, as they count. */
  readonly met: { readonly terms: readonly string[]; readonly count: number };
  /** Whether one of these is there as it was asked, and not as another word for it. */
  readonly isAsAsked: boolean;
  /** The share of the question that it meets. */
  readonly covered: number;
  weight: number;
}

interface Unweighed<P extends Passage> extends Omit<WeighedPiece<P>, 'weight' | 'covered' | 'met' | 'isAsAsked'> {
  /** Words of the name that an entry, a row or a setting begins with. */
  readonly head: ReadonlySet<string>;
  /** Words of its heading, and of the head of its table. */
  readonly above: ReadonlySet<string>;
  /** Words of the pieces before and behind it. */
  readonly beside: ReadonlySet<string>;
  /** Words of all headings above it, and of its file. */
  readonly titled: ReadonlySet<string>;
  /** Words of the whole passage. */
  readonly around: ReadonlySet<string>;
  /** Where its passage stands among those of its source, from 0. */
  readonly place: number;
}

/** What a word of the question counts, by where it stands. */
const credit = { head: 1.3, both: 1.2, above: 0.75, titled: 0.5, beside: 0.45, around: 0.25, related: 0.65 };
/** Of two statements alike, the one counts more whose passage has more of the question: by so much if it has all of it. */
const aroundShare = 0.3;
/** Of two that meet the question alike, the one that reads better. */
const shares: Readonly<Record<ProsePiece['kind'], number>> = { sentence: 1, line: 0.93, entry: 1, row: 1, code: 0.55 };
/** Of code that is shown by a sentence, or says in a comment what it is. */
const shownShare = 0.8;
/** Of words that stand side by side as they do in the question, which mean more than either: by so much for one, and less for each further. */
const pairShare = 0.15;
const mostPieces = 2000;

/** Pieces, and how rare a word is among them. */
export interface Weighed<P extends Passage> {
  readonly pieces: readonly WeighedPiece<P>[];
  readonly rarity: (term: string) => number;
  /** How many words the question has that a page about it must have, as they count. */
  readonly asked: number;
}

/** Of all passages in turn, so that where there is a limit no source crowds out another. */
export function weighedPieces<P extends Passage>(
  question: string,
  passages: readonly P[],
  { placed: isPlaced = true } = {},
): Weighed<P> {
  const pieces = piecesIn(passages);
  const rarity = rarityIn(pieces);
  const known = new Set(pieces.flatMap(({ stems, titled }) => [...stems, ...titled]));
  const wanted = wantedOf(question).map((each) => ({ ...each, others: [...each.others, ...kinOf(each.term, known)] }));
  const total = totalOf(wanted, known, rarity);
  const expected = expectations(question);
  const names = codeNamesIn(question);
  const places = new Map(wanted.map(({ term }, place) => [term, place]));
  const weighed = pieces.map((piece) => {
    const share = (of: (each: Wanted) => number): number =>
      total === 0 ? 0 : wanted.reduce((sum, each) => sum + each.share * rarity(each.term) * of(each), 0) / total;
    const words = wanted.filter((each) => isMet(piece, each));
    const met = { terms: words.map(({ term }) => term), count: countOf(words) };
    const fits = expected.reduce((all, { shown, bonus }) => all * (shown.test(piece.sentence) ? bonus : 1), 1);
    const fit = fits * (names.some((name) => isNamedIn(name, piece)) ? namedBonus : 1);
    // Long pieces meet more words by chance.
    const length = Math.min(1, 240 / piece.sentence.length) ** 0.2;
    const covered = met.count === 0 ? 0 : share((each) => creditOf(piece, each));
    const near = (1 + aroundShare * share((each) => isAround(piece, each))) * (1 + pairShare * pairsIn(piece, places));
    const reads = length * fit * kindShare(piece, question) * near;
    const weight = (covered * reads) / (1 + (isPlaced ? 0.01 * piece.place : 0));
    const isAsAsked = words.some(
      ({ term }) => piece.stems.has(term) || piece.above.has(term) || piece.titled.has(term),
    );
    return { ...piece, met, isAsAsked, covered, weight };
  });
  return { pieces: weighed, rarity, asked: countOf(wanted.filter(({ isTelling }) => !isTelling)) };
}

/** How many neighbours of the question are neighbours in it, held against how many there are. */
function pairsIn({ order }: Unweighed<Passage>, places: ReadonlyMap<string, number>): number {
  const found = new Set<number>();
  for (const [index, term] of order.entries()) {
    const [one, two] = [places.get(term), places.get(order[index + 1] ?? '')];
    if (one !== undefined && two !== undefined && Math.abs(one - two) === 1) found.add(Math.min(one, two));
  }
  return found.size / Math.sqrt(Math.max(1, places.size - 1));
}

/** What a word counts that nothing found has, nor another for it: what is said without it may well be about something else. */
const unknownShare = 2;

/** How much of the question there is to be met. */
function totalOf(wanted: readonly Wanted[], known: ReadonlySet<string>, rarity: (term: string) => number): number {
  return wanted.reduce((sum, { term, others, share, isTelling }) => {
    const isKnown = isTelling || [term, ...others].some((each) => known.has(each));
    return sum + share * rarity(term) * (isKnown ? 1 : unknownShare);
  }, 0);
}

const fewestLetters = 5;
/** Of the longer of two words, how much they begin alike where they are of one family, as `electric` and `electrical` are. */
const familyShare = 0.75;

/** Other words that begin as one does: what is made of a word mostly does. */
function kinOf(term: string, known: ReadonlySet<string>): string[] {
  if (term.length < fewestLetters) return [];
  const start = term.slice(0, fewestLetters);
  return [...known].filter((each) => {
    if (each === term || !each.startsWith(start)) return false;
    const longest = Math.max(each.length, term.length);
    const alike = Math.ceil(familyShare * longest);
    return each.slice(0, alike) === term.slice(0, alike);
  });
}

function countOf(words: readonly Wanted[]): number {
  return words.reduce((sum, { share }) => sum + share, 0);
}

function isMet({ stems, above }: Unweighed<Passage>, { term, others }: Wanted): boolean {
  return [term, ...others].some((each) => stems.has(each) || above.has(each));
}

/** Of a word, how much of it the whole passage has. */
function isAround({ around, titled }: Unweighed<Passage>, { term, others }: Wanted): number {
  const has = (each: string): boolean => around.has(each) || titled.has(each);
  if (has(term)) return 1;
  return others.some(has) ? credit.related : 0;
}

function creditOf(
  { head, stems, above, titled, beside, around }: Unweighed<Passage>,
  { term, others }: Wanted,
): number {
  if (head.has(term)) return credit.head;
  if (stems.has(term)) return above.has(term) ? credit.both : 1;
  if (above.has(term)) return credit.above;
  if (others.some((other) => stems.has(other) || above.has(other))) return credit.related;
  if (titled.has(term)) return credit.titled;
  if (beside.has(term)) return credit.beside;
  return around.has(term) ? credit.around : 0;
}

function kindShare({ kind, lead, isCommented }: Unweighed<Passage>, question: string): number {
  if (lead !== undefined || isCommented === true) return shownShare;
  // Who asks how something is done may well be answered by code.
  return kind === 'code' && /^how (?:do|can|to|should|would)\b/i.test(question.trim()) ? 0.8 : shares[kind];
}

/** Of what is said of a name such as `db.get()`, which a question has: of its words alone others are made too. */
const namedBonus = 1.15;

/** `db.get` of a question about `db.get()`. */
function codeNamesIn(question: string): string[] {
  return (
    question.slice(0, 1000).match(/(?<![\w.])[\w$]{1,60}(?:\.[\w$]{1,60}){1,4}(?=\()|(?<![\w.])[\w$]{3,60}(?=\(\))/g) ??
    []
  );
}

function isNamedIn(name: string, { sentence, passage }: Unweighed<Passage>): boolean {
  return [sentence, passage.title.split(' › ').at(-1) ?? ''].some((text) =>
    text
      .split(name)
      .slice(1)
      .some((behind) => !/^[\w$]/.test(behind)),
  );
}

function piecesIn<P extends Passage>(passages: readonly P[]): Unweighed<P>[] {
  const seen = new Set<string>();
  const found: Unweighed<P>[] = [];
  for (const { passage, round } of placed(passages)) {
    const pieces = piecesOf(passage.text ?? passage.snippet);
    const orders = pieces.map(({ text, lead = '' }) => stemsAndParts(`${lead}\n${text}`));
    const words = orders.map((order) => new Set(order));
    const heading = stemsAndParts(passage.title.split(' › ').at(-1) ?? '');
    const titled = new Set(stemsAndParts(passage.title));
    const around = new Set(words.flatMap((each) => [...each]));
    for (const [index, { kind, text: sentence, about = '', lead, rest, isCommented }] of pieces.entries()) {
      const key = sentence.toLowerCase().replaceAll(/[\s\p{P}]+/gu, ' ');
      if (seen.has(key) || found.length >= mostPieces) continue;
      seen.add(key);
      const stems = words[index] ?? new Set();
      const above = new Set([...heading, ...stemsAndParts(about)]);
      const beside = new Set([...(words[index - 1] ?? []), ...(words[index + 1] ?? [])]);
      found.push({
        sentence,
        kind,
        ...given({ lead, rest, isCommented }),
        passage,
        stems,
        order: orders[index] ?? [],
        head: headOf(kind, sentence),
        above,
        titled,
        beside,
        around,
        place: round,
      });
    }
  }
  return found;
}

/** How much the best statement of each passage says; 0 where none does. */
export function worthOf(question: string, passages: readonly Passage[]): (passage: Passage) => number {
  const best = new Map<Passage, number>();
  for (const { passage, weight } of weighedPieces(question, passages, { placed: false }).pieces)
    best.set(passage, Math.max(best.get(passage) ?? 0, weight));
  return (passage) => best.get(passage) ?? 0;
}

/** What an entry is about stands first in it. */
function headOf(kind: ProsePiece['kind'], text: string): ReadonlySet<string> {
  const named =
    kind === 'row'
      ? /^[^|]{1,80}(?=\|)/
      : /^[`"'*[]{1,3}[^`"'\]*\s]{1,60}[`"'*\]]{1,3}|^[\w.#-]{1,40}(?= ?(?:[-–—:(]|`))/;
  return new Set(stemsAndParts(named.exec(text)?.[0] ?? ''));
}

/** The first passage of each source, then the second of each. */
export function inTurn(passages: readonly Passage[]): Passage[] {
  return placed(passages).map(({ passage }) => passage);
}

function placed<P extends Passage>(passages: readonly P[]): { readonly passage: P; readonly round: number }[] {
  const counts = new Map<string, number>();
  const found = passages.map((passage) => {
    const round = counts.get(passage.source) ?? 0;
    counts.set(passage.source, round + 1);
    return { passage, round };
  });
  return found.toSorted((a, b) => a.round - b.round);
}

/** Inverse document frequency, with pieces as documents. */
function rarityIn(pieces: readonly { readonly stems: ReadonlySet<string> }[]): (term: string) => number {
  const counts = new Map<string, number>();
  for (const { stems } of pieces) for (const term of stems) counts.set(term, (counts.get(term) ?? 0) + 1);
  return (term) => Math.log(1 + pieces.length / (1 + (counts.get(term) ?? 0)));
}
