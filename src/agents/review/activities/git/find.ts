/**
 * Where the repository of a folder lies, found without git, which would read its configuration to find out.
 * The surprising rule: a `.git` that is there and cannot be used is an error, never "no repository".
 */
import { lstat, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { isMissing } from '../../../../activities/index.ts';

export interface RepositoryPlace {
  /** The folder that `.git` is in. */
  readonly top: string;
  /** What belongs to this checkout: HEAD and the index. */
  readonly gitFolder: string;
  /** What all checkouts of the repository share: objects, references and configuration. */
  readonly commonFolder: string;
}

const longestPointer = 4096;

/** @throws {ApplicationFailure} of type `GitFailed` where there is a `.git` that git could not use */
export async function findRepository(root: string): Promise<RepositoryPlace | undefined> {
  for (let folder = root; ; folder = dirname(folder)) {
    const git = join(folder, '.git');
    if (await lstat(git).catch(absent)) return place(folder, git);
    if (dirname(folder) === folder) return undefined;
  }
}

function absent(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw gitFailed(`'.git' cannot be looked at: ${(error as Error).message}`);
}

async function place(top: string, git: string): Promise<RepositoryPlace> {
  const gitFolder = (await stat(git).catch(absent))?.isDirectory() ? git : await pointedAt(git, /^gitdir: (.+)/, top);
  const shared = join(gitFolder, 'commondir');
  const commonFolder = (await lstat(shared).catch(absent)) ? await pointedAt(shared, /^(.+)/, gitFolder) : gitFolder;
  for (const needed of [join(gitFolder, 'HEAD'), join(commonFolder, 'objects'), join(commonFolder, 'refs')]) {
    if (!(await stat(needed).catch(absent)))
      throw gitFailed(`'${git}' is no whole repository: '${needed}' is missing. Repair it, or take '.git' away`);
  }
  return { top, gitFolder, commonFolder };
}

/** The folder that a small file names, as linked worktrees and submodules have one. */
async function pointedAt(file: string, form: RegExp, base: string): Promise<string> {
  const status = await stat(file).catch(absent);
  const text = status?.isFile() && status.size <= longestPointer ? await readFile(file, 'utf8') : '';
  const named = form.exec(text)?.[1]?.trim();
  if (!named) throw gitFailed(`'${file}' names no folder of a repository. Repair it, or take it away`);
  return resolve(base, named);
}

export function gitFailed(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`git cannot read the repository: ${message}`, 'GitFailed');
}
