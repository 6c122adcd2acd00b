/**
 * Whether each sentence of an answer is in the rows that it cites: its numbers, dates, amounts, statuses, links, and what it says was done.
 * The surprising rule: an action counts as said only by citing the row of an executed call; prose that says it otherwise is refused.
 */
import { readClaim, type Reading } from './claims/index.ts';
import type { LookUp, Row } from './conversation.ts';
import { denialOf, type Denial } from './denials.ts';
import { factsIn, plainText } from './numbers.ts';
import { cellReader, holds, valuesOf } from './values.ts';
import { kindOf } from './things.ts';
import { judgeClauses, type Judgement } from './clause-facts.ts';
import { future, negation } from './negation.ts';
import { links } from './links.ts';
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
  /** Sentences of which only somebody who reads the rows as well can say whether they bear them out. */
  readonly doubted: readonly string[];
}

export function readAnswer(grounding: Grounding, text: string, known: KnownFacts): ReadAnswer {
  const read = readSentences(grounding, text, known);
  const unread = unreadable(grounding, read);
  const doubted = grounding.readsFacts ? read.flatMap((each) => (isDoubted(each) ? [each.sentence] : [])) : [];
  return { reasons: ungrounded(grounding, text, known, read), unread, doubted };
}

/** What is not known to say no deed is not known to say no more than its rows. */
function isDoubted({ reading, denial, facts }: ReadSentence): boolean {
  return reading === 'unknown' || reading === 'state' || denial === 'doubted' || facts.isDoubted;
}

function ungrounded(
  grounding: Grounding,
  text: string,
  known: KnownFacts,
  read: readonly ReadSentence[],
): readonly string[] {
  const reasons = read.flatMap(({ sentence, own, rows, prose, reading, denial, facts }) => [
    ...countables(sentence, prose, rows, known),
    ...(grounding.readsFacts ? facts.reasons : states(grounding, prose, rows)),
    // Where the grammar of its language is known, words alone say less.
    ...((reading === 'none' || reading === 'state') && grounding.readsClaims ? [] : actions(grounding, prose, own)),
    ...(reading === 'claim' ? [unbacked] : []),
    ...moments(grounding, prose, rows),
    ...denials(prose, own, known),
    ...(denial === 'unborne' ? [undenied] : []),
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
  readonly denial: Denial;
  readonly facts: Judgement;
}

function readSentences(grounding: Grounding, text: string, known: KnownFacts): ReadSentence[] {
  const cited = rowsIn(text, known);
  const cellsOf = cellReader();
  return partsOf(grounding, text).map((sentence) => {
    const own = rowsIn(sentence, known);
    const rows = own.length > 0 ? own : cited;
    const prose = proseOf(sentence);
    const reading = readingOf(grounding, prose, own, rows, known);
    const denial = grounding.readsFacts ? denialOf(prose, rows, known) : 'none';
    return {
      sentence,
      prose,
      own,
      rows,
      reading,
      denial,
      facts: judged(grounding, prose, rows, { ...known, cellsOf }),
    };
  });
}

/** Runs that began before facts were read hold a sentence to its rows as one. */
function judged(
  grounding: Grounding,
  prose: string,
  rows: readonly Row[],
  known: Parameters<typeof judgeClauses>[3],
): Judgement {
  return grounding.readsFacts ? judgeClauses(grounding, prose, rows, known) : { reasons: [], isDoubted: false };
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
