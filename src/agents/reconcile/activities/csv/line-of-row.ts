/** One row as a line, once it is known which of its columns is what. */
import type { CsvColumn, StatementFormat } from '../../pure/csv-format.ts';
import type { Role } from '../../pure/types.ts';
import type { AccountLine } from '../line-groups.ts';
import { lineOf } from '../reading.ts';
import { parseCalendarDay } from '../dates.ts';
import { accountKey, cleanText, minorDigits, plain, printable } from '../values.ts';
import { amountOfRow, type CellOf } from './amount.ts';
import type { ColumnPositions } from './columns.ts';
import type { DateNotations } from './date-orders.ts';
import type { DecimalMarks } from './decimal-marks.ts';

/** Such as a legend below the rows, or the rest of a text. */
export function isNoTransaction(cells: readonly string[], { date, amount, debit, credit }: ColumnPositions): boolean {
  const amounts = [...amount, ...debit, ...credit].map((position) => (cells[position] ?? '').trim());
  const hasAmount = amounts.some((text) => text !== '');
  const hasDate = date.some((position) => (cells[position] ?? '').trim() !== '');
  // Where each says something, it may be a transaction that nobody can read.
  if (hasAmount === hasDate) return !hasDate;
  // What moved by a column because of a missing quote has more, and a date among it.
  const filled = cells.filter((cell) => cell.trim() !== '');
  return filled.length <= mostOfFooter && !amounts.some((text) => /\p{Nd}/u.test(text)) && !filled.some(isDay);
}

/** Filled cells of a row below the transactions, such as `Closing balance;1.00`. */
const mostOfFooter = 2;

/** The numbers of the columns of the date and the amount in a row of transactions; undefined where it has none, or several amounts first. */
export function headerless(cells: readonly string[]): { readonly date: number; readonly amount: number } | undefined {
  const date = cells.findIndex((cell) => isDay(cell.trim()));
  const amount = cells.findIndex(
    (cell, at) => at !== date && /^[-+(]{0,2}\d[\d.,' ]{0,20}\)?$/.test(cell.trim().slice(0, 40)),
  );
  return date >= 0 && amount >= 0 ? { date: date + 1, amount: amount + 1 } : undefined;
}

function isDay(cell: string): boolean {
  try {
    return parseCalendarDay(plain(cell.slice(0, 64))) !== undefined;
  } catch (error) {
    // A day of which nobody knows the month is one, too.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

export interface RowRules {
  readonly format: StatementFormat;
  readonly role: Role;
  readonly marks: DecimalMarks;
  readonly dates: DateNotations;
}

/** @param named the currency that the name of its column says @throws {RangeError} */
export function lineFrom(
  cells: readonly string[],
  place: string,
  columns: ColumnPositions,
  { format, role, marks, dates }: RowRules,
  named = '',
): AccountLine {
  assertWide(cells, columns);
  const cell = cellsOf(cells, columns);
  // A row whose amount is none still shows the order of its date.
  dates.take(cell('date'));
  const currency = currencyOfRow(cell('currency'), format.currency ?? '', named);
  minorDigits(currency);
  const { amount, gross } = amountOfRow(cell, {
    currency,
    decimal: format.decimal,
    marks,
    debitIsIn: (format.debit ?? (role === 'ledger' ? 'in' : 'out')) === 'in',
    sign: format.sign,
  });
  // What came in came from the payer, and what went out went to the payee.
  const other = cell('counterparty') || cell(amount.startsWith('-') ? 'payee' : 'payer');
  return {
    account: accountKey(cell('account') || format.account || ''),
    currency,
    line: lineOf({
      place,
      date: dates.day(cell('date')),
      amount,
      gross,
      id: cleanText(cell('id')),
      reference: cleanText(cell('reference')),
      counterparty: cleanText(other),
      text: cleanText(cell('text')),
    }),
  };
}

/** A currency beside an amount whose column names another is that of another amount. @throws {RangeError} */
function currencyOfRow(own: string, given: string, named: string): string {
  const currency = (own || given || named).toUpperCase();
  if (own === '' || named === '' || currency === named) return currency;
  if (given.toUpperCase() === named) return named;
  throw new RangeError(
    `its amount is in ${named} by the name of its column, and its currency is ${printable(own)}; say currency=${named}, or column.amount and column.currency that belong together`,
  );
}

/** Texts of several columns stand together; of everything else the first that is not empty is taken. */
function cellsOf(cells: readonly string[], columns: ColumnPositions): CellOf {
  return (column: CsvColumn): string => {
    const [first = -1, ...more] = columns[column];
    if (more.length === 0) return cells[first]?.trim() ?? '';
    const all = columns[column].map((position) => cells[position]?.trim() ?? '').filter((text) => text !== '');
    return (column === 'text' ? all.join(' ') : all[0]) ?? '';
  };
}

const last = (positions: readonly number[]): number => positions.at(-1) ?? 0;

function assertWide(cells: readonly string[], { date, amount, debit, credit }: ColumnPositions): void {
  const least = Math.max(date[0] ?? 0, last(amount), Math.min(last(debit), last(credit)));
  if (cells.length > least) return;
  throw new RangeError(
    `it has ${cells.length} columns, and the date and the amount need ${least + 1}; is a quote missing?`,
  );
}

/** A mark within a value that is not quoted moves all that follows by a column, the amount perhaps. */
export function assertNotWider(cells: readonly string[], width = Infinity): void {
  const filled = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  if (filled <= width) return;
  throw new RangeError(
    `it has ${filled} columns, and the header ${width}; is a value that contains the delimiter not quoted?`,
  );
}
