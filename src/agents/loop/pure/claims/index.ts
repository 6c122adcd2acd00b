/**
 * Whether a sentence says that something was done. Where its language is known, by its grammar: a verb that is neither known to do
 * nothing nor reports what a row says counts as a claim. Where it is not known, nobody here can say.
 */
import { grammars, type Grammar, type VerbShape } from './grammar.ts';

/** `unknown` where the language has no grammar here. */
export type Reading = 'claim' | 'none' | 'unknown';

/** A verb of a clause, and where it ends there. */
interface Verb {
  readonly verb: string;
  readonly end: number;
  /** The writer says it of itself alone. */
  readonly isOwn: boolean;
}

const list = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** A shape as it is compared. */
const shapeOf = ({ ends, mayEnd = '', starts = '', holds = '', any = false }: VerbShape) => ({
  ends: list(ends),
  mayEnd: list(mayEnd),
  starts: list(starts),
  holds: list(holds),
  any,
});
type Shape = ReturnType<typeof shapeOf>;

/** A grammar whose lists are read once. */
const readerOf = ({ atEnd = [], deniesBehind = false, ...grammar }: Grammar) => ({
  ...grammar,
  words: new Set(list(grammar.words)),
  open: new Set(list(grammar.open)),
  harmless: list(grammar.harmless),
  events: list(grammar.events),
  suffered: list(grammar.suffered),
  endings: list(grammar.endings),
  bare: shapeOf(grammar.bare),
  atEnd: atEnd.map(({ auxiliary, verb }) => ({ auxiliary, verb: shapeOf(verb) })),
  deniesBehind,
});
type Reader = ReturnType<typeof readerOf>;
const readers: readonly Reader[] = Object.values(grammars).map(readerOf);

/** Words among which one deed leaves no room for another: `P-10422 was refunded`. */
const fewest = 3;
/** Characters of a sentence that are read; a longer one is none that people write. */
const longest = 1000;

/** What a sentence is held against. */
export interface Borne {
  /** Whether it cites rows, and says nothing that only an action does. */
  citesRows(): boolean;
  /** Whether it names something of them besides, so that it may report what they say. */
  aboutRows(): boolean;
  /** Whether a row that it cites says that something was cancelled. */
  isEnded?(): boolean;
  /** Whether a clause says what the executions have done whose rows it cites. @default none does */
  isDone?(clause: string): boolean;
  /** More words of what rows report, as they begin. */
  readonly events?: readonly string[] | undefined;
}

/**
 * What a sentence says of deeds.
 *
 * @param prose without its citations
 */
export function readClaim(prose: string, borne: Borne): Reading {
  const text = prose.slice(0, longest).toLowerCase().replaceAll(/\s+/g, ' ').trim();
  const words = text.match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  if (words.length === 0) return 'none';
  const spoken = readersOf(words);
  if (spoken.length === 0 && words.length <= fewest && borne.isDone?.(text)) return 'none';
  if (spoken.length === 0 || prose.length > longest) return 'unknown';
  const claims = clausesOf(text).some((clause) => spoken.some((reader) => claimed(reader, clause, borne)));
  return claims ? 'claim' : 'none';
}

/** A question asks with what stands behind its last stop: `I have refunded it, is there anything else?` says something before. */
function clausesOf(text: string): string[] {
  const parts = text.split(/[,;:—–]| - /);
  const said = /\?[\s"'’»)\]]{0,5}$/.test(text) ? parts.slice(0, -1) : parts;
  return said.flatMap((part) => part.split(joining)).map((clause) => clause.trim());
}

/** Words between clauses, of which one denies nothing of the other. */
const joining =
  / (?:and|und|et|y|e|en|so|but|because|since|while|aber|sondern|weil|damit|denn|mais|car|donc|pero|porque|pues|maar|omdat|zodat|portanto) /;

/** The languages that a sentence may be of: those with the most of its words, and at least two or half of them. */
function readersOf(words: readonly string[]): Reader[] {
  const hits = readers.map((reader) => words.filter((word) => reader.words.has(word)).length);
  const most = Math.max(...hits);
  // In a language that is not known here some words look like those of another.
  const isKnown = most >= Math.min(2, words.length) && most / words.length >= 0.2;
  return isKnown ? readers.filter((_, index) => hits[index] === most) : [];
}

function claimed(reader: Reader, clause: string, borne: Borne): boolean {
  const verbs = verbsOf(reader, clause).filter(
    ({ verb, end }) => !isHarmless(reader, verb) && !isOpen(reader, clause, end),
  );
  return verbs.some((verb) => !isReport(reader, verb, borne)) && !borne.isDone?.(clause);
}

function isReport({ events, suffered, endings }: Reader, { verb, isOwn }: Verb, borne: Borne): boolean {
  if (isOwn) return false;
  if (begins(verb, suffered) && borne.citesRows()) return true;
  if (!borne.aboutRows()) return false;
  return (
    begins(verb, events) || begins(verb, borne.events ?? []) || (begins(verb, endings) && borne.isEnded?.() === true)
  );
}

function isHarmless({ harmless }: Reader, verb: string): boolean {
  return harmless.some((stem) => (stem.length <= 3 ? verb === stem : verb.startsWith(stem)));
}

/** Whether a verb is denied, or depends on something: `You will not be charged` is, `I stopped it at no cost` is not. */
function isOpen({ open, deniesBehind }: Reader, clause: string, end: number): boolean {
  const reach = deniesBehind
    ? clause
    : `${clause.slice(0, end)}${/^ (?:no|not|nothing|none|neither)(?!\p{L})/u.exec(clause.slice(end))?.[0] ?? ''}`;
  return wordsOf(reach).some((word) => open.has(word.replace('’', "'")));
}

const wordsOf = (text: string): string[] => text.match(/\p{L}+(?:['’]t)?/gu) ?? [];

/** What is said to be done in a clause, and by whomever. */
function verbsOf({ done, bare, atEnd, self }: Reader, clause: string): Verb[] {
  const words = wordsOf(clause);
  const inside = done.flatMap((pattern) =>
    [...clause.matchAll(pattern)].map(({ index, 0: found, 1: verb = '' }) => ({
      verb,
      end: index + found.length,
      isOwn: self.test(found),
    })),
  );
  const last = words.findLast((word) => word !== 'worden') ?? '';
  const isLast = atEnd.some(
    ({ auxiliary, verb }) =>
      looksLike(last, verb) && !auxiliary.test(last) && words.some((word) => auxiliary.test(word)),
  );
  const first = words[0] ?? '';
  return [
    ...inside,
    ...(looksLike(first, bare) ? [{ verb: first, end: first.length, isOwn: false }] : []),
    ...(isLast || looksLike(last, bare)
      ? [{ verb: last, end: clause.length, isOwn: isLast && self.test(clause) }]
      : []),
  ];
}

function looksLike(word: string, { ends, mayEnd, starts, holds, any }: Shape): boolean {
  if (any) return word !== '';
  if (ends.some((end) => word.length > end.length + 1 && word.endsWith(end))) return true;
  if (!mayEnd.some((end) => word.endsWith(end))) return false;
  // Two letters at least stand between.
  const inside = word.slice(0, -3);
  return starts.some((start) => inside.startsWith(start)) || holds.some((part) => inside.includes(part));
}

function begins(verb: string, stems: readonly string[]): boolean {
  return stems.some((stem) => (stem.length <= 2 ? verb === stem : verb.startsWith(stem.toLowerCase())));
}
