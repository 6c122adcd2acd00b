/** Statements of an answer that say the same but for a number or a "not": a reader is to know that sources may disagree, or speak of two years. */
import { bearing, clausesOf, isBare } from './clauses.ts';

/** A statement, and the numbers of what it cites. */
export interface CitedStatement {
  readonly text: string;
  readonly citations: readonly number[];
}

/** Of two statements, the share of words that both must have of each other. */
const sameShare = 0.9;
const mostStatements = 60;
/** Of a statement; a sentence has fewer. */
const mostCharacters = 600;
const mostTold = 5;

/** A sentence for each pair that cites different works. */
export function disagreements(statements: readonly CitedStatement[]): string[] {
  const read = statements
    .slice(0, mostStatements)
    .map(({ text, citations }) => ({ citations, clauses: readClauses(text) }));
  const pairs = read.flatMap((one, index) => read.slice(index + 1).map((other) => [one, other] as const));
  return pairs
    .filter(([one, other]) => one.citations.every((number) => !other.citations.includes(number)))
    .filter(([one, other]) => one.clauses.some((clause) => other.clauses.some((against) => isAgainst(clause, against))))
    .slice(0, mostTold)
    .map(
      ([one, other]) =>
        `${marks(one)} and ${marks(other)} say the same but for a number or a "not", and may contradict each other.`,
    );
}

/** Whether one text says of a thing what the other says otherwise. */
export function contradict(one: string, other: string): boolean {
  const against = readClauses(other);
  return readClauses(one).some((clause) => against.some((each) => isAgainst(clause, each)));
}

/** Each clause of one is held against each of the other, so that longer ones would take a while. */
function readClauses(text: string): Clause[] {
  return clausesOf(text.slice(0, mostCharacters));
}

type Clause = ReturnType<typeof clausesOf>[number];

function isAgainst(one: Clause, other: Clause): boolean {
  const shared = one.stems.filter((each) => other.stems.includes(each)).length;
  if (isBare(one) || shared < sameShare * Math.max(one.stems.length, other.stems.length)) return false;
  const why = bearing(one, [other])?.why;
  return why === 'number' || why === 'negation';
}

function marks({ citations }: { readonly citations: readonly number[] }): string {
  return citations.map((number) => `[${number}]`).join('');
}
