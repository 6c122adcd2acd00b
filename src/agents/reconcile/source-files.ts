/** Files of this machine as a run is given them: small ones along with its start, others through the store, large ones in pieces. */
import { createHash } from 'node:crypto';
import { open, readFile, stat } from 'node:fs/promises';
import { FanfoldError, given } from '../../command.ts';
import type { Store } from '../../store/index.ts';
import type { StatementFormat } from './pure/csv-format.ts';
import { inputKey, type FilePiece, type SourceFile } from './pure/types.ts';

export interface FileOfShell {
  readonly path: string;
  readonly csv: StatementFormat | undefined;
}

/** Files that together have no more than this go along with the start of the run. */
const maxInlineBytes = 500_000;
/** Files that have more are put and read in pieces, so that nobody holds all of one. */
const pieceBytes = 8 * 1024 * 1024;

/** @throws {FanfoldError} of type `InvalidInput` for one that cannot be read */
export async function sourceFiles(files: readonly FileOfShell[], store: () => Promise<Store>): Promise<SourceFile[]> {
  const all = await Promise.all(files.map(async (file) => ({ ...file, ...(await reading(file.path, sizedOrRead)) })));
  const isSmall = all.reduce((sum, { size }) => sum + size, 0) <= maxInlineBytes;
  const found: SourceFile[] = [];
  for (const { path, csv, bytes } of all) {
    const named = { name: path, ...given({ csv }) };
    if (!bytes) found.push({ ...named, pieces: await inPieces(path, await store()) });
    else found.push({ ...named, ...(isSmall ? inline(bytes) : await put(await store(), bytes)) });
  }
  return found;
}

/** Of a large file only how large it is; of what is no file, such as a pipe, nobody knows that before. */
async function sizedOrRead(path: string): Promise<{ readonly size: number; readonly bytes?: Buffer }> {
  const facts = await stat(path);
  if (facts.isFile() && facts.size > pieceBytes) return { size: facts.size };
  const bytes = await readFile(path);
  return { size: bytes.length, bytes };
}

async function inPieces(path: string, store: Store): Promise<FilePiece[]> {
  const pieces: FilePiece[] = [];
  for await (const bytes of bytesOf(path)) pieces.push({ ...(await put(store, bytes)), bytes: bytes.length });
  return pieces;
}

function inline(bytes: Buffer): { content: string } | { base64: string } {
  const content = bytes.toString('utf8');
  return Buffer.from(content, 'utf8').equals(bytes) ? { content } : { base64: bytes.toString('base64') };
}

async function put(store: Store, bytes: Buffer): Promise<{ sha256: string }> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await store.put(inputKey(sha256), bytes);
  return { sha256 };
}

/** The SHA-256 of each, by its path, as a report has them. @throws {FanfoldError} of type `InvalidInput` for one that cannot be read */
export async function hashesOf(paths: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const path of paths) {
    const hash = createHash('sha256');
    for await (const bytes of bytesOf(path)) hash.update(bytes);
    found[path] = hash.digest('hex');
  }
  return found;
}

/** What cannot be opened, and what fails while it is read, such as a folder. */
async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    const file = await open(path);
    yield* file.createReadStream({ highWaterMark: pieceBytes }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw unread(path, error as NodeJS.ErrnoException);
  }
}

function reading<R>(path: string, read: (path: string) => Promise<R>): Promise<R> {
  return read(path).catch((error: NodeJS.ErrnoException) => {
    throw unread(path, error);
  });
}

function unread(path: string, error: NodeJS.ErrnoException): FanfoldError {
  const problem = error.code === 'ENOENT' ? 'there is no such file' : error.message;
  return new FanfoldError('InvalidInput', `${path} cannot be read: ${problem}`, 'file');
}
