/** Folders and repositories for tests of reviews. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type Files = Readonly<Record<string, string | Buffer>>;

export async function folder(files: Files): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'fanfold-review-')));
  await add(root, files);
  return root;
}

export async function add(root: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

export function git(root: string, ...args: string[]): string {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...who, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] }).toString();
}

/** A repository of one commit. */
export async function repository(files: Files): Promise<string> {
  const root = await folder(files);
  git(root, 'init', '-b', 'main');
  git(root, 'add', '.');
  git(root, 'commit', '-m', 'first');
  return root;
}

/** Lines of a program that assign to `value_<from>` to `value_<to>`. */
export const text = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `value_${from + index} = ${from + index}\n`).join('');
