/**
 * Whether a sentence says that something was done. Where its language is known, by its grammar: a verb that is neither known to do
 * nothing nor reports what a row says counts as a claim. Where it is not known, nobody here can say.
 */
import { grammars, type Grammar, type VerbShape } from './grammar.ts';

/** `unknown` where the language has no grammar here. */
export type Reading = 'claim' | 'none' | 'unknown';

interface Reader {
  readonly words: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
  readonly harmless: readonly string[];
  readonly events: readonly string[];
  readonly suffered: readonly string[];
  readonly done: readonly RegExp[];
  readonly atEnd: NonNullable<Grammar['atEnd']>;
  readonly bare: VerbShape;
}

const list = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const readerOf = ({ words, open, harmless, events, suffered, done, bare, atEnd = [] }: Grammar): Reader => ({
  words: new Set(list(words)),
  open: new Set(list(open)),
  harmless: list(harmless),
  events: list(events),
  suffered: list(suffered),
  done,
  bare,
  atEnd,
});
const readers: readonly Reader[] = Object.values(grammars).map(readerOf);

export interface AboutRows {
  /** Whether it cites some, and says nothing that only an action does. */
  cited(): boolean;
  /** Whether it names something of them besides. */
  named(): boolean;
}

/** Characters of a sentence that are read; a longer one is none that people write. */
const longest = 1000;

/**
 * What a sentence says of deeds.
 *
 * @param prose without its citations
 * @param rows what it has to do with the rows that it cites, so that it may report what they say
 * @param events more words of what rows report, as they begin
 */
export function readClaim(prose: string, rows: AboutRows, events: readonly string[] = []): Reading {
  const text = prose.slice(0, longest).toLowerCase().replaceAll(/\s+/g, ' ').trim();
  const words = text.match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  if (words.length === 0) return 'none';
  const spoken = readersOf(words);
  if (spoken.length === 0 || prose.length > longest) return 'unknown';
  const isQuestion = /\?[\s"'’»)\]]{0,5}$/.test(text);
  if (isQuestion) return 'none';
  const clauses = text.split(/[,;:—–]| - | (?:and|und|et|y|e|en) /).map((clause) => clause.trim());
  const claims = clauses.some((clause) => spoken.some((reader) => claimed(reader, clause, rows, events)));
  return claims ? 'claim' : 'none';
}

/** The languages that a sentence may be of: those with the most of its words, and at least two or half of them. */
function readersOf(words: readonly string[]): Reader[] {
  const hits = readers.map((reader) => words.filter((word) => reader.words.has(word)).length);
  const most = Math.max(...hits);
  // In a language that is not known here some words look like those of another.
  const isKnown = most >= Math.min(2, words.length) && most / words.length >= 0.2;
  return isKnown ? readers.filter((_, index) => hits[index] === most) : [];
}

function claimed(reader: Reader, clause: string, rows: AboutRows, events: readonly string[]): boolean {
  const words = clause.match(/\p{L}+(?:['’]t)?/gu) ?? [];
  if (words.some((word) => reader.open.has(word.replace('’', "'")))) return false;
  return verbsOf(reader, clause, words).some((verb) => {
    if (begins(verb, reader.harmless)) return false;
    if (begins(verb, reader.suffered) && rows.cited()) return false;
    return !((begins(verb, reader.events) || begins(verb, events)) && rows.named());
  });
}

/** What is said to be done in a clause, and by whomever. */
function verbsOf({ done, bare, atEnd }: Reader, clause: string, words: readonly string[]): string[] {
  const inside = done.flatMap((pattern) => [...clause.matchAll(pattern)].map(([, verb = '']) => verb));
  const last = words.findLast((word) => word !== 'worden') ?? '';
  const isLast = atEnd.some(
    ({ auxiliary, verb }) =>
      looksLike(last, verb) && !auxiliary.test(last) && words.some((word) => auxiliary.test(word)),
  );
  const first = words[0] ?? '';
  return [...inside, ...(isLast ? [last] : []), ...[first, last].filter((word) => looksLike(word, bare))];
}

function looksLike(word: string, { ends, mayEnd = '', starts = '', holds = '', any = false }: VerbShape): boolean {
  if (any) return word !== '';
  if (list(ends).some((end) => word.length > end.length + 1 && word.endsWith(end))) return true;
  if (!list(mayEnd).some((end) => word.endsWith(end))) return false;
  // Two letters at least stand between.
  const inside = word.slice(0, -3);
  return list(starts).some((start) => inside.startsWith(start)) || list(holds).some((part) => inside.includes(part));
}

function begins(verb: string, stems: readonly string[]): boolean {
  return stems.some((stem) => (stem.length <= 2 ? verb === stem : verb.startsWith(stem.toLowerCase())));
}
