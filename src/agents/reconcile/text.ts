/** The report of a reconciliation for a person, and as a file in JSON, CSV or Markdown. */
import { markdownLines, markdownText, type Paint } from '../../command.ts';
import { cleanJson, spreadsheetText } from '../../core/text/index.ts';
import { stringify } from 'csv-stringify/sync';
import type { Line, Match, Suggestion } from './pure/lines.ts';
import type { ReconciliationAnswer, ReconciliationReport, SignOff, StoredReport, Where } from './pure/types.ts';
import type { WholeReport } from './whole-report.ts';

export function isReconciliation(value: unknown): value is ReconciliationAnswer {
  return typeof value === 'object' && value !== null && 'report' in value && 'signOff' in value && 'madeAt' in value;
}

export function reconciliationText(answer: ReconciliationAnswer, paint: Paint): string {
  const [head = '', ...rest] = answer.text.split('\n');
  const colour = answer.report.clean ? 'green' : 'yellow';
  return [paint(['bold', colour], head), ...rest, '', ...sealOf(answer)].join('\n');
}

function sealOf({ stored, madeAt, inputsSha256, signOff }: ReconciliationAnswer): string[] {
  const inputs = inputsSha256 === undefined ? [] : [`  SHA-256 of what it is of ${inputsSha256}`];
  return [`Report of ${madeAt}`, `  SHA-256 ${stored.sha256}`, ...inputs, `  ${signOffText(signOff)}`];
}

function signOffText(signOff: SignOff): string {
  if (signOff.state === 'notSignedOff') return 'Not signed off';
  return `Signed off by ${signOff.by} at ${signOff.at}${signOff.note === undefined ? '' : `: ${signOff.note}`}`;
}

export type ReportFormat = 'json' | 'csv' | 'md';

/** All of it, in pieces, since one with the matches of a million lines is larger than a text can be. */
export async function* reportFile(
  format: ReportFormat,
  answer: ReconciliationAnswer,
  { report, matches }: WholeReport,
): AsyncGenerator<string> {
  if (format === 'md') yield markdownOf(answer, report);
  else if (format === 'csv') {
    yield differencesFile(report);
    for await (const each of matches()) yield rowsOf(matchFindings(each), new Map());
  } else yield* jsonOf(answer, report, matches());
}

async function* jsonOf(
  { madeAt, signOff, stored }: ReconciliationAnswer,
  report: StoredReport,
  all: AsyncIterable<readonly object[]>,
): AsyncGenerator<string> {
  const whole = cleanJson({ report: { ...report, matched: [] }, sha256: stored.sha256, madeAt, signOff }, 2);
  // No line that begins so can be a part of a text, in which a line end is written otherwise.
  const [before = '', after = ''] = whole.split(emptyList);
  yield before + emptyList.slice(0, -1);
  let separator = '';
  for await (const matches of all) {
    if (matches.length === 0) continue;
    yield separator + matches.map(indented).join(',');
    separator = ',';
  }
  yield `${separator === '' ? '' : '\n    '}]${after}\n`;
}

const emptyList = '\n    "matched": []';

const indented = (match: object): string => `\n${cleanJson(match, 2)}`.replaceAll('\n', '\n      ');

/** All but what was matched, as CSV: what a person has to look at. */
export function differencesFile(report: ReconciliationReport): string {
  return `${headers.join(',')}\n${rowsOf(openFindings(report), suggestedFor(report))}`;
}

interface Finding {
  readonly outcome: string;
  readonly account: string;
  readonly currency: string;
  readonly side: 'ledger' | 'statement';
  readonly line: Line;
  /** What it was matched with, differs from or repeats. */
  readonly other: string;
}

/** By side and place: what a line without a counterpart may belong to, the likeliest first. */
function suggestedFor({ suggestions = [] }: ReconciliationReport): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (key: string, place: string, { score, reasons }: Suggestion): void => {
    const said = `${place} (${score}: ${reasons.join(', ')})`;
    found.set(key, [...(found.get(key) ?? []), said]);
  };
  for (const each of suggestions) {
    add(`ledger ${each.ledger}`, each.statement, each);
    add(`statement ${each.statement}`, each.ledger, each);
  }
  return found;
}

const places = (lines: readonly Line[]): string => lines.map(({ place }) => place).join(' + ');

/** Every line that has no match, once. */
function openFindings(report: ReconciliationReport): Finding[] {
  return [
    ...report.differences.flatMap(({ differs, ledger, statement, ...where }) => [
      { ...where, outcome: `${differs} differs`, side: 'ledger' as const, line: ledger, other: statement.place },
      { ...where, outcome: `${differs} differs`, side: 'statement' as const, line: statement, other: ledger.place },
    ]),
    ...report.missingInStatement.map((each) => ({
      ...each,
      outcome: 'missing in statement',
      side: 'ledger' as const,
      other: '',
    })),
    ...report.missingInLedger.map((each) => ({
      ...each,
      outcome: 'missing in ledger',
      side: 'statement' as const,
      other: '',
    })),
    ...report.duplicatesInLedger.map((each) => ({
      ...each,
      outcome: 'duplicate',
      side: 'ledger' as const,
      other: each.of,
    })),
    ...report.duplicatesInStatement.map((each) => ({
      ...each,
      outcome: 'duplicate',
      side: 'statement' as const,
      other: each.of,
    })),
  ];
}

function matchFindings(matched: readonly (Where & Match)[]): Finding[] {
  return matched.flatMap(({ by, ledger, statement, allowed, ...where }) => {
    const outcome = `matched by ${by}${allowed ? ` (${allowed.name} ${allowed.amount})` : ''}`;
    return [
      ...ledger.map((line) => ({ ...where, outcome, side: 'ledger' as const, line, other: places(statement) })),
      ...statement.map((line) => ({ ...where, outcome, side: 'statement' as const, line, other: places(ledger) })),
    ];
  });
}

function rowsOf(wanted: readonly Finding[], suggested: ReadonlyMap<string, readonly string[]>): string {
  const rows = wanted.map(({ outcome, account, currency, side, line, other }) => ({
    outcome,
    account,
    currency,
    side,
    date: line.date,
    amount: line.amount,
    reference: line.reference ?? '',
    counterparty: line.counterparty ?? '',
    text: line.text ?? '',
    place: line.place,
    other,
    suggestions: (suggested.get(`${side} ${line.place}`) ?? []).join('; '),
  }));
  return stringify(rows, { columns: headers, cast: { string: spreadsheetText } });
}

const headers = [
  'outcome',
  'account',
  'currency',
  'side',
  'date',
  'amount',
  'reference',
  'counterparty',
  'text',
  'place',
  'other',
  'suggestions',
];

function markdownOf(answer: ReconciliationAnswer, report: ReconciliationReport): string {
  const rows = openFindings(report).map(({ outcome, currency, side, line, other }) => {
    const who = line.reference ?? line.counterparty ?? line.text ?? '';
    const cells = [outcome, side, line.date, `${line.amount} ${currency}`, who, line.place, other];
    return `| ${cells.map((cell) => markdownText(cell)).join(' | ')} |`;
  });
  const table = [
    '| finding | side | date | amount | what | where | other |',
    '| --- | --- | --- | ---: | --- | --- | --- |',
    ...rows,
  ];
  const seal = sealOf(answer).map((line) => markdownText(line));
  return [
    '# Reconciliation',
    '',
    markdownLines(answer.text),
    '',
    ...(rows.length > 0 ? ['## Findings', '', ...table, ''] : []),
    seal.join('  \n'),
    '',
  ].join('\n');
}
