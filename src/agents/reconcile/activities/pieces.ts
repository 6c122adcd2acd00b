/**
 * A large file that lies in the store in pieces: CSV slice by slice, with one in memory at a time, and what no slice can
 * be read of whole, as far as that goes.
 */
import { createHash } from 'node:crypto';
import { currentSignal, moduleBeside, runApart } from '../../../activities/index.ts';
import { given } from '../../../index.ts';
import type { Store } from '../../../store/index.ts';
import type { StatementFormat } from '../pure/csv-format.ts';
import { inputKey, type Chunk, type FilePiece, type FileRead, type Role } from '../pure/types.ts';
import { assertRead } from './csv/row-reader.ts';
import type { parseSlice, SliceState } from './csv/slice.ts';
import { isWide } from './decode.ts';
import { getBytes, putBytes } from './objects.ts';
import { unreadable } from './problem.ts';
import { LeftOut } from './reading.ts';
import { isCsv } from './sniff.ts';

export interface FileInPieces {
  readonly name: string;
  readonly role: Role;
  readonly csv?: StatementFormat;
  readonly pieces: readonly FilePiece[];
}

export interface SliceSizes {
  /** Bytes of a slice at least, so that a file in a thousand pieces is not as many parts. */
  readonly least: number;
  /** Bytes at the end of a slice that go to the next: more than a row has, and than all footers together. */
  readonly keep: number;
}

export const sliceSizes: SliceSizes = { least: 8 * 1024 * 1024, keep: 256 * 1024 };
/** A file whose lines cannot be told apart is not gathered without end. */
const mostSlice = 64 * 1024 * 1024;
/** Parts by account and month; each is an object of the store and an entry in a message. */
const mostChunks = 20_000;

const slicer = { module: moduleBeside(import.meta.url, './csv/slice.ts'), name: 'parseSlice' };

/** Whether it can be read slice by slice, as its beginning shows. */
export async function isSliceable(store: Store, { pieces, csv }: FileInPieces): Promise<boolean> {
  const [first] = pieces;
  const bytes = first ? await getBytes(store, inputKey(first.sha256), first.sha256) : new Uint8Array();
  return !isWide(bytes, csv?.encoding) && isCsv(Buffer.from(bytes.subarray(0, 16_000)).toString());
}

/** All of it. @throws {ApplicationFailure} of type `UnreadableFile` where it is too large for that */
export async function wholeOf(store: Store, { name, pieces }: FileInPieces, mostBytes: number): Promise<Uint8Array> {
  const total = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > mostBytes)
    throw unreadable(
      name,
      `it has ${total} bytes; at most ${mostBytes} are read of anything but CSV, so split it by months`,
    );
  return Buffer.concat(await Promise.all(pieces.map(({ sha256 }) => getBytes(store, inputKey(sha256), sha256))));
}

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export async function readSlices(store: Store, file: FileInPieces, { least, keep } = sliceSizes): Promise<FileRead> {
  const { name, role, csv = {}, pieces } = file;
  const hash = createHash('sha256');
  const facts = { bytes: 0, lines: 0, rows: 0 };
  const leftOut = new LeftOut();
  const notes = new Set<string>();
  const chunks: Chunk[] = [];
  let before: SliceState | undefined;
  let rest: Uint8Array = new Uint8Array();
  for (const [index, { sha256 }] of pieces.entries()) {
    const piece = await getBytes(store, inputKey(sha256), sha256);
    hash.update(piece);
    facts.bytes += piece.length;
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const isLast = index === pieces.length - 1;
    if (rest.length < least && !isLast) continue;
    const slice = { bytes: rest, keep, isLast, name, role, csv, ...given({ before }) };
    const limits = { source: name, signal: currentSignal(), timeoutMs: 300_000, memoryMb: 512 };
    const { groups, end, after, ...read } = await runApart<typeof parseSlice>(slicer, slice, limits);
    rest = rest.slice(end);
    if (rest.length > mostSlice) throw unreadable(name, `no line ends within ${mostSlice} bytes of it`);
    before = after;
    facts.lines += read.lines;
    facts.rows += read.rows;
    for (const note of read.notes) notes.add(note);
    for (const [reason, count] of read.leftOut) leftOut.add(reason, count);
    for (const { body, ...group } of groups) chunks.push({ ...group, stored: await putBytes(store, 'lines', body) });
    if (chunks.length > mostChunks)
      throw unreadable(
        name,
        `it has more than ${mostChunks} parts by account and month; sort it by month, or split it by accounts`,
      );
  }
  assertRead(name, facts.lines, facts.rows, leftOut);
  const { bytes, lines } = facts;
  return {
    name,
    role,
    format: 'CSV',
    sha256: hash.digest('hex'),
    bytes,
    lines,
    chunks,
    balances: [],
    notes: [...notes, ...leftOut.notes('rows')],
  };
}
