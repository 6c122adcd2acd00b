/**
 * Where a command writes what `-o` names: a new file whole or not at all, and what exists stays what it is.
 * The surprising rule: only a plain file that is this user's alone is replaced; a link, a pipe or a device is written into.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream, lstatSync, readlinkSync, realpathSync, statSync, type Stats } from 'node:fs';
import { lstat, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { unlessMissing } from '../core/missing.ts';
import { FanfoldError } from '../errors.ts';

/** As Linux follows. */
const mostLinks = 40;

/** The name that stands for stdout. */
export const stdout = '-';

/** A file that could be written to, and then could not: a full disk, one that has been taken away. */
export class OutputFailedError extends Error {
  override readonly name = 'OutputFailed';
}

/**
 * Refuses what can never be written, before any work is done for it.
 *
 * @param flag the option that named it, for the message
 * @throws {FanfoldError} of type `InvalidInput` for a folder, or a file in a folder that is not there
 */
export function checkOutput(file: string, flag = '--output'): void {
  if (file === stdout) return;
  const why = unwritable(file);
  if (why !== undefined) throw refused(file, flag, why);
}

/** Whether two names are known to be of one plain file, also by links; or will be, where there is none yet. */
export function isSameFile(one: string, other: string): boolean {
  const [facts, others] = [one, other].map(factsOf);
  if (facts === 'unknown' || others === 'unknown') return false;
  if (!facts || !others) return !facts && !others && resolve(one) === resolve(other);
  return facts.isFile() && facts.dev === others.dev && facts.ino === others.ino;
}

/** Undefined where there is none; unknown where it may not be asked, as of an input that only the worker reads. */
function factsOf(path: string): Stats | 'unknown' | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return 'unknown';
  }
}

function unwritable(file: string): string | undefined {
  try {
    if (file === '') return 'it has no name';
    if (isFolder(file)) return 'it is a folder';
    const folder = dirname(endOf(resolve(file)));
    return isFolder(folder) ? undefined : `there is no folder ${folder}`;
  } catch (error) {
    // Whether it is there cannot be said, so that it is not said that it is not.
    return (error as Error).message;
  }
}

/** Where a link leads to whose end is not there yet. */
function endOf(file: string, links = 0): string {
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (!isLink || links > mostLinks || isFolder(file)) return file;
  return endOf(resolve(realpathSync(dirname(file)), readlinkSync(file)), links + 1);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Writes text to a file, through links, pipes and devices, or to stdout as `-`. The mode of a file stays; a plain file
 * is there as a whole or as it was.
 *
 * @param text all of it, or its pieces as they come
 * @param flag the option that named the file, for the message
 * @throws {FanfoldError} of type `InvalidInput` where it can never be written, an error named `OutputFailed` where writing fails
 * @example await writeOutput('report.md', text);
 */
export async function writeOutput(
  file: string,
  text: string | AsyncIterable<string>,
  flag = '--output',
): Promise<void> {
  if (file === stdout) return pipeline(piecesOf(text), toStdout());
  checkOutput(file, flag);
  try {
    await into(await targetOf(resolve(file)), piecesOf(text));
  } catch (error) {
    // What the pieces themselves fail with is no fault of the file's.
    if (!isOfFile(error)) throw error;
    throw new OutputFailedError(unwrittenText(file, flag, error.message), { cause: error });
  }
}

interface Target {
  readonly path: string;
  /** Undefined where there is nothing yet. */
  readonly facts: Stats | undefined;
  /** Opened as it is, never replaced: a name of a stream that is open already. */
  readonly isStream: boolean;
}

/** Links are followed one by one, as their end may not be there yet. */
async function targetOf(file: string, links = 0): Promise<Target> {
  const facts = await unlessMissing(stat(file));
  const next = (await unlessMissing(lstat(file)))?.isSymbolicLink() ? await readlink(file) : undefined;
  const isStream = ['/dev', '/proc'].some((folder) => file.startsWith(folder + sep));
  if (isStream || next === undefined || links > mostLinks) return { path: file, facts, isStream };
  // Of the folder as it is, since a link's `..` leads from there.
  return targetOf(resolve(await realpath(dirname(file)), next), links + 1);
}

async function into({ path, facts, isStream }: Target, pieces: AsyncIterable<string>): Promise<void> {
  if (!isStream && (!facts || isOwnAlone(facts))) {
    const temporary = join(dirname(path), `.${randomUUID()}.part`);
    const file = await open(temporary, 'wx', facts ? facts.mode & 0o777 : 0o666).catch(() => undefined);
    if (file) return replace(path, temporary, file, facts, pieces);
  }
  await pipeline(pieces, createWriteStream(path));
}

async function replace(
  path: string,
  temporary: string,
  file: Awaited<ReturnType<typeof open>>,
  facts: Stats | undefined,
  pieces: AsyncIterable<string>,
): Promise<void> {
  try {
    if (facts) await file.chmod(facts.mode & 0o7777);
    await pipeline(pieces, file.createWriteStream());
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A file with other names or of another owner would not be itself any more after a rename. */
function isOwnAlone(facts: Stats): boolean {
  const uid = process.getuid?.();
  return (
    facts.isFile() &&
    facts.nlink === 1 &&
    (uid === undefined || (facts.uid === uid && facts.gid === process.getgid?.()))
  );
}

async function* piecesOf(text: string | AsyncIterable<string>): AsyncGenerator<string> {
  if (typeof text === 'string') yield text;
  else yield* text;
}

/** Ends without closing it, as others of this process may still write there. */
function toStdout(): Writable {
  return new Writable({
    decodeStrings: false,
    write: (piece: string, _encoding, done) => void process.stdout.write(piece, done),
  });
}

/** What the system says of a file names the call that failed, or says that a write did not go through. */
function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return 'syscall' in error || ['ENOSPC', 'EPIPE', 'EIO', 'EDQUOT', 'EFBIG'].includes(String(error.code));
}

function refused(file: string, flag: string, why: string): FanfoldError {
  return new FanfoldError('InvalidInput', unwrittenText(file, flag, why), flag.replace(/^-+/, ''));
}

function unwrittenText(file: string, flag: string, why: string): string {
  return `${flag} ${file} cannot be written: ${why}`;
}
