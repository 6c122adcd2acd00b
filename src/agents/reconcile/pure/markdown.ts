/** A report as text for people, at most 100 columns: first whether it is clean, then the totals, then what to check. */
import type { Difference, Duplicate, Line, Suggestion } from './lines.ts';
import type { AccountTotals, Amounts, BalanceCheck, ReconciliationReport, Where } from './types.ts';
import { many } from '../../../core/text/index.ts';

/** Findings of one kind that a person still reads. */
const maxShown = 20;

/** @param matches of all parts, where the report does not list each */
export function reconciliationText(report: ReconciliationReport, matches = report.matched.length): string {
  const missing = report.missingInStatement.filter((each) => isCovered(report, each));
  return [
    headline(report, matches, missing.length),
    report.accounts.map(accountText).join('\n\n'),
    list('Differences', report.differences, differenceText),
    list('In the ledger, not in a statement', missing, ({ line, currency }) => lineText(line, currency)),
    list('In a statement, not in the ledger', report.missingInLedger, ({ line, currency }) => lineText(line, currency)),
    list('Twice in the ledger', report.duplicatesInLedger, duplicateText),
    list('Twice in a statement', report.duplicatesInStatement, duplicateText),
    list('May belong together', report.suggestions ?? [], suggestionText),
    `Inputs\n${report.inputs.map(inputText).join('\n')}`,
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

function accountText(each: AccountTotals): string {
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
    ...each.balances.map((balance) => `  ${balanceText(balance)}`),
    Number(each.unexplained) === 0
      ? '  The difference of the totals is explained by the lines above, to the last digit.'
      : `  ${each.unexplained} of the difference of the totals is not explained.`,
  ].join('\n');
}

function amountText(amounts: Amounts | undefined): string {
  return `${String(amounts?.lines ?? 0).padStart(7)}${grouped(amounts?.total ?? '0').padStart(17)}`;
}

function balanceText({ name, opening, closing, movement, outcome, gap }: BalanceCheck): string {
  const sum = `opening ${grouped(opening ?? '?')} + movement ${grouped(movement)} = closing ${grouped(closing ?? '?')}`;
  if (outcome === 'agrees') return `${baseName(name)}\n    ${sum} ✓`;
  if (outcome === 'gap') return `${baseName(name)}\n    ${sum} ✗ ${grouped(gap ?? '?')} is missing between them`;
  return `${baseName(name)}\n    The statement does not give both balances, so they are not checked`;
}

function list<T extends Where>(title: string, all: readonly T[], text: (each: T) => string): string {
  if (all.length === 0) return '';
  const rest =
    all.length > maxShown ? [`  … and ${all.length - maxShown} more (in the report's file: -o report.csv)`] : [];
  return [`${title} (${all.length})`, ...all.slice(0, maxShown).map((each) => `  ${text(each)}`), ...rest].join('\n');
}

function lineText({ place, date, amount, reference, counterparty, text }: Line, currency: string): string {
  const who = [reference, counterparty ?? text].filter((part) => part !== undefined).join(' · ');
  return `${date} ${grouped(amount).padStart(13)} ${currency}  ${truncateText(who, 28).padEnd(28)}  ${truncateStart(baseName(place), 40)}`.trimEnd();
}

function differenceText({ differs, ledger, statement }: Difference): string {
  const who = ledger.reference ?? ledger.counterparty ?? ledger.text ?? '';
  const what =
    differs === 'amount'
      ? `amount ${grouped(ledger.amount)} in the ledger, ${grouped(statement.amount)} in the statement`
      : `date ${ledger.date} in the ledger, ${statement.date} in the statement`;
  return `${truncateText(who, 22).padEnd(22)} ${what}\n    ${baseName(ledger.place)} and ${baseName(statement.place)}`;
}

function duplicateText({ line, of, currency }: Where & Duplicate): string {
  return `${lineText(line, currency)}\n    repeats ${baseName(of)}`;
}

function suggestionText({ ledger, statement, score, reasons }: Suggestion): string {
  return `${String(score).padStart(3)}  ${baseName(ledger)} and ${baseName(statement)}\n    ${reasons.join(', ')}`;
}

function inputText({ name, format, lines, sha256, notes }: ReconciliationReport['inputs'][number]): string {
  const listed = notes.map((note) => `\n    ${note}`).join('');
  return `  ${baseName(name)} (${format}, ${many(lines, 'line')})\n    SHA-256 ${sha256}${listed}`;
}

/** Without its folders, which push what matters out of sight; the report has the whole name. */
function baseName(place: string): string {
  return place.slice(place.lastIndexOf('/') + 1);
}

/** `1234567.89` as `1,234,567.89`. */
function grouped(amount: string): string {
  const [whole = '', decimals] = amount.split('.');
  const parts = whole.replaceAll(/\B(?=(\d{3}){1,100}$)/g, ',');
  return decimals === undefined ? parts : `${parts}.${decimals}`;
}

/** The number of the line stands at the end of a place. */
function truncateStart(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - width + 1)}`;
}

function truncateText(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
