/**
 * A large file of CSV read slice by slice, so that no more than one of them is in memory: what stands above the first row
 * is put before each, which is then a small file of its own.
 * How rows are read is settled by the first slice that shows it; a later one that does not fit refuses the file.
 * What only all rows together show, such as both signs in a column for one direction, goes from slice to slice.
 */
import { given } from '../../../../index.ts';
import type { StatementFormat } from '../../pure/csv-format.ts';
import type { Role } from '../../pure/types.ts';
import { decode } from '../decode.ts';
import { besideGuess } from '../problem.ts';
import type { ParsedGroup } from '../line-groups.ts';
import { readRowsOf } from './index.ts';
import type { RowReader, RowsBefore } from './row-reader.ts';
import { rowsEnd } from './rows-end.ts';

/** What earlier slices have shown of the file. */
export interface SliceState extends RowsBefore {
  /** What stands above the first row, as UTF-8. */
  readonly head: Uint8Array;
  readonly csv: StatementFormat;
}

export interface SliceToParse {
  readonly bytes: Uint8Array;
  /** Bytes at their end in which no slice ends, unless the file does. */
  readonly keep: number;
  /** Whether the file ends with them; they begin with a row. */
  readonly isLast: boolean;
  readonly name: string;
  readonly role: Role;
  readonly csv: StatementFormat;
  /** Absent for the first. */
  readonly before?: SliceState;
}

export interface ParsedSlice {
  readonly groups: readonly ParsedGroup[];
  readonly lines: number;
  readonly rows: number;
  readonly notes: readonly string[];
  /** Rows left out, by reason, and those that were taken in though something speaks against it. */
  readonly leftOut: ReadonlyMap<string, number>;
  readonly takenIn: ReadonlyMap<string, number>;
  /** Bytes that were read; what follows begins with a row. None where no row surely ends in them. */
  readonly end: number;
  readonly after: SliceState | undefined;
}

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export async function parseSlice({ bytes, keep, isLast, name, role, csv, before }: SliceToParse): Promise<ParsedSlice> {
  const end = isLast ? bytes.length : rowsEnd(bytes, keep);
  if (end === 0)
    return { groups: [], lines: 0, rows: 0, notes: [], leftOut: new Map(), takenIn: new Map(), end, after: before };
  const settings = { ...csv, ...before?.csv };
  const head = Buffer.from(before?.head ?? []);
  const linesBefore = before ? before.lines + head.toString().split('\n').length - 1 : 0;
  const own = decode(bytes.subarray(0, end), name, settings.encoding, linesBefore);
  const text = head.toString() + own.text;
  // What is left out at the end of a file stands at its end alone.
  const format = isLast ? settings : { ...settings, footer: 0 };
  const { reader, ...read } = await readRowsOf(text, name, role, format, before).catch((error: unknown) => {
    throw besideGuess(error, own.notes);
  });
  if (isLast) reader.assertDirection();
  const next = { ...settings, ...read.settings, ...given({ encoding: settings.encoding ?? own.encoding }) };
  return {
    groups: reader.lines.written(),
    lines: reader.lines.length,
    rows: reader.rows,
    notes: [...own.notes, ...read.notes, ...reader.said],
    leftOut: reader.leftOut.counts,
    takenIn: reader.takenIn.counts,
    end,
    after: stateAfter(before, text, reader, next),
  };
}

function stateAfter(
  before: SliceState | undefined,
  text: string,
  { head, linesBelow, shown }: RowReader,
  csv: StatementFormat,
): SliceState {
  if (before) return { head: before.head, lines: before.lines + linesBelow, csv, shown };
  return { head: new TextEncoder().encode(text).slice(0, head.bytes), lines: linesBelow, csv, shown };
}
