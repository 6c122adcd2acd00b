/**
 * One file as its lines by account, currency and month, written as they go into the store: done on a thread of its own,
 * as the file is a stranger's, and so that no line is copied between threads as an object.
 */
import type { StatementFormat } from '../pure/csv-format.ts';
import type { Line } from '../pure/lines.ts';
import { sumOf } from '../pure/sums-of-amounts.ts';
import type { Chunk, FileFormat, Role, StatementBalances } from '../pure/types.ts';
import { decode } from './decode.ts';
import { toJson } from './json-bytes.ts';
import type { AccountLine } from './reading.ts';
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

export interface ParsedGroup extends Omit<Chunk, 'stored'> {
  /** JSON of its lines. */
  readonly body: Uint8Array;
}

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export async function parseFinancialFile({ bytes, name, role, csv }: FileToParse): Promise<ParsedFile> {
  const { text, notes: guessed } = decode(bytes, name, csv?.encoding);
  const { lines, format, balances, notes } = await readAny(text, name, role, csv);
  return { format, lines: lines.length, balances, notes: [...guessed, ...notes], groups: groupsOf(lines) };
}

export function groupsOf(lines: readonly AccountLine[]): ParsedGroup[] {
  return grouped(lines).map(([key, own]) => groupOf(key, own));
}

function grouped(lines: readonly AccountLine[]): [string, Line[]][] {
  const groups = new Map<string, Line[]>();
  for (const { account, currency, line } of lines) {
    const key = [account, currency, line.date.slice(0, 7)].join('\u0000');
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups];
}

function groupOf(key: string, lines: readonly Line[]): ParsedGroup {
  const [account = '', currency = '', month = ''] = key.split('\u0000');
  const total = sumOf(lines.map(({ amount }) => amount));
  return { account, currency, month, lines: lines.length, total, body: toJson(lines) };
}
