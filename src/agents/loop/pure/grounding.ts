/**
 * Whether each sentence of an answer is in the rows that it cites: its numbers, dates, amounts, statuses, links, and what it says was done.
 * The surprising rule: an action counts as said only by citing the row of an executed call; prose that says it otherwise is refused.
 */
import { readClaim, type Reading } from './claims/index.ts';
import type { LookUp, Row } from './conversation.ts';
import { denialOf } from './denials.ts';
import { factsIn, numbersOf, plainText, type Fact } from './numbers.ts';
import { future, negation } from './negation.ts';
import { citedRefs, withoutCitations } from './citations.ts';
import { sentencesOf } from './sentences.ts';
import { knownStates, says, statesOf } from './states.ts';

/**
 * What an answer is held to, as data.
 *
 * @example const grounding: Grounding = { statusFields: ['status'], statuses: { sent: ['sent', 'shipped'] }, actions: { refund: ['refunded'] } };
 */
export interface Grounding {
  /** Columns that say what state something is in. */
  readonly statusFields: readonly string[];
  /** Words for each state, as they begin, in the languages that are answered in: `delivered: ['delivered', 'zugestellt', 'livré']`. */
  readonly statuses: Readonly<Record<string, readonly string[]>>;
  /** Words that say that an action was done, by the kind of row that its execution leaves; of a kind without, prose may not say it. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** Words of days that count from today, and of numbers of them, as they begin: a row that says none bears none out. */
  readonly moments?: readonly string[];
  /** Addresses that may be given beside those in rows, as they begin. */
  readonly links?: readonly string[];
  /** Verbs of what rows report of the past, as they begin, beside those of every shop: `['checked in', 'enrolled']`. */
  readonly events?: readonly string[];
  /** Deeds are told from what rows report by grammar, and read by a model in languages without one. @default by `actions` alone */
  readonly readsClaims?: true;
  /** So is what is said to be so, where neither rows nor the words of any shop say it. @default only deeds are */
  readonly readsStates?: true;
  /** So is which way something went, and words more exactly with it. @default as runs decide that began before it was */
  readonly readsDirections?: true;
  /** So is what is denied, and each clause is held to the thing that it names. @default as runs decide that began before it was */
  readonly readsFacts?: true;
}

export interface KnownFacts {
  readonly rows: Readonly<Record<string, Row>>;
  /** Arguments of look-ups that succeeded: what was asked for may be named, though nothing was found. */
  readonly asked: readonly unknown[];
  /** Look-ups that failed, so that nothing may be said not to be there. */
  readonly failed: readonly string[];
  /** Look-ups that were answered, and found nothing. @default none */
  readonly empty?: readonly LookUp[];
  /** Rows that executed and read back calls of this run have left, by reference. @default none */
  readonly done?: ReadonlySet<string>;
}

const proseOf = (sentence: string): string => plainText(withoutCitations(sentence, ' '));

/** What an answer says, read once. */
export interface ReadAnswer {
  /** Why it cannot go out; nothing where it may. */
  readonly reasons: readonly string[];
  /** Sentences of which only somebody who knows their language, or what they speak of, can say whether they claim a deed. */
  readonly unread: readonly string[];
}

export function readAnswer(grounding: Grounding, text: string, known: KnownFacts): ReadAnswer {
  const read = readSentences(grounding, text, known);
  return { reasons: ungrounded(grounding, text, known, read), unread: unreadable(grounding, read) };
}

function ungrounded(
  grounding: Grounding,
  text: string,
  known: KnownFacts,
  read: readonly ReadSentence[],
): readonly string[] {
  const reasons = read.flatMap(({ sentence, own, rows, prose, reading }) => [
    ...countables(sentence, prose, rows, known),
    ...states(grounding, prose, rows),
    // Where the grammar of its language is known, words alone say less.
    ...((reading === 'none' || reading === 'state') && grounding.readsClaims ? [] : actions(grounding, prose, own)),
    ...(reading === 'claim' ? [unbacked] : []),
    ...moments(grounding, prose, rows),
    ...denials(prose, own, known),
    ...(grounding.readsFacts && denialOf(prose, rows, known) === 'unborne' ? [undenied] : []),
  ]);
  const said = [...forged(grounding, text), ...reasons, ...links(grounding, text, rowsIn(text, known))];
  return [...new Set(said)].slice(0, 6);
}

/** What the program writes of a call begins with such a sign, and nobody else may write like it. */
function forged({ readsClaims }: Grounding, text: string): string[] {
  if (!readsClaims || !/[✓✔✅☑🗸]/u.test(text)) return [];
  return [
    'The sign ✓ stands before what a call has done, and the program alone writes it: leave it out, or write `[done CALL]`.',
  ];
}

