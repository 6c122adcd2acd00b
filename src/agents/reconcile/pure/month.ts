/**
 * What a month settles by itself: matches in which no line of another month could have any part.
 * Whatever is not sure without the other months is left, to be compared together with what they leave.
 */
import { Board, linesOf, type BoardItem } from './board.ts';
import { familiesOf, onlyNames, type Families } from './families.ts';
import type { Line, Match, MatchRule } from './lines.ts';
import { inOrder } from './match.ts';
import { saidOf } from './rivals.ts';
import { chainsOf, matchReferences, matchSingles, type Chain } from './singles.ts';
import { upTo } from './sweep.ts';

export interface MonthMatched {
  readonly matched: readonly Match[];
  readonly leftInLedger: readonly Line[];
  readonly leftInStatement: readonly Line[];
}

/** @param ledger of one month, as the statement is */
export function matchMonth(ledger: readonly Line[], statement: readonly Line[], rule: MatchRule): MonthMatched {
  const board = new Board(ledger, statement);
  const leave = (isOpenElsewhere: (chain: Chain) => boolean): void => {
    board.leave(chainsOf(board, rule.windowDays).filter(isOpenElsewhere).flat());
  };
  // Nothing comes before these: no line of another month is of the same day, and none fits better than what says the same.
  matchReferences(board, [0], saidOf);
  leave((chain) => reachesOut(chain, rule.windowDays));
  matchReferences(board, upTo(rule.windowDays));
  const families = familiesOf(board);
  leave((chain) => !isSure(chain, families));
  matchSingles(board, families, rule);
  board.reopen();
  return {
    matched: inOrder(board.matches),
    leftInLedger: linesOf(board.open(0)),
    leftInStatement: linesOf(board.open(1)),
  };
}

/** Whether a line of the month before or after may belong to it. */
function reachesOut(chain: Chain, windowDays: number): boolean {
  const [first, last] = [chain[0], chain.at(-1)];
  if (!first || !last) return false;
  const date = new Date(first.day * dayMs);
  const [from, to] = [0, 1].map((more) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + more) / dayMs);
  return first.day - windowDays < (from ?? 0) || last.day + windowDays >= (to ?? 0);
}

const dayMs = 86_400_000;

/** Whether lines of other months, which may have the references that these speak of, change nothing about it. */
function isSure(chain: Chain, families: Families): boolean {
  const speaking = chain.filter(maySpeak);
  if (speaking.length === 0) return true;
  const [a, b, ...more] = chain;
  if (!a || !b || more.length > 0 || a.side === b.side) return false;
  // Of what another month may know, a line that names it is no pair by the amount alone.
  if (speaking.length === 1) return !speaking.some(onlyNames) || (a.name !== '' && a.name === b.name);
  return families(a) !== '' && families(a) === families(b);
}

function maySpeak({ reference, id, named }: BoardItem): boolean {
  return reference !== '' || id !== '' || named.length > 0;
}
