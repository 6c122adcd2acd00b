/** What a reconciliation found as CSV, piece by piece, in which no text becomes a formula of a spreadsheet. */
import { spreadsheetText } from '../../core/text/index.ts';
import { stringify } from 'csv-stringify/sync';
import type { Line, Match, Suggestion } from './pure/lines.ts';
import type { ReconciliationReport, Where } from './pure/types.ts';

/** All but what was matched: what a person has to look at. */
export function* differencesCsv(report: ReconciliationReport): Generator<string> {
  yield `${headers.join(',')}\n`;
  yield* rowsOf(openFindings(report), suggestedFor(report));
}

export function matchesCsv(matched: readonly (Where & Match)[]): Generator<string> {
  return rowsOf(matchFindings(matched), new Map());
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
export function openFindings(report: ReconciliationReport): Finding[] {
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

/** Findings that are written at a time. */
const step = 1000;

function* rowsOf(wanted: readonly Finding[], suggested: ReadonlyMap<string, readonly string[]>): Generator<string> {
  for (let at = 0; at < wanted.length; at += step) {
    const rows = wanted.slice(at, at + step).map(({ outcome, account, currency, side, line, other }) => ({
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
    yield stringify(rows, { columns: headers, cast: { string: spreadsheetText } });
  }
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
