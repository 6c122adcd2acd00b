/**
 * A large file that lies in the store in pieces: CSV slice by slice, with one in memory at a time, and what no slice can
 * be read of whole, as far as that goes.
 */
import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
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
import { formOf } from './sniff.ts';

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
/** In which a file shows what it is. */
const headBytes = 16_000;
/** Parts by account and month; each is an object of the store and an entry in a message. */
const mostChunks = 20_000;

const slicer = { module: moduleBeside(import.meta.url, './csv/slice.ts'), name: 'parseSlice' };

/** Whether it can be read slice by slice, as its beginning shows. */
export async function isSliceable(store: Store, { pieces, csv }: FileInPieces): Promise<boolean> {
  let head = Buffer.alloc(0);
  // A mark that says what it is may be cut as anything else.
  for (const piece of pieces) {
    if (head.length >= headBytes) break;
    head = Buffer.concat([head, (await bytesOf(store, piece)).subarray(0, headBytes)]);
  }
  return !isWide(head, csv?.encoding) && formOf(head.toString()) === 'CSV';
}

/** @throws {ApplicationFailure} of type `InvalidInput` where it has not as many bytes as were said, by which what is read at once is bounded */
async function bytesOf(store: Store, { sha256, bytes }: FilePiece): Promise<Uint8Array> {
  const found = await getBytes(store, inputKey(sha256), sha256);
  if (found.length === bytes) return found;
  const said = `The piece ${sha256} has ${found.length} bytes, and not ${bytes}`;
  throw ApplicationFailure.nonRetryable(`${said}; give as bytes of a piece how many it has`, 'InvalidInput');
}

/** All of it. @throws {ApplicationFailure} of type `UnreadableFile` where it is too large for that */
export async function wholeOf(store: Store, { name, pieces }: FileInPieces, mostBytes: number): Promise<Uint8Array> {
  const total = pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > mostBytes)
    throw unreadable(
      name,
      `it has ${total} bytes; at most ${mostBytes} are read of anything but CSV, so split it by months`,
    );
  const parts: Uint8Array[] = [];
  for (const piece of pieces) parts.push(await bytesOf(store, piece));
  return Buffer.concat(parts);
}

/** @throws {ApplicationFailure} of type `UnreadableFile` */
export async function readSlices(store: Store, file: FileInPieces, { least, keep } = sliceSizes): Promise<FileRead> {
  const { name, role, csv = {}, pieces } = file;
  const hash = createHash('sha256');
  const facts = { bytes: 0, lines: 0, rows: 0 };
  const [leftOut, takenIn] = [new LeftOut(), new LeftOut()];
  const notes = new Set<string>();
  const chunks: Chunk[] = [];
  let before: SliceState | undefined;
  let rest: Uint8Array = new Uint8Array();
  let wanted = least;
  for (const [index, each] of pieces.entries()) {
    const piece = await bytesOf(store, each);
    hash.update(piece);
    facts.bytes += piece.length;
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const isLast = index === pieces.length - 1;
    if (rest.length < wanted && !isLast) continue;
    const slice = { bytes: rest, keep, isLast, name, role, csv, ...given({ before }) };
    const limits = { source: name, signal: currentSignal(), timeoutMs: 300_000, memoryMb: 512 };
    const { groups, end, after, ...read } = await runApart<typeof parseSlice>(slicer, slice, limits);
    rest = rest.slice(end);
    // Where no row ended it is not looked through once more for each small piece.
    wanted = end === 0 ? rest.length + least : least;
    if (rest.length > mostSlice) throw unreadable(name, `no line ends within ${mostSlice} bytes of it`);
    before = after;
    facts.lines += read.lines;
    facts.rows += read.rows;
    for (const note of read.notes) notes.add(note);
    leftOut.addAll(read.leftOut);
    takenIn.addAll(read.takenIn);
    for (const { body, ...group } of groups) chunks.push({ ...group, stored: await putBytes(store, 'lines', body) });
    assertFewParts(name, chunks);
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
    notes: [...notes, ...leftOut.notes('rows'), ...takenIn.notes('rows', '', 'taken in')],
  };
}

/** @throws {ApplicationFailure} of type `UnreadableFile` */
function assertFewParts(name: string, { length }: readonly Chunk[]): void {
  if (length <= mostChunks) return;
  const advice = 'sort it by month, or split it by accounts';
  throw unreadable(name, `it has more than ${mostChunks} parts by account and month; ${advice}`);
}
