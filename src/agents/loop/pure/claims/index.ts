/**
 * Whether a sentence says that something was done. Where its language is known, by its grammar: a verb that is neither known to do
 * nothing nor reports what a row says counts as a claim. What it says to be so has to be in words of its rows, or in words that say
 * nothing anybody could bring about. Where its language is not known, nobody here can say.
 */
import { isMonthName } from '../numbers.ts';
import { beginsWithAny } from '../stems.ts';
import { isTurned } from './direction.ts';
import { readersOf, spokenWords, type Reader, type Shape } from './readers.ts';

/** `unknown` where the language has no grammar here, `state` where something is said to be so in words that neither rows nor any shop have. */
export type Reading = 'claim' | 'none' | 'state' | 'unknown';

/** A verb of a clause, and where it ends there. */
interface Verb {
  readonly verb: string;
  readonly end: number;
  /** The writer says it of itself alone. */
  readonly isOwn: boolean;
  /** It is taken for a verb by how it looks and where it stands alone. */
  readonly isGuessed?: boolean;
}

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
  /** What is known of states. @default they are not read */
  readonly states?: KnownStates | undefined;
  /** Which way something went is read, and words more exactly with it. @default as runs decide that began before it was */
  readonly readsDirections?: boolean | undefined;
}

interface StatesBorne extends Borne {
  readonly states: KnownStates;
}

/** What words say of rows and of what an agent's own tools bring about. */
export interface KnownStates {
  /** Whether a word stands in the rows, or says the state that one of them is in. */
  isNamed(word: string): boolean;
  /** Whether it is the name of something in the rows, and so no verb. */
  isName(word: string): boolean;
  /** Whether it speaks of an action that has left no row. */
  isActed(word: string): boolean;
  /** Whether a clause says in which state something is. */
  saysState(clause: string): boolean;
}

/**
 * What a sentence says of deeds.
 *
 * @param prose without its citations
 */
export function readClaim(prose: string, borne: Borne): Reading {
  const text = prose.slice(0, longest).toLowerCase().replaceAll(/\s+/g, ' ').trim();
  const words = spokenWords(text);
  if (words.length === 0) return 'none';
  const spoken = readersOf(words);
  if (spoken.length === 0 && words.length <= fewest && borne.isDone?.(text)) return 'none';
  if (spoken.length === 0 || prose.length > longest) return 'unknown';
  const read = borne.states ? text.replaceAll(assured, ';') : text;
  const clauses = clausesOf(read, joiningOf(spoken, borne));
  if (clauses.some((clause) => spoken.some((reader) => claimed(reader, clause, borne)))) return 'claim';
  const { states } = borne;
  return states ? statesOf(spoken, clauses, read, { ...borne, states }) : 'none';
}

/** What is said to be sure is said: `You can rest assured that we refunded it` depends on nothing. */
const assured =
  /(?<!\p{L})you (?:can|may|should|might|will) (?:now |already )?(?:rest assured|be (?:sure|certain|glad)|see|note|know|relax)(?: that)?(?!\p{L})/gu;

/** What the worst of the clauses of a text says to be so. */
function statesOf(spoken: readonly Reader[], clauses: readonly string[], text: string, borne: StatesBorne): Reading {
  const said = clauses.map((clause) => statesIn(spoken, clause, borne, text));
  return said.find((each) => each === 'claim') ?? said.find((each) => each === 'state') ?? 'none';
}

/** What a clause says to be so: an action that no call has made is a claim in whatever state, and what no word here says is not known. */
function statesIn(spoken: readonly Reader[], clause: string, borne: StatesBorne, text: string): Reading {
  const { states } = borne;
  const isActed = wordsOf(clause).some((word) => states.isActed(word));
  if (isActed && states.saysState(text) && spoken.some((reader) => openAt(reader, text) === Infinity)) return 'claim';
  return spoken.some((reader) => isPlain(reader, clause, borne)) ? 'none' : 'state';
}

/** Which of its words turns a clause into none that says what is so: a denial or a condition does, and a promise does not. */
function openAt({ open, promises }: Reader, clause: string): number {
  const at = wordsOf(clause).findIndex((word) => {
    const plain = word.replace('’', "'");
    return open.has(plain) && !promises.has(plain);
  });
  return at < 0 ? Infinity : at;
}

