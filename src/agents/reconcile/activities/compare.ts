/**
 * One partition compared, from lines as they lie in the store to answers as they go there: done on a thread of its own, as
 * a bank's year is seconds of work, and so that no line is copied between threads as an object.
 */
import { matchLines, reconcile } from '../pure/match.ts';
import type { Line, Match, MatchRule, Reconciliation } from '../pure/lines.ts';
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
}

export function compareLines({ ledger, statement, settled, rule, round }: PartitionToCompare): ComparedPartition {
  const before = settled.flatMap((part): readonly Match[] => (fromJson(part) as Reconciliation).matched);
  // What is left of a month is compared once more, with that of the others.
  const compare = round === 'month' ? matchLines : reconcile;
  const found = compare(linesIn(ledger), linesIn(statement), rule, before);
  const [final, leftInLedger, leftInStatement] = round === 'month' ? matchesAlone(found) : [found, [], []];
  return {
    matched: found.matched.length,
    left: leftInLedger.length + leftInStatement.length,
    result: toJson(final),
    leftInLedger: toJson(leftInLedger),
    leftInStatement: toJson(leftInStatement),
  };
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