const undenied =
  'A sentence denies something, and no look-up of it came back empty. Look it up first, or leave it out: what was not looked up may be there.';

const unbacked =
  'A sentence says that something was done, and cites no row that its execution left. Only what a call did may be said to be done: write `[done CALL]` in its place.';

function unreadable({ readsClaims }: Grounding, read: readonly ReadSentence[]): readonly string[] {
  if (!readsClaims) return [];
  return read.flatMap(({ sentence, reading }) => (reading === 'unknown' || reading === 'state' ? [sentence] : []));
}

interface ReadSentence {
  readonly sentence: string;
  /** Without its citations. */
  readonly prose: string;
  /** The rows that it cites itself. */
  readonly own: readonly Row[];
  /** The rows that it is held to: its own, or where it cites none those of the whole answer. */
  readonly rows: readonly Row[];
  readonly reading: Reading;
}

function readSentences(grounding: Grounding, text: string, known: KnownFacts): ReadSentence[] {
  const cited = rowsIn(text, known);
  return partsOf(grounding, text).map((sentence) => {
    const own = rowsIn(sentence, known);
    const rows = own.length > 0 ? own : cited;
    const prose = proseOf(sentence);
    return { sentence, prose, own, rows, reading: readingOf(grounding, prose, own, rows, known) };
  });
}

/** The rows that a text cites. */
function rowsIn(text: string, { rows }: KnownFacts): Row[] {
  return citedRefs(text).flatMap((ref) => rows[ref] ?? []);
}

/** Sentences of an answer that are looked at one by one; what is behind them is looked at as one. */
const mostSentences = 400;

function partsOf({ readsClaims }: Grounding, text: string): string[] {
  const sentences = sentencesOf(text, readsClaims);
  if (!readsClaims || sentences.length <= mostSentences) return sentences;
  return [...sentences.slice(0, mostSentences), sentences.slice(mostSentences).join(' ')];
}

/** The row that an execution left bears out what says its own deed, clause by clause, and no other deed beside it. */
function readingOf(
  grounding: Grounding,
  prose: string,
  own: readonly Row[],
  rows: readonly Row[],
  { done }: KnownFacts,
): Reading {
  const { actions: kinds, events, readsClaims, readsStates, readsDirections } = grounding;
  if (!readsClaims) return 'none';
  const left = new Set(
    own.filter(({ ref }) => done?.has(ref) || Object.hasOwn(kinds, kindOf(ref))).map(({ ref }) => kindOf(ref)),
  );
  // That an action of the agent's own was made is no report of a row: the action leaves a row of its kind.
  const ofOthers = (): boolean => Object.entries(kinds).some(([kind, words]) => !left.has(kind) && says(prose, words));
  return readClaim(prose, {
    citesRows: () => rows.length > 0 && !ofOthers(),
    aboutRows: () => !ofOthers() && (factsIn(prose).length > 0 || namesRow(prose, rows)),
    isEnded: () => rows.some((row) => Object.values(row).some((value) => ended.test(String(value)))),
    isDone: (clause) => Object.entries(kinds).some(([kind, words]) => left.has(kind) && says(clause, words)),
    events,
    states: readsStates && knownStates(grounding, rows, left),
    readsDirections,
  });
}

/** A state of a row that something has ended in, as systems write it. */
const ended = /^(?:cancel|void|annul|storn|revoked)/i;

const kindOf = (ref: string): string => ref.split(' ')[0] ?? '';

/** Whether a value of the rows stands in the sentence, so that it can be a report of them. */
function namesRow(prose: string, rows: readonly Row[]): boolean {
  const lower = prose.toLowerCase();
  const values = rows.flatMap((row) => Object.values(row).filter((value) => typeof value === 'string'));
  return values.some((value) => value.length > 2 && lower.includes(value.toLowerCase()));
}

function countables(sentence: string, prose: string, rows: readonly Row[], known: KnownFacts): string[] {
  const allowed = valuesOf(rows, known);
  const wrong = factsIn(prose).filter((fact) => !fact.meanings.some((meaning) => holds(fact, meaning, allowed)));
  if (wrong.length === 0) return [];
  const said = wrong.map((fact) => `'${fact.said}'`).join(', ');
  const where = citedRefs(sentence).length > 0 ? 'the rows that this sentence cites' : 'the rows that the answer cites';
  return [`${said} is not in ${where}.`];
}

