/**
 * Ledgers and statements in CSV: columns are found by their names, in several languages, wherever the header stands.
 * The surprising rule: a debit is money in for a ledger and money out for a statement, as either side of a bank says it.
 */
import { Readable } from 'node:stream';
import { parse, CsvError } from 'csv-parse';
import type { CsvColumn, CsvFormat, Role } from '../pure/types.ts';
import { columnsOf, delimiterOf, type Columns } from './columns.ts';
import { Problems, unreadable } from './problem.ts';
import { lineOf, type AccountLine, type Reading } from './reading.ts';
import { accountKey, cleanText, minorDigits, parseAmount, parseDate } from './values.ts';

interface Row {
  readonly cells: readonly string[];
  /** Number of the line on which it ends, from 1. */
  readonly number: number;
}

/** Rows in which the header is looked for; banks put some about the account before it. */
const maxPreamble = 30;
const chunkCharacters = 64 * 1024;

export async function readCsv(text: string, name: string, role: Role, format: CsvFormat = {}): Promise<Reading> {
  const delimiter = format.delimiter ?? delimiterOf(text, format.columns);
  const rows: Row[] = [];
  const lines: AccountLine[] = [];
  const problems = new Problems();
  let columns: Columns | undefined;
  for await (const row of rowsOf(text, name, delimiter)) {
    if (columns) {
      const found = columns;
      const line = problems.at(`${name}:${row.number}`, () => lineFrom(row, found, name, role, format));
      if (line) lines.push(line);
    } else {
      columns = columnsOf(row.cells, format.columns);
      rows.push(row);
      if (!columns && rows.length > maxPreamble) break;
    }
  }
  if (!columns) throw unreadable(name, noHeader(rows[0], role));
  problems.throwIfAny(`How a file is to be read is said by --${role}-csv, such as --${role}-csv decimal=comma`);
  return { format: 'CSV', lines, balances: [], notes: [] };
}

async function* rowsOf(text: string, name: string, delimiter: string): AsyncGenerator<Row> {
  const parser = parse({ delimiter, bom: true, info: true, relax_column_count: true, skip_empty_lines: true });
  // Slice by slice, so that the worker's heartbeat gets its turn in between.
  const source = Readable.from(slices(text)).on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, info } of source.pipe(parser) as AsyncIterable<Parsed>)
      yield { cells: record, number: info.lines };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw unreadable(`${name}:${Number(error['lines'])}`, `this is no CSV: ${error.message}`);
  }
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

function* slices(text: string): Generator<string> {
  for (let start = 0; start < text.length; start += chunkCharacters) yield text.slice(start, start + chunkCharacters);
}

function noHeader(first: Row | undefined, role: Role): string {
  if (!first) return 'the file is empty';
  const seen = first.cells.slice(0, 12).join(', ').slice(0, 200);
  return `no header with a date and an amount was found (the first row is: ${seen}). Name the columns: --${role}-csv column.date=NAME --${role}-csv column.amount=NAME`;
}

function lineFrom(
  { cells, number }: Row,
  columns: Columns,
  name: string,
  role: Role,
  format: CsvFormat,
): AccountLine | undefined {
  if (cells.every((cell) => cell.trim() === '')) return undefined;
  const cell = (column: CsvColumn): string => cells[columns[column] ?? -1]?.trim() ?? '';
  const least = Math.max(columns.date, columns.amount ?? 0, Math.min(columns.debit ?? 0, columns.credit ?? 0));
  if (cells.length <= least)
    throw new RangeError(
      `it has ${cells.length} columns, and the date and the amount need ${least + 1}; is a quote missing?`,
    );
  const currency = (cell('currency') || format.currency || '').toUpperCase();
  minorDigits(currency);
  return {
    account: accountKey(cell('account') || format.account || ''),
    currency,
    line: lineOf({
      place: `${name}:${number}`,
      date: parseDate(cell('date'), format.dates),
      amount: amountFrom(cell, currency, format, (format.debit ?? (role === 'ledger' ? 'in' : 'out')) === 'in'),
      reference: cleanText(cell('reference')),
      counterparty: cleanText(cell('counterparty')),
      text: cleanText(cell('text')),
    }),
  };
}

type Cell = (column: CsvColumn) => string;

function amountFrom(cell: Cell, currency: string, { decimal }: CsvFormat, debitIsIn: boolean): string {
  const single = cell('amount');
  if (single === '') return fromTwoColumns(cell, currency, decimal, debitIsIn);
  const amount = parseAmount(single, currency, decimal);
  const indicator = cell('indicator');
  if (indicator === '') return amount;
  const isIn = isDebit(indicator) === debitIsIn;
  if (amount.startsWith('-') && isIn)
    throw new RangeError(
      `the amount ${single} is negative, and '${indicator}' says that it was gained; only one can be meant`,
    );
  return isIn || amount.startsWith('-') ? amount : negated(amount);
}

function fromTwoColumns(cell: Cell, currency: string, decimal: CsvFormat['decimal'], debitIsIn: boolean): string {
  const [debit, credit] = (['debit', 'credit'] as const).map((column) => {
    const text = cell(column);
    return text === '' ? undefined : parseAmount(text, currency, decimal);
  });
  const given = [debit, credit].filter((amount) => amount !== undefined && Number(amount) !== 0);
  if (given.length > 1) throw new RangeError('debit and credit both have an amount; a line has one of them');
  if (debit === undefined && credit === undefined) throw new RangeError('the amount is empty');
  const isDebitLine = debit !== undefined && (Number(debit) !== 0 || credit === undefined);
  const amount = (isDebitLine ? debit : credit) ?? '0';
  // Some write what leaves as a negative number in its own column; the column has said so already.
  const size = amount.replace(/^-/, '');
  return isDebitLine === debitIsIn ? size : negated(size);
}

function isDebit(indicator: string): boolean {
  const word = indicator.toUpperCase().replaceAll(/[^A-Z+-]/g, '');
  if (['D', 'DR', 'DBIT', 'DEBIT', 'S', 'SOLL', '-'].includes(word)) return true;
  if (['C', 'CR', 'CRDT', 'CREDIT', 'H', 'HABEN', '+'].includes(word)) return false;
  throw new RangeError(`'${indicator}' says neither debit nor credit; write D or C`);
}

function negated(amount: string): string {
  return Number(amount) === 0 ? amount : `-${amount}`;
}
