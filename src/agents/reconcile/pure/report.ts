/** The report of a reconciliation: what was found, and sums that show that no line and no amount was lost on the way. */
import type { Line, Match, MatchRule, Reconciliation } from './lines.ts';
import { otherSigns } from './other-sign.ts';
import { minus, sumOf } from './sums-of-amounts.ts';
import type {
  AccountTotals,
  Amounts,
  BalanceCheck,
  FileRead,
  MatchesElsewhere,
  ReconciliationReport,
  Role,
  SideAmounts,
  StatementBalances,
  Where,
} from './types.ts';

export interface Compared extends Where {
  readonly found: Reconciliation;
}

export interface ReportParts {
  readonly files: readonly FileRead[];
  readonly balances: readonly StatementBalances[];
  /** What the files had, chunk by chunk; the sums of what was found must come to the same. */
  readonly read: readonly (Where & { readonly role: Role; readonly lines: number; readonly total: string })[];
  /** By account and currency; several of one are put together. */
  readonly compared: readonly Compared[];
  /** Matches that are counted, and listed in no part of this report. */
  readonly elsewhere?: readonly MatchesElsewhere[];
  readonly rule: MatchRule;
}

export function reconciliationReport(parts: ReportParts): ReconciliationReport {
  const { files, compared, rule } = parts;
  const accounts = totalsOf(parts);
  const flat = <T extends object>(pick: (found: Reconciliation) => readonly T[]): (Where & T)[] =>
    compared.flatMap(({ account, currency, found }) => pick(found).map((each) => ({ account, currency, ...each })));
  const lines = (pick: (found: Reconciliation) => readonly Line[]) =>
    flat((found) => pick(found).map((line) => ({ line })));
  const findings = {
    differences: flat((found) => found.differences),
    missingInStatement: lines((found) => found.missingInStatement),
    missingInLedger: lines((found) => found.missingInLedger),
    duplicatesInLedger: flat((found) => found.duplicatesInLedger),
    duplicatesInStatement: flat((found) => found.duplicatesInStatement),
  };
  const suggestions = flat((found) => found.suggestions ?? []).toSorted((a, b) => b.score - a.score);
  const advice = otherSigns(files, {
    inStatement: findings.missingInStatement,
    inLedger: findings.missingInLedger,
    days: rule.lateDays,
  });
  const gap = accounts.some((account) => account.balances.some(({ outcome }) => outcome === 'gap'));
  return {
    version: 1,
    clean: !gap && Object.values(findings).every((list) => list.length === 0),
    ...(advice.length > 0 ? { advice } : {}),
    rule,
    inputs: files.map(({ chunks: _chunks, balances: _balances, ...file }, at) => withTwins(file, files.slice(0, at))),
    accounts,
    ...findings,
    ...(suggestions.length > 0 ? { suggestions } : {}),
    matched: flat((found) => found.matched),
  };
}

const keyOf = ({ account, currency }: Where): string => `${account}\u0000${currency}`;

/** A file that is compared with itself agrees, and one that is read twice has each line twice. */
function withTwins<F extends Pick<FileRead, 'sha256' | 'notes' | 'lines'>>(file: F, before: readonly FileRead[]): F {
  const twin = file.lines > 0 && before.find(({ sha256 }) => sha256 === file.sha256);
  return twin ? { ...file, notes: [...file.notes, `it has the same bytes as ${twin.name}, the ${twin.role}`] } : file;
}

function totalsOf({ compared, balances, read, elsewhere = [] }: ReportParts): AccountTotals[] {
  const groups = new Map<string, Reconciliation[]>();
  for (const each of [...balances, ...elsewhere]) groups.set(keyOf(each), []);
  for (const each of compared) {
    const group = groups.get(keyOf(each));
    if (group) group.push(each.found);
    else groups.set(keyOf(each), [each.found]);
  }
  const sorted = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([key, found]) => {
    const [account = '', currency = ''] = key.split('\u0000');
    const readOf = (role: Role): Amounts => add(...read.filter((each) => each.role === role && keyOf(each) === key));
    const own = balances.filter((each) => keyOf(each) === key);
    const apart = elsewhere.filter((each) => keyOf(each) === key).map((each) => each.totals);
    return {
      account,
      currency,
      ...totals(found, apart, { ledger: readOf('ledger'), statement: readOf('statement') }),
      balances: own.map(checkBalance),
    };
  });
}

function totals(
  found: readonly Reconciliation[],
  apart: readonly SideAmounts[],
  whole: SideAmounts,
): Omit<AccountTotals, keyof Where | 'balances'> {
  const sum = (pick: (each: Reconciliation) => readonly Line[]): Amounts => amounts(found.map(pick));
  const parts = [...found.map(({ matched: all }) => totalOfMatches(all)), ...apart];
  const matched = {
    ledger: add(...parts.map(({ ledger }) => ledger)),
    statement: add(...parts.map(({ statement }) => statement)),
  };
  const differing = {
    ledger: sum(({ differences }) => differences.map(({ ledger }) => ledger)),
    statement: sum(({ differences }) => differences.map(({ statement }) => statement)),
  };
  const duplicates = {
    ledger: sum(({ duplicatesInLedger }) => duplicatesInLedger.map(({ line }) => line)),
    statement: sum(({ duplicatesInStatement }) => duplicatesInStatement.map(({ line }) => line)),
  };
  const missingInStatement = sum((each) => each.missingInStatement);
  const missingInLedger = sum((each) => each.missingInLedger);
  const listed = [
    minus(matched.ledger.total, matched.statement.total),
    minus(differing.ledger.total, differing.statement.total),
    missingInStatement.total,
    minus('0', missingInLedger.total),
    minus(duplicates.ledger.total, duplicates.statement.total),
  ];
  const unexplained = minus(minus(whole.ledger.total, whole.statement.total), sumOf(listed));
  return { ...whole, matched, differing, missingInStatement, missingInLedger, duplicates, unexplained };
}

/** What the lines of either side come to. */
export function totalOfMatches(matched: readonly Match[]): SideAmounts {
  return {
    ledger: amounts(matched.map(({ ledger }) => ledger)),
    statement: amounts(matched.map(({ statement }) => statement)),
  };
}

function checkBalance(given: StatementBalances): BalanceCheck {
  const { opening, closing, movement } = given;
  if (opening === undefined || closing === undefined) return { ...given, outcome: 'notGiven' };
  const gap = minus(minus(closing, opening), movement);
  return !/[1-9]/.test(gap) ? { ...given, outcome: 'agrees' } : { ...given, outcome: 'gap', gap };
}

function amounts(groups: readonly (readonly Line[])[]): Amounts {
  const lines = groups.flat();
  return { lines: lines.length, total: sumOf(lines.map(({ amount }) => amount)) };
}

function add(...parts: readonly Pick<Amounts, 'lines' | 'total'>[]): Amounts {
  return { lines: parts.reduce((sum, { lines }) => sum + lines, 0), total: sumOf(parts.map(({ total }) => total)) };
}
