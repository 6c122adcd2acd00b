/**
 * Compares the lines of a ledger with those of statements, of one account in one currency.
 * Neither side is preferred, so exchanging them exchanges the answer and changes nothing else.
 */
import { matchDifferences } from './differences.ts';
import { splitDuplicates } from './duplicates.ts';
import { matchWithAllowance } from './allowance.ts';
import { familiesOf } from './families.ts';
import { Board, compareTexts, linesOf } from './board.ts';
import type { Line, Match, MatchRule, Reconciliation } from './lines.ts';
import { matchSingles } from './singles.ts';
import { suggestionsOf } from './suggestions.ts';
import { matchSums, matchSumsOfAny } from './sums.ts';

/**
 * Every line of either side ends in exactly one list. What is sure goes first: the same reference, then the same
 * counterparty, then the amount alone; then sums of several lines, what a fee or
 * a tolerance explains, and sums of lines that speak of nothing; what is left differs, is a duplicate, or is missing.
 * Lines that fit one equally well, and that their texts do not tell apart, are missing as it is: no choice among them is sure.
 *
 * @param settled what an earlier comparison has matched; none of it is in the answer, but lines that repeat it are found
 */
export function reconcile(
  ledger: readonly Line[],
  statement: readonly Line[],
  rule: MatchRule,
  settled: readonly Match[] = [],
): Reconciliation {
  const board = new Board(ledger, statement, settled);
  const families = familiesOf(board);
  matchSingles(board, families, rule);
  matchSums(board, families, rule);
  matchWithAllowance(board, families, rule);
  matchSumsOfAny(board, families, rule);
  matchDifferences(board, families, rule);
  board.reopen();
  const inLedger = splitDuplicates(board.sides[0], board.settled[0], rule);
  const inStatement = splitDuplicates(board.sides[1], board.settled[1], rule);
  return {
    matched: inOrder(board.matches),
    differences: board.differences.toSorted((a, b) => compareLines(a.ledger, b.ledger)),
    missingInStatement: linesOf(inLedger.single),
    missingInLedger: linesOf(inStatement.single),
    duplicatesInLedger: inLedger.duplicates,
    duplicatesInStatement: inStatement.duplicates,
    suggestions: suggestionsOf(inLedger.single, inStatement.single),
  };
}

/** By the days of their ledger lines. */
export function inOrder(matches: readonly Match[]): Match[] {
  return matches.toSorted((a, b) => compareLines(a.ledger[0], b.ledger[0]));
}

function compareLines(a: Line | undefined, b: Line | undefined): number {
  return compareTexts(a?.date ?? '', b?.date ?? '') || compareTexts(a?.place ?? '', b?.place ?? '');
}
