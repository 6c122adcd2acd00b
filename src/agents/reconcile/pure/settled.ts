/** Of what an earlier round has matched, what bears on the lines that are left: most of it does not, and need not be held. */
import { mostDecimals } from './board.ts';
import { comparable, repetitionKey } from './duplicates.ts';
import type { Line, Match } from './lines.ts';
import { referenceKey, referencesIn } from './names.ts';
import { withDecimals } from './sums-of-amounts.ts';

/** What one of these lines may repeat, and what speaks of something that one of them speaks of. */
export function bearingOn(settled: readonly Match[], ledger: readonly Line[], statement: readonly Line[]): Match[] {
  const before = settled.flatMap((match) => [...match.ledger, ...match.statement]);
  const scale = Math.max(...[ledger, statement, before].map(mostDecimals));
  const mayRepeat = [repeatedBy(ledger, scale), repeatedBy(statement, scale)] as const;
  const speaksAlike = alikeWith([...ledger, ...statement]);
  return settled.filter(
    (match) =>
      match.ledger.some((line) => mayRepeat[0](line) || speaksAlike(line)) ||
      match.statement.some((line) => mayRepeat[1](line) || speaksAlike(line)),
  );
}

/** Most lines have an amount that none of them has, which is told without more of either. */
function repeatedBy(lines: readonly Line[], scale: number): (line: Line) => boolean {
  const key = (line: Line): string => repetitionKey(comparable(line, scale));
  const [amounts, keys] = [new Set(lines.map(({ amount }) => withDecimals(amount, scale))), new Set(lines.map(key))];
  return (line) => amounts.has(withDecimals(line.amount, scale)) && keys.has(key(line));
}

/** One has as its own what the other has or names; what both only name, such as a year, ties nothing. */
function alikeWith(lines: readonly Line[]): (line: Line) => boolean {
  const own = new Set(lines.flatMap(ownKeys));
  const named = new Set(lines.flatMap(({ text }) => referencesIn(text)));
  return (line) =>
    ownKeys(line).some((key) => own.has(key) || named.has(key)) || referencesIn(line.text).some((key) => own.has(key));
}

function ownKeys({ reference, id }: Line): string[] {
  return [referenceKey(reference), referenceKey(id)].filter((key) => key !== '');
}
