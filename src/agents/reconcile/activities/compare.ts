/**
 * One partition compared, from lines as they lie in the store to answers as they go there: done on a thread of its own, as
 * a bank's year is seconds of work, and so that no line is copied between threads as an object.
 */
import type { Line, Match, MatchRule, Reconciliation } from '../pure/lines.ts';
import { reconcile } from '../pure/match.ts';
import { matchMonth, type MonthMatched } from '../pure/month.ts';
import { totalOfMatches } from '../pure/report.ts';
import { bearingOn } from '../pure/settled.ts';
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
  /** Its matches, where the result is of everything else. */
  readonly matches?: Uint8Array;
  /** Of its matches. */
  readonly totals: SideAmounts;
}

export function compareLines({ ledger, statement, settled, rule, round }: PartitionToCompare): ComparedPartition {
  const sides = [linesIn(ledger), linesIn(statement)] as const;
  if (round === 'rest') {
    const found = reconcile(...sides, rule, bearing(settled, ...sides));
    const { matched } = found;
    // What a person must look at is a small part of it.
    const apart = { result: toJson({ ...found, matched: [] }), matches: toJson({ ...nothing, matched }) };
    return { ...counted({ matched, leftInLedger: [], leftInStatement: [] }), ...apart };
  }
  const month = matchMonth(...sides, rule);
  return { ...counted(month), result: toJson({ ...nothing, matched: month.matched }) };
}

function counted({ matched, leftInLedger, leftInStatement }: MonthMatched): Omit<ComparedPartition, 'result'> {
  return {
    matched: matched.length,
    left: leftInLedger.length + leftInStatement.length,
    leftInLedger: toJson(leftInLedger),
    leftInStatement: toJson(leftInStatement),
    totals: totalOfMatches(matched),
  };
}

const nothing: Reconciliation = {
  matched: [],
  differences: [],
  missingInStatement: [],
  missingInLedger: [],
  duplicatesInLedger: [],
  duplicatesInStatement: [],
};

/** Of what was matched before, as JSON of an object that has it, the part that bears on any of the lines. */
export function bearingPart({ ledger, statement, settled }: Omit<PartitionToCompare, 'rule' | 'round'>): Uint8Array {
  return toJson({ matched: bearing(settled, linesIn(ledger), linesIn(statement)) });
}

/** Part by part, so that few matches are objects at a time. */
function bearing(settled: readonly Uint8Array[], ...sides: Parameters<typeof bearingOn>): Match[] {
  const bears = bearingOn(...sides);
  return settled.flatMap((part) => matchesIn(part).filter(bears));
}

function matchesIn(part: Uint8Array): readonly Match[] {
  return (fromJson(part) as Reconciliation).matched;
}

function linesIn(parts: readonly Uint8Array[]): Line[] {
  return parts.flatMap((part) => fromJson(part) as Line[]);
}
