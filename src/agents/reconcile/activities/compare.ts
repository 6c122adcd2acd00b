/**
 * One partition compared, from lines as they lie in the store to answers as they go there: done on a thread of its own, as
 * a bank's year is seconds of work, and so that no line is copied between threads as an object.
 */
import { repeatable } from '../pure/duplicates.ts';
import type { Line, Match, MatchRule, Reconciliation } from '../pure/lines.ts';
import { matchLines, reconcile } from '../pure/match.ts';
import { totalOfMatches } from '../pure/report.ts';
import type { SideAmounts } from '../pure/types.ts';
import { fromJson, toJson } from './json-bytes.ts';

/** JSON of lines, or of what an earlier round found, in parts. */
export interface PartitionToCompare {
  readonly ledger: readonly Uint8Array[];
  readonly statement: readonly Uint8Array[];
  readonly settled: readonly Uint8Array[];
  readonly rule: MatchRule;
  readonly round: 'month' | 'rest';
}

/** What is in JSON is as bytes. */
export interface ComparedPartition {
  readonly matched: number;
  readonly left: number;
  readonly result: Uint8Array;
  readonly leftInLedger: Uint8Array;
  readonly leftInStatement: Uint8Array;
  /** Of its matches, where the result has nothing but them. */
  readonly totals: SideAmounts | undefined;
}

export function compareLines({ ledger, statement, settled, rule, round }: PartitionToCompare): ComparedPartition {
  const sides = [linesIn(ledger), linesIn(statement)] as const;
  const before = repeatable(settled.flatMap(matchesIn), ...sides);
  // What is left of a month is compared once more, with that of the others.
  const found = (round === 'month' ? matchLines : reconcile)(...sides, rule, before);
  const [final, leftInLedger, leftInStatement] = round === 'month' ? matchesAlone(found) : [found, [], []];
  return {
    matched: found.matched.length,
    left: leftInLedger.length + leftInStatement.length,
    result: toJson(final),
    leftInLedger: toJson(leftInLedger),
    leftInStatement: toJson(leftInStatement),
    totals: round === 'month' ? totalOfMatches(found.matched) : undefined,
  };
}

/** Of what was matched before, as JSON of an object that has it, the part that any of the lines may repeat. */
export function repeatableOf({ ledger, statement, settled }: Omit<PartitionToCompare, 'rule' | 'round'>): Uint8Array {
  const sides = [linesIn(ledger), linesIn(statement)] as const;
  return toJson({ matched: repeatable(settled.flatMap(matchesIn), ...sides) });
}

function matchesIn(part: Uint8Array): readonly Match[] {
  return (fromJson(part) as Reconciliation).matched;
}

function linesIn(parts: readonly Uint8Array[]): Line[] {
  return parts.flatMap((part) => fromJson(part) as Line[]);
}

function matchesAlone(found: Reconciliation): [Reconciliation, Line[], Line[]] {
  const { matched, differences, missingInStatement, missingInLedger } = found;
  const none = { differences: [], missingInStatement: [], missingInLedger: [] };
  const twice = { duplicatesInLedger: [], duplicatesInStatement: [] };
  return [
    { matched, ...none, ...twice },
    [
      ...differences.map(({ ledger }) => ledger),
      ...missingInStatement,
      ...found.duplicatesInLedger.map(({ line }) => line),
    ],
    [
      ...differences.map(({ statement }) => statement),
      ...missingInLedger,
      ...found.duplicatesInStatement.map(({ line }) => line),
    ],
  ];
}
