/**
 * The files of a review: what git lists, or what a walk finds; read only if they are inside the root.
 * The surprising rule: a link is never followed out of the root, neither when files are listed nor when one is read.
 */
import { lstat, open, readdir, readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { systemCode, unlessMissing } from '../../../activities/index.ts';
import { masked } from '../pure/secrets.ts';
import type { Repository } from './git/repository.ts';

/** Larger files are data or generated more often than written. */
export const mostFileBytes = 512 * 1024;
/** Lines of this average length are nobody's writing. */
const longestAverageLine = 400;
const neverWalked = new Set(['node_modules', '.git', '.hg', '.svn', '__pycache__', '.venv', 'venv']);

/** Whether it is what fanfold itself keeps where nobody said otherwise. */
export function isOwnState(path: string): boolean {
  return /(?:^|\/)\.fanfold\//.test(path);
}

export interface SourceText {
  readonly text: string;
  readonly lines: readonly string[];
  /** The lines without what is secret: what a report or a model is given. */
  readonly shown: readonly string[];
}

/** A file's lines, or why it is not reviewed. */
export type ReviewedSource = SourceText | { readonly skip: string };

/** The root's real path. @throws {ApplicationFailure} of type `InvalidInput` where it is no folder */
export async function realRoot(root: string): Promise<string> {
  const real = await unlessMissing(realpath(root)).catch((error: unknown) => cannotOpen(root, error));
  if (real !== undefined && (await lstat(real)).isDirectory()) return real;
  throw ApplicationFailure.nonRetryable(`There is no folder '${root}' on this worker`, 'InvalidInput');
}

function cannotOpen(path: string, error: unknown): never {
  throw ApplicationFailure.nonRetryable(
    `'${path}' cannot be opened on this worker (${systemCode(error)})`,
    'InvalidInput',
  );
}

/** @throws {ApplicationFailure} of type `InvalidInput` for a path that leads out of the root, or to nothing */
export async function within(root: string, path: string): Promise<string> {
  const target = resolve(root, path);
  const found = isInside(root, target) ? unlessMissing(realpath(target)) : target;
  const real = await Promise.resolve(found).catch((error: unknown) => cannotOpen(path, error));
  if (real === undefined)
    throw ApplicationFailure.nonRetryable(`There is no '${path}' in '${root}' on this worker`, 'InvalidInput');
  if (isInside(root, real)) return real;
  throw ApplicationFailure.nonRetryable(`'${path}' leads out of the folder that is reviewed`, 'InvalidInput');
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** The paths of all files in what was asked for, relative to the root and with `/`. */
export async function listFiles(
  root: string,
  asked: readonly string[],
  repository: Repository | undefined,
  signal: AbortSignal,
): Promise<string[]> {
  const found = new Set<string>();
  const listed: string[] = [];
  for (const path of asked) {
    const real = await within(root, path);
    const name = named(root, real);
    if ((await lstat(real)).isFile()) found.add(name);
    else if (repository && !(await ignored(repository, name))) listed.push(name === '' ? '.' : name);
    // Who names a folder that git ignores means it.
    else for await (const each of walk(root, name, signal)) found.add(each);
  }
  if (repository && listed.length > 0) for (const path of await repository.files(listed)) found.add(path);
  return [...found].filter((path) => !isOwnState(path)).toSorted();
}

async function ignored(repository: Repository, name: string): Promise<boolean> {
  return name !== '' && repository.ignores(name);
}

function named(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

async function* walk(root: string, folder: string, signal: AbortSignal): AsyncGenerator<string> {
  signal.throwIfAborted();
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  for (const entry of entries) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !neverWalked.has(entry.name)) yield* walk(root, name, signal);
    else if (entry.isFile()) yield name;
  }
}

export async function isTooLarge(root: string, path: string): Promise<boolean> {
  const status = await unlessMissing(lstat(join(root, path))).catch(() => undefined);
  return status !== undefined && status.size > mostFileBytes;
}

const headBytes = 256;

/** The first line of a file, or of what is there of it; empty of what cannot be read, which says so where it is read whole. */
export async function firstLineOf(root: string, path: string): Promise<string> {
  const status = await unlessMissing(lstat(join(root, path))).catch(() => undefined);
  if (!status?.isFile()) return '';
  const file = await open(await within(root, path)).catch(() => undefined);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return /^[^\r\n]*/.exec(buffer.toString('utf8', 0, bytesRead))?.[0] ?? '';
  } finally {
    await file.close();
  }
}

/** A file's lines, or why it is not reviewed. */
export async function readSource(root: string, path: string): Promise<ReviewedSource> {
  const status = await unlessMissing(lstat(join(root, path))).catch(systemCode);
  if (typeof status === 'string') return { skip: `unreadable (${status})` };
  if (!status) return { skip: path.includes('\uFFFD') ? 'a name that is no UTF-8' : 'gone' };
  if (status.isSymbolicLink()) return { skip: 'a link' };
  if (!status.isFile()) return { skip: 'no file' };
  if (status.size > mostFileBytes) return { skip: `larger than ${mostFileBytes / 1024} KiB` };
  const bytes = await readFile(await within(root, path)).catch(systemCode);
  if (typeof bytes === 'string') return { skip: `unreadable (${bytes})` };
  if (bytes.subarray(0, 8192).includes(0)) return { skip: 'binary' };
  const source = sourceText(bytes.toString('utf8'));
  const { text, lines } = source;
  if (text.length > 5000 && text.length / lines.length > longestAverageLine) return { skip: 'minified or generated' };
  return source;
}

export function sourceText(given: string): SourceText {
  const text = given.replace(/^\uFEFF/, '');
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '' && lines.length > 1) lines.pop();
  return { text, lines, shown: masked(lines) };
}
