/**
 * What git knows of a folder: its files without the ignored ones, what changed in them, and how they were before.
 * All of it is read through a lent repository, so no program that the checkout names is run.
 */
import { ApplicationFailure } from '@temporalio/common';
import { unlessMissing } from '../../../../activities/index.ts';
import { fileChanges, hunksOf, type FileChange, type Hunk } from '../../pure/patch.ts';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Output } from '../child.ts';
import { findRepository, gitFailed } from './find.ts';
import { LentRepository } from './borrowed-objects.ts';

/** Lines around a change that a reader is shown. */
const context = 25;
/** Names of one call: a command line holds some 128 kB at least. */
const mostNameBytes = 60_000;
/** How a change is shown, whatever anybody's configuration says. */
const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--find-renames', '-l1000', '--relative'];
const prefixes = ['--src-prefix=a/', '--dst-prefix=b/'];
const shallow = ['--ignore-submodules=dirty', '--submodule=short'];

const fetchAll = '`git fetch --unshallow` fetches the rest, as `fetch-depth: 0` of actions/checkout does';

/** What a change is compared with. */
export interface Base {
  readonly commit: string;
  /** What whoever reads the review is to know of it. */
  readonly note?: string;
}

export class Repository {
  /** The folder that has the repository, at the root or above it. */
  readonly top: string;
  readonly #lent: LentRepository;

  private constructor(top: string, lent: LentRepository) {
    this.top = top;
    this.#lent = lent;
  }

  /**
   * Undefined where the folder is in none.
   *
   * @throws {ApplicationFailure} of type `GitFailed` where it is broken, `AnalyserMissing` where git is not installed
   */
  static async find(root: string, signal: AbortSignal): Promise<Repository | undefined> {
    const place = await findRepository(root);
    if (!place) return undefined;
    return new Repository(place.top, await LentRepository.open(root, place, signal));
  }

  close(): Promise<void> {
    return this.#lent.close();
  }

  /** Relative to the root; a folder that is ignored as a whole has none. */
  async files(paths: readonly string[]): Promise<string[]> {
    const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '--', ...paths];
    return split(await this.#answer(['--literal-pathspecs', ...listing]));
  }

  async ignores(path: string): Promise<boolean> {
    const { code, stderr } = await this.#lent.run(['check-ignore', '-q', '--', path]);
    if (code > 1) throw gitFailed(stderr.trim().slice(0, 500));
    return code === 0;
  }

