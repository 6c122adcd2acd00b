/** The rows of a CSV, slice by slice, so that the worker's heartbeat gets its turn in between. */
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { parse, type CsvError } from 'csv-parse';
import { unreadable } from '../problem.ts';
import { eachPlainRow, isBlank, isPlain, type StatementRow } from './plain-rows.ts';

export interface RowsInput {
  readonly text: string;
  /** Of the file, for errors. */
  readonly name: string;
  readonly delimiter: string;
  /** Takes a quote inside of a field for what it is. */
  readonly strayQuotes?: boolean;
  /** Ends a row at each kind of line end, and not only at the first one's. */
  readonly everyEnd?: boolean;
  /** Lines of the file that are not in the text, for errors. @default 0 */
  readonly linesBefore?: number;
}

const sliceBytes = 64 * 1024;
/** A row of a statement is shorter by far; more is a quote that is never closed. */
const maxRowCharacters = 200_000;

/**
 * Calls `take` with each row that is not blank, until it gives false.
 *
 * @returns the number that a line after the last one would have
 * @throws {ApplicationFailure} of type `UnreadableFile`
 */
export async function eachRow(input: RowsInput, take: (row: StatementRow) => boolean): Promise<number> {
  if (isPlain(input.text, maxRowCharacters)) return eachPlainRow(input.text, input.delimiter, take);
  return eachParsedRow(input, take);
}

/** As {@link eachRow}, of any text. */
export async function eachParsedRow(
  { text, name, delimiter, strayQuotes = false, everyEnd = false, linesBefore = 0 }: RowsInput,
  take: (row: StatementRow) => boolean,
): Promise<number> {
  // As bytes, since a slice of a text may end within a character.
  const bytes = Buffer.from(text);
  const state: { stopped: boolean; failure?: Error } = { stopped: false };
  const parser = parse({
    delimiter,
    bom: true,
    ...(everyEnd ? { record_delimiter: ['\r\n', '\n', '\r'] } : {}),
    relax_column_count: true,
    relax_quotes: strayQuotes,
    skip_empty_lines: true,
    max_record_size: maxRowCharacters,
    on_record: (cells: string[], { lines: number, bytes: end }) => {
      if (!state.stopped && !isBlank(cells)) state.stopped = !take({ cells, number, end });
      return null;
    },
  });
  const over = new Promise<void>((resolve) => {
    parser.once('end', resolve).once('close', resolve);
    parser.once('error', (error) => {
      state.failure = error;
      resolve();
    });
  });
  parser.resume();
  for (let start = 0; start < bytes.length && !state.stopped && !state.failure; start += sliceBytes) {
    if (!parser.write(bytes.subarray(start, start + sliceBytes))) await Promise.race([once(parser, 'drain'), over]);
    await setImmediate();
  }
  if (state.stopped) parser.destroy();
  else parser.end();
  await over;
  const { failure } = state;
  if (!failure) return parser.info.lines;
  throw isCsvError(failure)
    ? unreadable(
        `${name}:${Number(failure['lines']) + linesBefore}`,
        `this is no CSV: ${failure.message.slice(0, 300)}`,
      )
    : failure;
}

function isCsvError(error: Error): error is CsvError {
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('CSV_');
}
