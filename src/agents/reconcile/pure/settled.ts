/** Of what an earlier round has matched, what bears on the lines that are left: most of it does not, and need not be held. */
import { comparable, repetitionKey } from './duplicates.ts';
import type { Line, Match } from './lines.ts';
import { referenceKey, referencesIn } from './names.ts';
import { shortest } from './sums-of-amounts.ts';

/** Whether one of these lines may repeat it, or speaks of something that it speaks of. */
export function bearingOn(ledger: readonly Line[], statement: readonly Line[]): (match: Match) => boolean {
  const mayRepeat = [repeatedBy(ledger), repeatedBy(statement)] as const;
  const speaksAlike = alikeWith([...ledger, ...statement]);
  return (match) =>
    match.ledger.some((line) => mayRepeat[0](line) || speaksAlike(line)) ||
    match.statement.some((line) => mayRepeat[1](line) || speaksAlike(line));
}

/** Most lines have an amount that none of them has, which is told without more of either. */
function repeatedBy(lines: readonly Line[]): (line: Line) => boolean {
  const [amounts, keys] = [new Set(lines.map(({ amount }) => shortest(amount))), new Set(lines.map(keyOf))];
  return (line) => amounts.has(shortest(line.amount)) && keys.has(keyOf(line));
}

const keyOf = (line: Line): string => repetitionKey(comparable(line));

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