  /**
   * The commit at which `reference` and the checkout part.
   *
   * @throws {ApplicationFailure} of type `InvalidInput` for a revision that is none
   */
  async base(reference: string): Promise<Base> {
    const verify = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${reference}^{commit}`];
    const { code, stdout, stderr } = await this.#lent.run(verify);
    if (code !== 0 && /^fatal: (?!Needed a single revision)/m.test(stderr))
      throw gitFailed(stderr.trim().slice(0, 500));
    if (code !== 0) {
      const part = (await this.#isShallow()) ? `, of which only a part is here: ${fetchAll}` : '';
      throw ApplicationFailure.nonRetryable(`'${reference}' is no revision of this repository${part}`, 'InvalidInput');
    }
    const commit = stdout.trim();
    const merge = await this.#lent.run(['merge-base', commit, 'HEAD']);
    if (merge.code === 0) return { commit: merge.stdout.trim() };
    const why = (await this.#isShallow()) ? `is not in this part of the repository: ${fetchAll}` : 'is not known';
    const note = `Where this branch began ${why}, so what '${reference}' changed since counts as a change too.`;
    return { commit, note };
  }

  async #isShallow(): Promise<boolean> {
    return (await this.#lent.run(['rev-parse', '--is-shallow-repository'])).stdout.trim() === 'true';
  }

  /** Every file that changed since `base`, what is not committed included, without its lines. */
  async changed(base: string, paths: readonly string[]): Promise<(FileChange & { untracked?: true })[]> {
    await this.#forgetMarks();
    const listing = ['diff', '--raw', '-z', ...plain, ...shallow, base, '--', ...paths];
    const changes = fileChanges(await this.#answer(['--literal-pathspecs', ...listing]));
    const others = ['ls-files', '-z', '--others', '--exclude-standard', '--', ...paths];
    const untracked = split(await this.#answer(['--literal-pathspecs', ...others]));
    const known = new Set(changes.map(({ path }) => path));
    return [
      ...changes,
      ...untracked
        .filter((path) => !known.has(path))
        .map((path) => ({ path, status: 'added', untracked: true }) as const),
    ];
  }

  /** How many files of the whole repository changed since `base`, what is not committed included. */
  async countChanged(base: string): Promise<number> {
    const [changed, others] = [
      await this.#answer(['-C', this.top, 'diff', '--name-only', '-z', ...plain, ...shallow, base]),
      await this.#answer(['-C', this.top, 'ls-files', '-z', '--others', '--exclude-standard']),
    ];
    return new Set([...split(changed), ...split(others)]).size;
  }

  /** The hunks of these files, with the lines around them. */
  async hunks(base: string, changes: readonly FileChange[]): Promise<Map<string, Hunk[]>> {
    const found = new Map<string, Hunk[]>();
    for (const batch of batches(changes)) {
      const names = batch.flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]));
      const patch = [
        'diff',
        '--patch',
        '--text',
        `-U${context}`,
        ...plain,
        ...prefixes,
        ...shallow,
        base,
        '--',
        ...names,
      ];
      const text = await this.#answer(['--literal-pathspecs', ...patch]);
      for (const [path, hunks] of hunksOf(text)) found.set(path, [...(found.get(path) ?? []), ...hunks]);
    }
    return found;
  }

  /** A file as it was at `base`; undefined where it was not there. */
  async before(base: string, path: string): Promise<string | undefined> {
    const entry = split(await this.#answer(['--literal-pathspecs', 'ls-tree', '-z', base, '--', path]))[0];
    const object = /^100\d+ blob ([0-9a-f]+)\t/.exec(entry ?? '')?.[1];
    return object === undefined ? undefined : this.#answer(['cat-file', 'blob', object]);
  }

  /** An index may ask that changes of a file be overlooked; in our copy of it none may. */
  async #forgetMarks(): Promise<void> {
    const listing = split(await this.#answer(['ls-files', '-z', '-v', '--full-name', ':/']));
    const marked = listing.filter((entry) => /^[a-z]/.test(entry)).map((entry) => entry.slice(2));
    if (marked.length > 0) await this.#update('--no-assume-unchanged', marked);
    const skipped = listing.filter((entry) => /^s /i.test(entry)).map((entry) => entry.slice(2));
    if (skipped.length > 0) await this.#update('--no-skip-worktree', await this.#present(skipped));
  }

  async #update(how: string, names: readonly string[]): Promise<void> {
    const { code, stderr } = await this.#lent.run(
      ['-C', this.top, 'update-index', how, '-z', '--stdin'],
      names.map((name) => `${name}\0`).join(''),
    );
    if (code !== 0) throw gitFailed(stderr.trim().slice(0, 500));
  }

  /** Of a sparse checkout most files are rightly not there. */
  async #present(names: readonly string[]): Promise<string[]> {
    const there = await Promise.all(
      names.map((name) =>
        // What cannot be looked at is there, and said to be unreadable when it is read.
        unlessMissing(lstat(join(this.top, name))).then(
          (found) => found !== undefined,
          () => true,
        ),
      ),
    );
    return names.filter((_, index) => there[index]);
  }

  async #answer(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr }: Output = await this.#lent.run(args);
    if (code === 0) return stdout;
    throw gitFailed(stderr.trim().slice(0, 500));
  }
}

function split(listing: string): string[] {
  return listing.split('\0').filter((path) => path !== '');
}

function batches(changes: readonly FileChange[]): FileChange[][] {
  const all: FileChange[][] = [];
  let bytes = Infinity;
  for (const change of changes) {
    const size = Buffer.byteLength(change.path) + Buffer.byteLength(change.from ?? '') + 2;
    if (bytes + size > mostNameBytes) {
      all.push([]);
      bytes = 0;
    }
    bytes += size;
    all.at(-1)?.push(change);
  }
  return all;
}
