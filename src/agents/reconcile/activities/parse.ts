/**
 * One file as its lines by account, currency and month, written as they go into the store: done on a thread of its own,
 * as the file is a stranger's, and so that no line is copied between threads as an object.
 */
import { given } from '../../../index.ts';
import type { StatementFormat } from '../pure/csv-format.ts';
import type { FileFormat, Role, StatementBalances } from '../pure/types.ts';
import { decode } from './decode.ts';
import type { ParsedGroup } from './line-groups.ts';
import { besideGuess } from './problem.ts';
import { readAny } from './sniff.ts';

export interface FileToParse {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly role: Role;
  readonly csv?: StatementFormat;
}

export interface ParsedFile {
  readonly format: FileFormat;
  readonly lines: number;
  readonly balances: readonly StatementBalances[];
  readonly notes: readonly string[];
  readonly groups: readonly ParsedGroup[];
}

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export async function parseFinancialFile({ bytes, name, role, csv }: FileToParse): Promise<ParsedFile> {
  const { text, notes: guessed } = decode(bytes, name, csv?.encoding);
  const { lines, format, balances, notes } = await readAny(text, name, role, csv).catch((error: unknown) => {
    throw besideGuess(error, guessed);
  });
  const all = [...guessed, ...notes, ...(format === 'CSV' ? [] : unheard(format, csv))];
  return { format, lines: lines.length, balances, notes: all, groups: lines.written() };
}

/** A sign or an order of dates that was given, and that a format settles itself. */
function unheard(format: FileFormat, { encoding: _heard, ...rest }: StatementFormat = {}): string[] {
  const names = Object.keys(given(rest)).join(', ');
  return names === '' ? [] : [`read without ${names}: of ${format} only the encoding can be set`];
}
