/**
 * How much a piece of a passage says on a question: the share of the question's words that it has, rare ones counting more.
 * A word that stands near it, in its heading or beside it, counts in part; so does what the question asks for, such as a number.
 */
import { related, stem, stemsAndParts, stemsOf, termsOf } from '../pure/stems.ts';
import { piecesOf, type ProsePiece } from './documents/prose.ts';
import type { Passage } from './sources/source.ts';

/** A piece, what it has of words, and how much it says. */
export interface WeighedPiece {
  readonly sentence: string;
  readonly kind: ProsePiece['kind'];
  readonly passage: Passage;
  /** Its own words. */
  readonly stems: ReadonlySet<string>;
  /** The question's words in it. */
  readonly met: readonly string[];
  /** The share of the question that it meets. */
  readonly covered: number;
  weight: number;
}

interface Unweighed extends Omit<WeighedPiece, 'weight' | 'covered' | 'met'> {
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
const credit = { above: 0.75, titled: 0.5, beside: 0.4, around: 0.25, related: 0.5 };
/** Of two that meet the question alike, the one that reads better. */
const share: Readonly<Record<ProsePiece['kind'], number>> = { sentence: 1, line: 0.93, entry: 1, row: 1, code: 0.55 };
const mostPieces = 600;

/** Pieces, and how rare a word is among them. */
export interface Weighed {
  readonly pieces: readonly WeighedPiece[];
  readonly rarity: (term: string) => number;
}

/** Of all passages in turn, so that where there is a limit no source crowds out another. */
export function weighedPieces(question: string, passages: readonly Passage[]): Weighed {
  const pieces = piecesIn(passages);
  const rarity = rarityIn(pieces);
  const wanted = [...new Set(termsOf(question).map(stem))].map((term) => ({ term, others: related(term) }));
  const strange = strangeNames(question, pieces);
  const total = wanted.reduce((sum, { term }) => sum + rarity(term) * (strange.has(term) ? 2 : 1), 0);
  const expected = expectations(question);
  const weighed = pieces.map((piece) => {
    const met = wanted.filter(({ term }) => piece.stems.has(term) || piece.above.has(term)).map(({ term }) => term);
    const sum = wanted.reduce((all, each) => all + rarity(each.term) * creditOf(piece, each), 0);
    const fit = expected.reduce((all, { shown, bonus }) => all * (shown.test(piece.sentence) ? bonus : 1), 1);
    // Long pieces meet more words by chance.
    const length = Math.min(1, 240 / piece.sentence.length) ** 0.2;
    const covered = met.length === 0 || total === 0 ? 0 : sum / total;
    const weight = (covered * length * fit * kindShare(piece, question)) / (1 + 0.01 * piece.place);
    return { ...piece, met, covered, weight };
  });
  return { pieces: weighed, rarity };
}

const english =
  /^\W{0,5}(?:how|what|which|when|where|who|whose|why|is|are|was|were|do|does|did|can|could|should|in|on|for|at|from|to)\b/i;

/** Names in the question that nothing found has: what is said without them is about something else. Nouns of German are none. */
function strangeNames(question: string, pieces: readonly Unweighed[]): ReadonlySet<string> {
  if (!english.test(question)) return new Set();
  const names = question.slice(1, 2000).match(/(?<=\s)\p{Lu}[\p{L}\p{N}]+/gu) ?? [];
  const stems = names.flatMap((name) => stemsOf(name));
  return new Set(stems.filter((name) => !pieces.some(({ stems: has, titled }) => has.has(name) || titled.has(name))));
}

function creditOf(
  { stems, above, titled, beside, around }: Unweighed,
  { term, others }: { term: string; others: readonly string[] },
): number {
  if (stems.has(term)) return 1;
  if (above.has(term)) return credit.above;
  if (others.some((other) => stems.has(other) || above.has(other))) return credit.related;
  if (titled.has(term)) return credit.titled;
  if (beside.has(term)) return credit.beside;
  return around.has(term) ? credit.around : 0;
}

function kindShare({ kind }: Unweighed, question: string): number {
  // Who asks how something is done may well be answered by code.
  return kind === 'code' && /^how (?:do|can|to|should|would)\b/i.test(question.trim()) ? 0.8 : share[kind];
}

interface Expectation {
  readonly asked: RegExp;
  readonly shown: RegExp;
  readonly bonus: number;
}

const expectationsKnown: readonly Expectation[] = [
  {
    asked:
      /\b(?:how (?:big|deep|far|fast|high|large|long|many|much|often|old|wide)|maximum|minimum|largest|longest|smallest|shortest|limit|size|timeout|number|version|codes?|port|status|default)\b/i,
    shown: /\d/,
    bonus: 1.15,
  },
  { asked: /\b(?:default|by default)\b/i, shown: /\bdefaults?\b/i, bonus: 1.1 },
  { asked: /\b(?:when|which (?:year|day|date|month))\b/i, shown: /\b(?:1[89]|20)\d\d\b/, bonus: 1.25 },
  {
    asked: /\b(?:which|what) (?:\S{1,30} ){0,3}?(?:\S{1,30}s)\b/i,
    shown: /(?:[`'"][^`'"]{1,60}[`'"],? (?:and |or )?){2}|\[[^\]]{1,100},[^\]]{1,100}\]/,
    bonus: 1.1,
  },
];

function expectations(question: string): Expectation[] {
  return expectationsKnown.filter(({ asked }) => asked.test(question.slice(0, 1000)));
}

function piecesIn(passages: readonly Passage[]): Unweighed[] {
  const seen = new Set<string>();
  const found: Unweighed[] = [];
  for (const { passage, round } of placed(passages)) {
    const pieces = piecesOf(passage.text ?? passage.snippet);
    const words = pieces.map(({ text }) => new Set(stemsAndParts(text)));
    const heading = stemsAndParts(passage.title.split(' › ').at(-1) ?? '');
    const titled = new Set(stemsAndParts(passage.title));
    const around = new Set(words.flatMap((each) => [...each]));
    for (const [index, { kind, text: sentence, about = '' }] of pieces.entries()) {
      const key = sentence.toLowerCase().replaceAll(/[\s\p{P}]+/gu, ' ');
      if (seen.has(key) || found.length >= mostPieces) continue;
      seen.add(key);
      const stems = words[index] ?? new Set();
      const above = new Set([...heading, ...stemsAndParts(about)]);
      const beside = new Set([...(words[index - 1] ?? []), ...(words[index + 1] ?? [])]);
      found.push({ sentence, kind, passage, stems, above, titled, beside, around, place: round });
    }
  }
  return found;
}

/** The first passage of each source, then the second of each. */
export function inTurn(passages: readonly Passage[]): Passage[] {
  return placed(passages).map(({ passage }) => passage);
}

function placed(passages: readonly Passage[]): { readonly passage: Passage; readonly round: number }[] {
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
