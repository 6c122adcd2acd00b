/**
 * What each clause of a sentence says of the thing that it names: its state, its values, how often something was, and what was not so.
 * Refused is only what a row contradicts; what no row here can settle is doubted, and read a second time.
 */
import { clausesOf } from './clauses.ts';
import type { Row } from './conversation.ts';
import { denies, isDenial } from './denials.ts';
import { future, negation } from './negation.ts';
import { factsIn, type Fact } from './numbers.ts';
import { numeralsIn } from './numerals.ts';
import { placeOf, statesOf } from './states.ts';
import { aboutThing, kindOf, namedIn } from './things.ts';
import { holds, valuesOf, type Cell } from './values.ts';

export interface Judgement {
  /** Why it cannot go out. */
  readonly reasons: readonly string[];
  /** Somebody who reads the rows has to say whether they bear it out. */
  readonly isDoubted: boolean;
}

interface Words {
  readonly statusFields: readonly string[];
  readonly statuses: Readonly<Record<string, readonly string[]>>;
}

interface Known {
  readonly rows: Readonly<Record<string, Row>>;
  readonly asked: readonly unknown[];
  cellsOf(row: Row): readonly Cell[];
}

/** A clause, and what it is held to. */
interface Held {
  readonly clause: string;
  /** The things that it names itself. */
  readonly named: readonly Row[];
  /** The rows of the things that it names, or that were named before it; all that are cited where none was. */
  readonly rows: readonly Row[];
  /** All that the sentence is held to. */
  readonly cited: readonly Row[];
  /** A clause before it denies, asks or depends on something. */
  readonly isBehindOpen: boolean;
  readonly isAsked: boolean;
}

/** Characters and clauses of a sentence that are looked at; a longer one is none that people write. */
const longest = 4000;
const mostClauses = 40;
/** Words of a clause that may do no more than name things: `Your orders 1042`. */
const mostOfName = 3;
const none: Judgement = { reasons: [], isDoubted: false };
const doubted: Judgement = { reasons: [], isDoubted: true };
const refused = (reason: string): Judgement => ({ reasons: [reason], isDoubted: false });

/** @param cited the rows that the sentence is held to */
export function judgeClauses(words: Words, prose: string, cited: readonly Row[], known: Known): Judgement {
  if (cited.length === 0) return none;
  const clauses = clausesOf(prose.slice(0, longest));
  const held = heldOf(clauses.slice(0, mostClauses), prose, cited);
  const judged = held.flatMap((each) => [
    ...statesIn(words, each),
    ...valuesIn(each, known),
    ...numeralsOf(each, known),
    columnsIn(each, known),
  ]);
  return {
    reasons: judged.flatMap(({ reasons }) => reasons),
    isDoubted: prose.length > longest || clauses.length > mostClauses || judged.some(({ isDoubted }) => isDoubted),
  };
}

