/** The report of all partitions, from what each found as it lies in the store: done on a thread of its own, as it may be of a bank's year. */
import { ApplicationFailure } from '@temporalio/common';
import type { MatchRule, Reconciliation } from '../pure/lines.ts';
import { reconciliationText } from '../pure/markdown.ts';
import { whereResolver } from '../pure/partitions.ts';
import { reconciliationReport } from '../pure/report.ts';
import type { FileRead, MatchesElsewhere, ReconciliationReport, StoredReport } from '../pure/types.ts';
import { differencesCsv } from '../findings-csv.ts';
import { fromJson, toJson } from './json-bytes.ts';

export interface ReportToMake {
  readonly files: readonly FileRead[];
  readonly accounts: Readonly<Record<string, string>>;
  readonly rule: MatchRule;
  readonly compared: readonly ComparedAccount[];
  /** Matches that the report names by hash alone. */
  readonly elsewhere: readonly MatchesElsewhere[];
}

interface ComparedAccount {
  readonly account: string;
  readonly currency: string;
  /** JSON of what was found. */
  readonly found: Uint8Array;
}

export interface MadeReport {
  /** JSON of all of it. */
  readonly whole: Uint8Array;
  /** Whether what is shown is all of it. */
  readonly complete: boolean;
  /** As much of it as fits into a run's outcome. */
  readonly shown: ReconciliationReport;
  readonly text: string;
  /** What did not match as CSV, in parts; none where the report is complete, which says it as well. */
  readonly differences: readonly Uint8Array[];
}

/** Bytes of a report that go into a run's outcome; the server's limit is 2 MB for all of it. */
const maxReportBytes = 400_000;

/** @throws {ApplicationFailure} of type `ReportDoesNotAddUp` */
export function writeReport({ files, accounts, rule, compared, elsewhere }: ReportToMake): MadeReport {
  const whereOf = whereResolver(files, accounts);
  const report = reconciliationReport({
    files,
    balances: files.flatMap((file) => file.balances.map((each) => ({ ...each, ...whereOf(file, each) }))),
    read: files.flatMap((file) =>
      file.chunks.map(({ lines, total, ...chunk }) => ({ ...whereOf(file, chunk), role: file.role, lines, total })),
    ),
    compared: compared.map(({ account, currency, found }) => ({
      account,
      currency,
      found: fromJson(found) as Reconciliation,
    })),
    elsewhere,
    rule,
  });
  assertWhole(report);
  const matches = elsewhere.reduce((sum, each) => sum + each.matches, report.matched.length);
  const whole = toJson(withMatchesOf(report, elsewhere));
  const complete = elsewhere.length === 0 && whole.length <= maxReportBytes;
  const text = reconciliationText(report, matches);
  const differences = complete ? [] : inParts(differencesCsv(report));
  return { whole, complete, shown: complete ? report : withinMessage(report), text, differences };
}

/** Characters from which on a part is one, so that who reads it holds few. */
const partCharacters = 4 * 1024 * 1024;

function inParts(pieces: Iterable<string>): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < partCharacters) continue;
    parts.push(new TextEncoder().encode(text));
    text = '';
  }
  return text === '' ? parts : [...parts, new TextEncoder().encode(text)];
}

/** By their hashes, so that the hash of the report is one of all that belongs to it. */
function withMatchesOf(report: ReconciliationReport, elsewhere: readonly MatchesElsewhere[]): StoredReport {
  if (elsewhere.length === 0) return report;
  const matchedIn = elsewhere.map(({ account, currency, matches, stored }) => ({
    account,
    currency,
    matches,
    ...stored,
  }));
  return { ...report, matchedIn };
}

/** A report that lost a line would be worse than none. */
function assertWhole({ accounts }: ReconciliationReport): void {
  for (const { account, currency, ledger, statement, unexplained, ...listed } of accounts) {
    const { matched, differing, missingInStatement, missingInLedger, duplicates } = listed;
    const inLedger = matched.ledger.lines + differing.ledger.lines + missingInStatement.lines + duplicates.ledger.lines;
    const inStatement =
      matched.statement.lines + differing.statement.lines + missingInLedger.lines + duplicates.statement.lines;
    if (inLedger === ledger.lines && inStatement === statement.lines && Number(unexplained) === 0) continue;
    // What a newer worker writes in parts, an older one may read in part.
    const ways = 'if its workers were of several versions, redrive the run once all are of one';
    const message = `The report on ${account} ${currency} does not add up: ${ways}; otherwise this is a defect of fanfold, please report it`;
    throw ApplicationFailure.nonRetryable(message, 'ReportDoesNotAddUp');
  }
}

/** What needs a person's eye first; matches last, as they do not. */
function withinMessage(report: ReconciliationReport): ReconciliationReport {
  let left = maxReportBytes;
  const fitting = <T>(list: readonly T[]): T[] => {
    const kept: T[] = [];
    for (const each of list) {
      left -= JSON.stringify(each).length;
      if (left < 0) break;
      kept.push(each);
    }
    return kept;
  };
  return {
    ...report,
    differences: fitting(report.differences),
    missingInStatement: fitting(report.missingInStatement),
    missingInLedger: fitting(report.missingInLedger),
    duplicatesInLedger: fitting(report.duplicatesInLedger),
    duplicatesInStatement: fitting(report.duplicatesInStatement),
    ...(report.suggestions ? { suggestions: fitting(report.suggestions) } : {}),
    matched: fitting(report.matched),
  };
}
