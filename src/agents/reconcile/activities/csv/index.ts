/**
 * Ledgers and statements in CSV: columns are found by their names, in many languages, wherever the header stands.
 * A debit is money in for a ledger and money out for a statement, as either side of a bank says it.
 */
import { given } from '../../../../index.ts';
import type { StatementFormat } from '../../pure/csv-format.ts';
import type { Role } from '../../pure/types.ts';
import type { DateOrders } from '../dates.ts';
import { unreadable } from '../problem.ts';
import type { FileContent } from '../reading.ts';
import { RowReader, type RowReaderInput, type RowsBefore } from './row-reader.ts';
import { eachRow, type RowsInput } from './rows.ts';
import { rulesOf } from './rules.ts';

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export async function readCsv(text: string, name: string, role: Role, csv: StatementFormat = {}): Promise<FileContent> {
  const { reader, notes } = await readRowsOf(text, name, role, csv);
  reader.assertDirection();
  reader.assertRead();
  return {
    format: 'CSV',
    lines: reader.lines,
    balances: [],
    notes: [...notes, ...reader.notes()],
  };
}

export interface RowsRead {
  readonly reader: RowReader;
  /** By which more of the same rows are read without a guess. */
  readonly settings: Pick<StatementFormat, 'profile' | 'delimiter' | 'decimal'>;
  /** What was guessed. */
  readonly notes: readonly string[];
}

/**
 * The rows of a file, or of a slice of one below what stands above its first row.
 *
 * @param before what stands between the two
 * @throws {ApplicationFailure} of type `UnreadableFile`
 */
export async function readRowsOf(
  text: string,
  name: string,
  role: Role,
  csv: StatementFormat,
  before?: RowsBefore,
): Promise<RowsRead> {
  const { format, profile, columns, delimiter, notes } = rulesOf(text, name, role, csv);
  const read: Read = (tried, orders) => {
    const isTrial = orders !== undefined;
    const input: RowReaderInput = { format: tried, columns, name, role, isTrial, ...given({ before, orders }) };
    return readRows(text, delimiter, input);
  };
  const first = await read(format);
  const guessed = first.problems.count > 0 ? await guessSettings(format, read, first, before) : undefined;
  const reader = guessed?.reader ?? first;
  if (!reader.hasColumns) throw unreadable(name, reader.noHeader());
  reader.problems.throwIfAny(`How a file is to be read is said by --${role}-csv, such as --${role}-csv decimal=comma`);
  const shown = reader.shown.mark === 'point' ? 'point' : undefined;
  return {
    reader,
    settings: { profile, delimiter, ...given({ decimal: format.decimal ?? shown }), ...guessed?.settings },
    notes: [...notes, ...(guessed?.notes ?? [])],
  };
}

/** By the kind of line end that comes first; where rows then do not fit and there are others, by each of them. */
async function readRows(text: string, delimiter: string, input: RowReaderInput): Promise<RowReader> {
  const rows = { text, name: input.name, delimiter, ...given({ linesBefore: input.before?.lines }) };
  const reader = await readQuoted(rows, input);
  if ((reader.hasColumns && reader.problems.count === 0) || !hasMixedEnds(text)) return reader;
  const other = await readQuoted({ ...rows, everyEnd: true }, input);
  if (!other.hasColumns || other.problems.count > 0) return reader;
  other.sayOf('its line ends are of several kinds, and each was read as the end of a row');
  return other;
}

function hasMixedEnds(text: string): boolean {
  return /\r/.test(text) && (/(?<!\r)\n/.test(text) || (/\r(?!\n)/.test(text) && text.includes('\n')));
}

async function readQuoted(rows: RowsInput, input: RowReaderInput): Promise<RowReader> {
  try {
    const reader = new RowReader(input);
    return reader.finish(await eachRow(rows, (row) => reader.take(row)));
  } catch (error) {
    if (!isStrayQuote(error)) throw error;
    const reader = new RowReader(input);
    const lines = await eachRow({ ...rows, strayQuotes: true }, (row) => reader.take(row));
    reader.sayOf('quotes inside of fields were read as they stand');
    return reader.finish(lines);
  }
}

function isStrayQuote(error: unknown): boolean {
  return error instanceof Error && /Invalid (?:Opening|Closing) Quote/.test(error.message);
}

interface Guessed {
  readonly reader: RowReader;
  readonly settings: Pick<StatementFormat, 'decimal'>;
  readonly notes: readonly string[];
}

/** @param orders of the dates, in a trial that stops at the first problem */
type Read = (tried: StatementFormat, orders?: DateOrders) => Promise<RowReader>;

/** Settings that nobody gave, where one choice of them reads every row and no other does. @param first what was read without */
async function guessSettings(
  format: StatementFormat,
  read: Read,
  first: RowReader,
  before: RowsBefore | undefined,
): Promise<Guessed | undefined> {
  const orders = first.dates.settled;
  const asIs = await fitting(format, read, orders, []);
  if (asIs || format.decimal !== undefined) return asIs;
  const [point, comma] = [
    await fitting({ ...format, decimal: 'point' }, read, orders, ['decimal=point']),
    await fitting({ ...format, decimal: 'comma' }, read, orders, ['decimal=comma']),
  ];
  // With a comma, amounts of earlier slices would have been others.
  const isLate = comma && before?.shown.mark === 'either';
  // Where two fit, only a person knows which is meant.
  return (point && comma) || isLate ? undefined : (point ?? comma);
}

async function fitting(
  format: StatementFormat,
  read: Read,
  orders: DateOrders,
  guessed: readonly string[],
): Promise<Guessed | undefined> {
  const reader = await read(format, orders);
  if (reader.problems.count > 0 || !reader.hasColumns) return undefined;
  const said = Object.keys(orders).length > 0 ? reader.dates.said() : [];
  const notes = [...guessed.map((each) => `${each} was guessed, as nothing else fits every row`), ...said];
  return { reader, settings: given({ decimal: format.decimal }), notes };
}