function holds({ kind }: Fact, meaning: string, allowed: ReadonlySet<string>): boolean {
  if (allowed.has(meaning)) return true;
  // A date of a row may be said without its year.
  return kind === 'date' && meaning.length === 5 && [...allowed].some((value) => value.endsWith(`-${meaning}`));
}

/** Every number, date and time of the rows, and what may be counted of them. */
function valuesOf(rows: readonly Row[], { asked }: KnownFacts): ReadonlySet<string> {
  const values = new Set<string>();
  const add = (text: string): void => {
    for (const { meanings } of factsIn(text)) for (const meaning of meanings) values.add(meaning);
    // `P-10422` and `NL0421` are names in which the number counts as well.
    for (const [digits] of plainText(text).matchAll(/(?<=\p{L}-?)\d{1,20}/gu))
      for (const value of numbersOf(digits)) values.add(value);
  };
  const totals = new Map<string, number>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      if (typeof value === 'number' && name.endsWith('Cents')) {
        add((value / 100).toFixed(2));
        totals.set(name, (totals.get(name) ?? 0) + value);
      } else if (typeof value === 'string' || typeof value === 'number') add(String(value));
    }
  }
  for (const total of totals.values()) add((total / 100).toFixed(2));
  for (let count = 1; count <= rows.length; count++) values.add(String(count));
  for (const input of asked) add(JSON.stringify(input) ?? '');
  return values;
}

/** A state that a sentence names must be that of a row it cites; what is denied or still to come needs none. */
function states({ statuses, statusFields }: Grounding, prose: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const there = statesOf(rows, statusFields);
  const isOpen = negation.test(prose) || future.test(prose);
  return Object.entries(statuses).flatMap(([status, words]) => {
    if (!says(prose, words)) return [];
    // "Not delivered" is as false of what was delivered as "delivered" is of what was not.
    if (negation.test(prose) && there.has(status) && there.size === 1)
      return [`It denies the state '${status}', which the rows have.`];
    return isOpen || there.has(status) ? [] : [`It says '${status}', and no row that it cites is in that state.`];
  });
}

function actions(grounding: Grounding, prose: string, own: readonly Row[]): string[] {
  return Object.entries(grounding.actions).flatMap(([kind, words]) => {
    if (!says(prose, words) || own.some(({ ref }) => ref.startsWith(`${kind} `))) return [];
    if (negation.test(prose) || future.test(prose)) return [];
    const how = `Only a call that was executed and read back may be said to be done, by citing its row [${kind} …]`;
    return [`It says that a ${kind} was made, without the row of one. ${how}.`];
  });
}

/** What is still to come is said of a day as well. */
function moments({ moments: words = [] }: Grounding, prose: string, rows: readonly Row[]): string[] {
  const said = words.find((word) => says(prose, [word]));
  if (said === undefined || negation.test(prose)) return [];
  const isThere = rows.some((row) => Object.values(row).some((value) => says(String(value), [said])));
  return isThere ? [] : [`It says '${said}', and no row that it cites does.`];
}

/** Where a look-up failed, only what a row says may be said: what was not found may be there all the same. */
function denials(prose: string, own: readonly Row[], { failed }: KnownFacts): string[] {
  if (failed.length === 0 || own.length > 0 || !/[\p{L}\p{N}]/u.test(prose)) return [];
  return [`The look-up ${failed[0]} failed, so a sentence without a row cannot stand: it could deny what is there.`];
}

const address =
  /(?:https?:\/\/|www\.)[^\s)\]>"'<]{1,500}|(?<![\w@.-])(?:[a-z0-9-]{2,63}\.){1,5}(?:com|org|net|io|app|shop|info|biz|co|eu|de|fr|uk|ru|cn|xyz|link|page|site|online|store)\b(?:\/[^\s)\]>"'<]{0,500})?/giu;

/** With a path any name is one, whatever it ends in. */
const withPath = /(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}\/[^\s)\]>"'<]{1,500}/giu;

function links({ links: known = [], readsClaims }: Grounding, text: string, rows: readonly Row[]): string[] {
  const values = rows.flatMap((row) => Object.values(row).filter((value) => typeof value === 'string'));
  // In a column of prose somebody else may have written it.
  const inRows = values.filter((value) => !readsClaims || !/\s/.test(value.trim())).join('\n');
  const plain = plainText(text);
  const wrong = [...plain.matchAll(address), ...(readsClaims ? plain.matchAll(withPath) : [])]
    .map(([found]) => found.replace(/[.,;:!?]$/, ''))
    .filter((found) => !inRows.includes(found) && !known.some((start) => found.startsWith(start)));
  return wrong.length === 0 ? [] : [`The address ${wrong[0]} is in no row that it cites.`];
}