/** Whether a clause says of nothing that it is so, or says so in words of its rows and of how anybody speaks of them alone. */
function isPlain(reader: Reader, clause: string, borne: StatesBorne): boolean {
  const { words, harmless, plain, plainSince, suffered, turn } = reader;
  const { isActed, isNamed } = borne.states;
  if (turn?.test(clause)) return false;
  const reported = new Set(verbsOf(reader, clause).map(({ verb }) => verb));
  if (borne.readsDirections && isTurnedReport(reader, clause, reported)) return false;
  const begins = beginsBy(borne);
  const isKnown = (word: string): boolean =>
    word.length === 1 ||
    words.has(word) ||
    reported.has(word) ||
    beginsWithAny(word, harmless) ||
    [plain, suffered].some((stems) => begins(word, stems)) ||
    (borne.readsDirections ? plainSince.includes(word) || isMonth(word, clause) : isMonthName(word)) ||
    isNamed(word);
  return wordsOf(clause)
    .slice(0, openAt(reader, clause))
    .every((word) => isNamed(word) || (!isActed(word) && isKnown(word)));
}

/** Whether it says that something was done, of the other way or of another thing than rows report. */
function isTurnedReport(
  { harmless, suffered, direction }: Reader,
  clause: string,
  verbs: ReadonlySet<string>,
): boolean {
  const isDone = [...verbs].some((verb) => !beginsWithAny(verb, suffered) && !beginsWithAny(verb, harmless));
  return direction !== undefined && isDone && isTurned(direction, clause);
}

/** Short ones are words of other languages as well: `out`, `set`, `mar`. */
function isMonth(word: string, clause: string): boolean {
  if (!isMonthName(word)) return false;
  if (word.length > 3) return true;
  const parts = clause.match(/\p{L}+|\d+/gu) ?? [];
  return parts.some((part, at) => part === word && [-1, 1].some((step) => /^\d/.test(parts[at + step] ?? '')));
}

/** A question asks with what stands behind its last stop: `I have refunded it, is there anything else?` says something before. */
function clausesOf(text: string, joining: readonly RegExp[]): string[] {
  const parts = text.split(/[,;:—–]| - /);
  const said = /\?[\s"'’»)\]]{0,5}$/.test(text) ? parts.slice(0, -1) : parts;
  return joining
    .reduce((cut, between) => cut.flatMap((part) => part.split(between)), said)
    .map((clause) => clause.trim());
}

const joiningOf = (spoken: readonly Reader[], { readsDirections }: Borne): readonly RegExp[] =>
  readsDirections ? spoken.map(({ joining }) => joining) : [ofAny];

/** Of any language, for runs that began before directions were read. */
const ofAny =
  / (?:and|und|et|y|e|en|so|but|because|since|while|aber|sondern|weil|damit|denn|mais|car|donc|pero|porque|pues|maar|omdat|zodat|portanto) /;

function claimed(reader: Reader, clause: string, borne: Borne): boolean {
  const verbs = verbsOf(reader, clause).filter(
    (each) =>
      !beginsWithAny(each.verb, reader.harmless) &&
      !isOpen(reader, clause, each.end) &&
      !isNoVerb(reader, each, borne.states),
  );
  return verbs.some((verb) => !isReport(reader, verb, borne)) && !borne.isDone?.(clause);
}

/** Whether it only looks like a verb: the name of something, or a word that is known to be another one. Nobody says of himself that he is a name. */
function isNoVerb(
  { words }: Reader,
  { verb, isOwn, isGuessed = false }: Verb,
  states: KnownStates | undefined,
): boolean {
  return states !== undefined && ((!isOwn && states.isName(verb)) || (isGuessed && words.has(verb)));
}

function isReport({ events, suffered, endings }: Reader, { verb, isOwn }: Verb, borne: Borne): boolean {
  if (isOwn) return false;
  const begins = beginsBy(borne);
  if (begins(verb, suffered) && borne.citesRows()) return true;
  if (!borne.aboutRows()) return false;
  return (
    begins(verb, events) ||
    // `pa` is too short to begin it.
    (borne.readsDirections === true && verb === 'paid') ||
    begins(verb, borne.events ?? []) ||
    (begins(verb, endings) && borne.isEnded?.() === true)
  );
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
    ...(looksLike(first, bare) ? [{ verb: first, end: first.length, isOwn: false, isGuessed: true }] : []),
    ...(isLast || looksLike(last, bare)
      ? [{ verb: last, end: clause.length, isOwn: isLast && self.test(clause), isGuessed: true }]
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

const beginsBy = ({ readsDirections }: Borne) => (readsDirections ? beginsWithAny : beginsAsBefore);

/** Three letters begin other words in runs that began before directions were read. */
function beginsAsBefore(verb: string, stems: readonly string[]): boolean {
  return stems.some((stem) => (stem.length <= 2 ? verb === stem : verb.startsWith(stem.toLowerCase())));
}
