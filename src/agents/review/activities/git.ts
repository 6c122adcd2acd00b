/**
 * What git knows of a folder: its files without the ignored ones, and what changed in them.
 * The surprising rule: helpers that a repository's configuration names (monitors, external diffs) are not run.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { LineRange } from '../pure/findings.ts';
import { run, type Output } from './child.ts';

const timeout = 60_000;

export class Repository {
  readonly #root: string;
  readonly #signal: AbortSignal;
  /** The folder that has the repository, at the root or above it. */
  readonly top: string;

  private constructor(root: string, top: string, signal: AbortSignal) {
    this.#root = root;
    this.top = top;
    this.#signal = signal;
  }

  /** Undefined where the folder is in none, or git is not installed. */
  static async find(root: string, signal: AbortSignal): Promise<Repository | undefined> {
    try {
      const { code, stdout } = await git(root, ['rev-parse', '--show-toplevel'], signal);
      return code === 0 ? new Repository(root, stdout.trimEnd(), signal) : undefined;
    } catch (error) {
      if (error instanceof ApplicationFailure && error.type === 'AnalyserMissing') return undefined;
      throw error;
    }
  }

  /** Relative to the root; a folder that is ignored as a whole has none. */
  async files(paths: readonly string[]): Promise<string[]> {
    const listing = [
      '--literal-pathspecs',
      'ls-files',
      '-z',
      '--cached',
      '--others',
      '--exclude-standard',
      '--deduplicate',
      '--',
      ...paths,
    ];
    return split(await this.#answer(listing));
  }

  async ignores(path: string): Promise<boolean> {
    const { code } = await git(this.#root, ['check-ignore', '-q', '--', path], this.#signal);
    return code === 0;
  }

  /**
   * The lines of each file that changed since `reference` branched off, what is not committed included.
   *
   * @throws {ApplicationFailure} of type `InvalidInput` for a revision that is none
   */
  async changes(reference: string, paths: readonly string[]): Promise<Map<string, LineRange[] | undefined>> {
    const base = await this.#base(reference);
    const plain = [
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      '--no-renames',
      '--src-prefix=a/',
      '--dst-prefix=b/',
    ];
    const patch = await this.#answer([
      '--literal-pathspecs',
      'diff',
      '-U0',
      '--relative',
      '--diff-filter=AM',
      ...plain,
      base,
      '--',
      ...paths,
    ]);
    const changed = new Map<string, LineRange[] | undefined>(changedLines(patch));
    const untracked = ['--literal-pathspecs', 'ls-files', '-z', '--others', '--exclude-standard', '--', ...paths];
    for (const path of split(await this.#answer(untracked))) changed.set(path, undefined);
    return changed;
  }

  async #base(reference: string): Promise<string> {
    const verify = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${reference}^{commit}`];
    const { code, stdout } = await git(this.#root, verify, this.#signal);
    if (code !== 0)
      throw ApplicationFailure.nonRetryable(`'${reference}' is no revision of this repository`, 'InvalidInput');
    const commit = stdout.trim();
    const merge = await git(this.#root, ['merge-base', commit, 'HEAD'], this.#signal);
    return merge.code === 0 ? merge.stdout.trim() : commit;
  }

  async #answer(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await git(this.#root, args, this.#signal);
    if (code === 0) return stdout;
    throw ApplicationFailure.nonRetryable(`git failed: ${stderr.trim().slice(0, 500)}`, 'GitFailed');
  }
}

function git(cwd: string, args: readonly string[], signal: AbortSignal): Promise<Output> {
  const safe = ['--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];
  return run({ command: 'git', args: [...safe, ...args], cwd, signal, timeout });
}

function split(listing: string): string[] {
  return listing.split('\0').filter((path) => path !== '');
}

/** The lines that a patch without context adds, by file; a file that only lost lines has none. */
export function changedLines(patch: string): Map<string, LineRange[]> {
  const changed = new Map<string, LineRange[]>();
  let ranges: LineRange[] = [];
  // Lines of a hunk are counted, since a changed line may itself look like a header.
  let left = 0;
  for (const line of patch.split('\n')) {
    if (left > 0) {
      left -= line.startsWith('\\') ? 0 : 1;
      continue;
    }
    const name = /^\+\+\+ (?:b\/(.*?)\t?|("b\/.*")\t?)$/.exec(line);
    if (name) {
      ranges = [];
      changed.set(name[1] ?? unquoted(name[2] ?? ''), ranges);
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (!hunk) continue;
    const [, removed = '1', start = '1', added = '1'] = hunk;
    left = Number(removed) + Number(added);
    if (Number(added) > 0) ranges.push([Number(start), Number(start) + Number(added) - 1]);
  }
  return changed;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' };

/** A name as git quotes it, which it does where the name has a quote, a backslash or a control character. */
function unquoted(quoted: string): string {
  return quoted.slice('"b/'.length, -1).replaceAll(/\\([0-7]{3}|.)/g, (_, escaped: string) => {
    if (/^[0-7]{3}$/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
    return escapes[escaped] ?? escaped;
  });
}
