/** A report as text for people, at most 100 columns: first whether it is clean, then the totals, then what to check. */
import type { Difference, Duplicate, Line, Suggestion } from './lines.ts';
import { placesWithin, truncatePlace } from './places.ts';
import type { AccountTotals, Amounts, BalanceCheck, ReconciliationReport, Where } from './types.ts';
import { many } from '../../../core/text/index.ts';

/** Findings of one kind that a person still reads. */
const maxShown = 20;

/** A place as a person reads it. */
type At = (place: string) => string;
type Text<T> = (each: T) => string;

/** @param matches of all parts, where the report does not list each */
export function reconciliationText(report: ReconciliationReport, matches = report.matched.length): string {
  const missing = report.missingInStatement.filter((each) => isCovered(report, each));
  const at = placesWithin(report.inputs.map(({ name }) => name));
  const lineOf: Text<Where & { readonly line: Line }> = ({ line, currency }) => lineText(line, currency, at);
  return [
    headline(report, matches, missing.length),
    (report.advice ?? []).map(at).join('\n'),
    report.accounts.map((each) => accountText(each, at)).join('\n\n'),
    list('Differences', report.differences, (each) => differenceText(each, at)),
    list('In the ledger, not in a statement', missing, lineOf),
    list('In a statement, not in the ledger', report.missingInLedger, lineOf),
    list('Twice in the ledger', report.duplicatesInLedger, (each) => duplicateText(each, at)),
    list('Twice in a statement', report.duplicatesInStatement, (each) => duplicateText(each, at)),
    list('May belong together', report.suggestions ?? [], (each) => suggestionText(each, at)),
    `Inputs\n${report.inputs.map((each) => inputText(each, at)).join('\n')}`,
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

/** A ledger is often of more accounts than the statements at hand. */
function isCovered({ accounts }: ReconciliationReport, where: Where): boolean {
  const found = accounts.find(({ account, currency }) => account === where.account && currency === where.currency);
  return found !== undefined && hasStatement(found);
}

function hasStatement({ statement, balances }: AccountTotals): boolean {
  return statement.lines > 0 || balances.length > 0;
}

function headline({ clean, ...report }: ReconciliationReport, matches: number, missing: number): string {
  if (clean) return `Everything agrees: ${matches} matches, nothing missing, nothing twice.`;
  const counts = [
    [report.differences.length, 'differ'],
    [missing, 'missing in the statements'],
    [report.missingInLedger.length, 'missing in the ledger'],
    [report.duplicatesInLedger.length + report.duplicatesInStatement.length, 'twice'],
    [
      report.accounts.flatMap(({ balances }) => balances).filter(({ outcome }) => outcome === 'gap').length,
      'balances with a gap',
    ],
    [report.missingInStatement.length - missing, 'in accounts without a statement'],
  ] as const;
  const listed = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${matches} matches; ${listed.join(', ')}.`;
}

function accountText(each: AccountTotals, at: At): string {
  const rows: [string, Amounts | undefined, Amounts | undefined][] = [
    ['matched', each.matched.ledger, each.matched.statement],
    ['differ', each.differing.ledger, each.differing.statement],
    ['missing in the other', each.missingInStatement, each.missingInLedger],
    ['twice', each.duplicates.ledger, each.duplicates.statement],
    ['total', each.ledger, each.statement],
  ];
  const shown = rows.filter(([name, a, b]) => name === 'total' || (a?.lines ?? 0) + (b?.lines ?? 0) > 0);
  const title = [each.account, each.currency].filter((part) => part !== '').join(' · ');
  if (!hasStatement(each)) {
    const { lines, total } = each.ledger;
    return `${title}\n  No statement covers it: its ${lines} lines of the ledger (${grouped(total)}) were compared with nothing.`;
  }
  return [
    `${title.padEnd(32)}${'ledger'.padStart(24)}${'statements'.padStart(24)}`,
    ...shown.map(([name, a, b]) => `  ${name.padEnd(30)}${amountText(a)}${amountText(b)}`),
    ...each.balances.map((balance) => `  ${balanceText(balance, at)}`),
    Number(each.unexplained) === 0
      ? '  The difference of the totals is explained by the lines above, to the last digit.'
      : `  ${each.unexplained} of the difference of the totals is not explained.`,
  ].join('\n');
}

function amountText(amounts: Amounts | undefined): string {
  return `${String(amounts?.lines ?? 0).padStart(7)}${grouped(amounts?.total ?? '0').padStart(17)}`;
}

function balanceText({ name, opening, closing, movement, outcome, gap }: BalanceCheck, at: At): string {
  const sum = `opening ${grouped(opening ?? '?')} + movement ${grouped(movement)} = closing ${grouped(closing ?? '?')}`;
  if (outcome === 'agrees') return `${at(name)}\n    ${sum} ✓`;
  if (outcome === 'gap') return `${at(name)}\n    ${sum} ✗ ${grouped(gap ?? '?')} is missing between them`;
  return `${at(name)}\n    The statement does not give both balances, so they are not checked`;
}

function list<T extends Where>(title: string, all: readonly T[], text: Text<T>): string {
  if (all.length === 0) return '';
  const rest =
    all.length > maxShown ? [`  … and ${all.length - maxShown} more (in the report's file: -o report.csv)`] : [];
  return [`${title} (${all.length})`, ...all.slice(0, maxShown).map((each) => `  ${text(each)}`), ...rest].join('\n');
}

function lineText({ place, date, amount, reference, counterparty, text }: Line, currency: string, at: At): string {
  const who = [reference, counterparty ?? text].filter((part) => part !== undefined).join(' · ');
  return `${date} ${grouped(amount).padStart(13)} ${currency}  ${truncateText(who, 28).padEnd(28)}  ${truncatePlace(at(place), 38)}`.trimEnd();
}

function differenceText({ differs, ledger, statement }: Difference, at: At): string {
  const who = ledger.reference ?? ledger.counterparty ?? ledger.text ?? '';
  const what =
    differs === 'amount'
      ? `amount ${grouped(ledger.amount)} in the ledger, ${grouped(statement.amount)} in the statement`
      : `date ${ledger.date} in the ledger, ${statement.date} in the statement`;
  return `${truncateText(who, 22).padEnd(22)} ${what}\n    ${at(ledger.place)} and ${at(statement.place)}`;
}

function duplicateText({ line, of, currency }: Where & Duplicate, at: At): string {
  return `${lineText(line, currency, at)}\n    repeats ${at(of)}`;
}

function suggestionText({ ledger, statement, score, reasons }: Suggestion, at: At): string {
  return `${String(score).padStart(3)}  ${at(ledger)} and ${at(statement)}\n    ${reasons.join(', ')}`;
}

function inputText({ name, format, lines, sha256, notes }: ReconciliationReport['inputs'][number], at: At): string {
  const listed = notes.map((note) => `\n    ${note}`).join('');
  return `  ${at(name)} (${format}, ${many(lines, 'line')})\n    SHA-256 ${sha256}${listed}`;
}

/** `1234567.89` as `1,234,567.89`. */
function grouped(amount: string): string {
  const [whole = '', decimals] = amount.split('.');
  const parts = whole.replaceAll(/\B(?=(\d{3}){1,100}$)/g, ',');
  return decimals === undefined ? parts : `${parts}.${decimals}`;
}

function truncateText(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