function heldOf(clauses: readonly string[], prose: string, cited: readonly Row[]): Held[] {
  const isQuestion = /\?[\s"'’»)\]]*$/.test(prose.slice(-20));
  let rows = cited;
  let isBehindOpen = false;
  let carried: readonly Row[] = [];
  return clauses.map((clause, at) => {
    const named = [...new Set([...carried, ...namedIn(clause, cited)])];
    const about = named.flatMap((thing) => aboutThing(thing, cited));
    if (about.length > 0) rows = [...new Set(about)];
    // `Orders 1042 and 1097 are here`: what is only named is what the next clause speaks of.
    carried = about.length > 0 && clause.split(' ').length <= mostOfName ? named : [];
    const held = { clause, named, rows, cited, isBehindOpen, isAsked: isQuestion && at === clauses.length - 1 };
    isBehindOpen ||= denies(clause) || future.test(clause);
    return held;
  });
}

function statesIn({ statuses, statusFields }: Words, held: Held): Judgement[] {
  const { clause } = held;
  const there = new Set([...statesOf(held.rows, statusFields)].filter(Boolean));
  const words = new Map<string, readonly string[]>([...there].map((state) => [state, [state]]));
  for (const [state, each] of Object.entries(statuses)) words.set(state, each);
  const said = [...words].flatMap(([state, each]) => {
    const at = placeOf(clause, each);
    return at < 0 ? [] : [{ state, at, isDenied: isDeniedAt(clause, at) }];
  });
  const judged = said.map(({ state, at, isDenied }) =>
    isDenied ? deniedState(state, there) : stateIn(state, at, there, held, statusFields),
  );
  // What else is denied is for somebody to read.
  return isDenial(clause) && !said.some(({ isDenied }) => isDenied) ? [...judged, doubted] : judged;
}

/** Where a script is not Latin what denies may stand behind. */
function isDeniedAt(clause: string, at: number): boolean {
  return negation.test(clause.slice(0, at)) || (isOfOtherScript(clause) && negation.test(clause));
}

function stateIn(
  state: string,
  at: number,
  there: ReadonlySet<string>,
  held: Held,
  fields: readonly string[],
): Judgement {
  if (!there.has(state)) return foreignState(state, at, held, fields);
  // Of several things that it names each is in that state, or nobody here can say which.
  return held.named.every((row) => isIn(row, state, fields)) ? none : doubted;
}

/** Where one state is known another is denied with it. */
function deniedState(state: string, there: ReadonlySet<string>): Judgement {
  if (!there.has(state)) return there.size > 0 ? none : doubted;
  return there.size === 1 ? refused(`It denies the state '${state}', which the rows have.`) : doubted;
}

/** A state that what it speaks of is not in: said to be so, to come, or to depend on something. */
function foreignState(
  state: string,
  at: number,
  { clause, named, cited, isBehindOpen, isAsked }: Held,
  fields: readonly string[],
): Judgement {
  if (future.test(clause.slice(0, at))) return isAsked ? doubted : none;
  const isUnclear = isBehindOpen || isAsked || future.test(clause) || negation.test(clause.slice(at));
  const isElsewhere = named.length === 0 && statesOf(cited, fields).has(state);
  if (isUnclear || isElsewhere) return doubted;
  return refused(`It says '${state}', and no row of what it names is in that state.`);
}

/** A row without a state says nothing of it. */
function isIn(row: Row, state: string, fields: readonly string[]): boolean {
  const there = statesOf([row], fields);
  return there.has(state) || [...there].every((each) => each === '');
}

const isOfOtherScript = (clause: string): boolean => /[^\p{Script=Latin}\P{L}]/u.test(clause);

/** The values of a clause about one thing are that thing's: another's of the same column contradicts it. */
function valuesIn({ clause, named, rows, cited }: Held, known: Known): Judgement[] {
  const [thing] = named;
  if (thing === undefined || named.length > 1 || rows.length === cited.length) return [];
  const facts = factsIn(clause);
  if (facts.length === 0) return [];
  const own = valuesOf(rows, known);
  const foreign = facts.filter((fact) => !isThere(fact, own));
  if (foreign.length === 0) return [];
  const all = valuesOf(cited, known);
  const others = cited.filter((row) => !rows.includes(row) && kindOf(row.ref) === kindOf(thing.ref));
  const isOfAnother = (fact: Fact): boolean =>
    others.some((row) =>
      known.cellsOf(row).some(({ column, values }) => (thing[column] ?? null) !== null && isThere(fact, values)),
    );
  return foreign
    .filter((fact) => isThere(fact, all))
    .map((fact) => (isOfAnother(fact) ? refused(ofAnother(fact, thing)) : doubted));
}

const isThere = (fact: Fact, values: ReadonlySet<string>): boolean =>
  fact.meanings.some((meaning) => holds(fact, meaning, values));
const ofAnother = ({ said }: Fact, { ref }: Row): string => `'${said}' is of another row than ${ref}, which it names.`;

/** Words before how often something was among which one denies that. */
const reach = 3;

/** How often something was is how many rows say it, and no other number. */
function numeralsOf(held: Held, known: Known): Judgement[] {
  const { clause, rows, isAsked } = held;
  const numerals = numeralsIn(clause);
  if (numerals.length === 0) return [];
  const values = valuesOf(rows, known);
  const text = rows
    .flatMap((row) => Object.values(row))
    .join(' ')
    .toLowerCase();
  return numerals.map(({ said, value, isTimes }) => {
    if (!isTimes) return values.has(String(value)) || text.includes(said) ? none : doubted;
    if (!isCounted(value, held, known)) return doubted;
    const before = clause.slice(0, clause.indexOf(said));
    if (!denies(before)) return none;
    // `I do not know why it was charged twice` denies something else.
    const isOfIt = denies(before.trim().split(' ').slice(-reach).join(' '));
    return isAsked || !isOfIt ? doubted : refused(`It denies '${said}', which is how many rows say it.`);
  });
}

const countOf = (kind: string, among: readonly Row[]): number => among.filter(({ ref }) => kindOf(ref) === kind).length;

/** Whether so many rows of a kind are cited, and no more are known: of what is named, or at all. */
function isCounted(value: number, { clause, rows }: Held, known: Known): boolean {
  const all = Object.values(known.rows);
  const kinds = new Set(rows.map(({ ref }) => kindOf(ref)));
  const named = namedIn(clause, all);
  return [...kinds].some((kind) => {
    const ofKind = rows.filter(({ ref }) => kindOf(ref) === kind);
    if (ofKind.length !== value) return false;
    // Where it names nothing it is of what these rows have to do with.
    const things = (named.length > 0 ? named : ofKind.flatMap((row) => aboutThing(row, all))).filter(
      ({ ref }) => kindOf(ref) !== kind,
    );
    const about = things.map((thing) => aboutThing(thing, all));
    return (about.length > 0 ? about : [all]).every((each) => countOf(kind, each) === value);
  });
}

/** What became of something on a day, and the columns that say on which. */
const happening =
  /(?<!\p{L})(?:arriv|due|expect|deliver|ship|sent|dispatch|refund|return|cancel|kommt|komme|ankomm|ankunft|liefer|geliefert|erwart|zugestellt|versandt|verschickt|expédi|livr|attend|prévu|llega|entreg|esper|previst|envi|conseg|attes|spedit|chega|komt|aankom|bezorg|verwacht|gelever|verzonden)/u;
const ofHappening =
  /expect|eta|due|arriv|deliver|until|estimat|promis|end|valid|next|till|by$|ship|sent|dispatch|refund|return|cancel|^(?:on|at|date|day|time|when)$/i;

/** A value under another column than the one that the clause names is of something else. */
function columnsIn({ clause, rows }: Held, known: Known): Judgement {
  const facts = factsIn(clause);
  if (facts.length === 0) return none;
  const cells = rows.slice(0, mostClauses).flatMap(known.cellsOf);
  const isMisplaced = facts.some((fact) => {
    const from = cells.filter(({ values }) => isThere(fact, values));
    if (from.length === 0 || from.some(({ column }) => isNamedIn(clause, column))) return false;
    if (fact.kind === 'date' && happening.test(clause) && !from.some(({ column }) => ofHappening.test(column)))
      return true;
    return cells.some(
      (cell) =>
        isLike(cell, fact) && isNamedIn(clause, cell.column) && !facts.some((each) => isThere(each, cell.values)),
    );
  });
  return isMisplaced ? doubted : none;
}

const isLike = ({ facts, isMoney }: Cell, { kind }: Fact): boolean =>
  kind === 'number' ? isMoney : facts.some((each) => each.kind === kind);

/** `shippedOn` by how its first word begins. */
function isNamedIn(clause: string, column: string): boolean {
  const [word = ''] = column.split(/(?<=\p{Ll})(?=\p{Lu})|_/u);
  return word.length > 3 && placeOf(clause, [word.toLowerCase().slice(0, 5)]) >= 0;
}
