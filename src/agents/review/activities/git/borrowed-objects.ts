/**
 * A git folder of our own to which a repository lends its objects, references and index, and nothing else.
 * The surprising rule: git runs what configuration names (filters, monitors, hooks, external diffs, ways to fetch), so it
 * never sees any but the one that is written here; a list of what to switch off would always be one short.
 */
import { systemCode, given, unlessMissing } from '../../../../activities/index.ts';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { devNull, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { run, type Output } from '../child.ts';
import { findInstalled, pathOutside } from '../programs/find.ts';
import { gitFailed, type RepositoryPlace } from './find.ts';

const timeout = 2 * 60_000;
/** A FIFO or a device under one of these names would be read for ever. */
const mostLentBytes = 1024 * 1024 * 1024;

export class LentRepository {
  readonly folder: string;
  readonly #cwd: string;
  readonly #place: RepositoryPlace;
  readonly #signal: AbortSignal;

  private constructor(folder: string, cwd: string, place: RepositoryPlace, signal: AbortSignal) {
    this.folder = folder;
    this.#cwd = cwd;
    this.#place = place;
    this.#signal = signal;
  }

  /** @throws {ApplicationFailure} of type `GitFailed`, or `AnalyserMissing` where git is not installed */
  static async open(root: string, place: RepositoryPlace, signal: AbortSignal): Promise<LentRepository> {
    const folder = await mkdtemp(join(tmpdir(), 'fanfold-git-'));
    const lent = new LentRepository(folder, root, place, signal);
    try {
      await lent.#fill();
      return lent;
    } catch (error) {
      await lent.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Runs git over the lent repository, in the reviewed folder. */
  run(args: readonly string[], input?: string): Promise<Output> {
    const { top, commonFolder } = this.#place;
    return this.#git(args, this.#cwd, input, {
      GIT_DIR: this.folder,
      GIT_WORK_TREE: top,
      GIT_OBJECT_DIRECTORY: join(commonFolder, 'objects'),
    });
  }

  async #git(args: readonly string[], cwd: string, input?: string, more: Record<string, string> = {}): Promise<Output> {
    const environment = {
      ...isolation,
      HOME: this.folder,
      XDG_CONFIG_HOME: this.folder,
      PATH: pathOutside(this.#cwd),
      ...more,
    };
    const program = findInstalled('git', this.#cwd);
    if (!program) throw ApplicationFailure.nonRetryable('git is not installed', 'AnalyserMissing');
    return run({
      command: program.command,
      args: ['--no-pager', ...args],
      cwd,
      signal: this.#signal,
      timeout,
      environment,
      ...given({ input }),
    });
  }

  async #fill(): Promise<void> {
    const { gitFolder, commonFolder } = this.#place;
    await mkdir(join(this.folder, 'info'));
    await writeFile(join(this.folder, 'config'), await this.#configuration());
    await writeFile(join(this.folder, 'info', 'attributes'), attributes);
    await this.#copy(join(gitFolder, 'HEAD'), 'HEAD');
    for (const name of ['ORIG_HEAD', 'FETCH_HEAD', 'MERGE_HEAD', 'index'])
      await this.#copy(join(gitFolder, name), name);
    for (const name of ['packed-refs', 'shallow']) await this.#copy(join(commonFolder, name), name);
    for (const name of ['refs', 'logs', 'reftable']) await this.#link(join(commonFolder, name), name);
    await this.#splitIndex(gitFolder);
    await this.#excludes(join(commonFolder, 'info', 'exclude'));
  }

  /** What of the repository's own settings is data that git needs to read it: names of branches and forms of objects. */
  async #configuration(): Promise<string> {
    const file = join(this.#place.commonFolder, 'config');
    if (!(await isPlain(file))) return configurationOf([]);
    const list = ['config', '--file', file, '--no-includes', '--null', '--list'];
    const { code, stdout, stderr } = await this.#git(list, this.folder);
    if (code !== 0) throw gitFailed(`its configuration '${file}' is broken: ${stderr.trim().slice(0, 300)}`);
    return configurationOf(stdout.split('\0').filter((entry) => entry !== ''));
  }

  async #copy(from: string, name: string): Promise<void> {
    if (!(await isPlain(from))) return;
    const to = join(this.folder, name);
    await copyFile(from, to);
    if (name !== 'index') return;
    // An entry as young as its index may have changed since; a copy that seemed younger would hide that.
    const { mtime } = await stat(from);
    const before = Math.floor(mtime.getTime() / 1000) - 1;
    await utimes(to, before, before);
  }

  async #link(from: string, name: string): Promise<void> {
    const status = await looked(stat(from), from);
    if (status?.isDirectory()) await symlink(from, join(this.folder, name), 'junction');
    else if (name === 'refs') await mkdir(join(this.folder, name));
  }

  /** A large index may be in two files, of which the second is named in the first by its hash. */
  async #splitIndex(gitFolder: string): Promise<void> {
    const index = await unlessMissing(readFile(join(this.folder, 'index')));
    const at = index?.lastIndexOf('link') ?? -1;
    if (!index || at < 0) return;
    for (const size of [20, 32]) {
      const name = `sharedindex.${index.subarray(at + 8, at + 8 + size).toString('hex')}`;
      await this.#copy(join(gitFolder, name), name);
    }
  }

  /** Patterns of the repository and of the person, whose own settings are trusted and only read. */
  async #excludes(own: string): Promise<void> {
    const ask = ['config', '--global', '--type=path', '--get', 'core.excludesFile'];
    const home = homedir();
    const { stdout } = await this.#git(ask, this.folder, undefined, {
      HOME: home,
      XDG_CONFIG_HOME: process.env['XDG_CONFIG_HOME'] ?? join(home, '.config'),
      GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    });
    const personal = stdout.trim() || join(process.env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'git', 'ignore');
    // As git does: what a person's own patterns are, whose file cannot be opened, it does without.
    const isOpen = await isPlain(personal).catch(() => false);
    const files = [...((await isPlain(own)) ? [own] : []), ...(isOpen ? [personal] : [])];
    const texts = await Promise.all(files.map((file) => readFile(file)));
    await writeFile(join(this.folder, 'info', 'exclude'), texts.map((text) => `${text.toString()}\n`).join(''));
  }
}

/** Nothing of the person's or the system's settings, no fetching of what is missing, no question, no replaced objects. */
const isolation: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: devNull,
  GIT_CONFIG_GLOBAL: devNull,
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
};

/** No file may say that it is binary, and so hide what changed in it, nor that a program or another encoding reads it. */
const attributes = '* !diff !filter !merge !working-tree-encoding\n';

const needed =
  /^(extensions\.(objectformat|refstorage)|core\.(ignorecase|precomposeunicode)|(branch|remote)\..+\.(remote|merge|fetch))$/;

/** @param entries `key\nvalue`, as git lists them */
function configurationOf(entries: readonly string[]): string {
  const kept = entries.flatMap((entry) => {
    const [, key = '', value = 'true'] = /^([^\n]*)(?:\n([\s\S]*))?$/.exec(entry) ?? [];
    return needed.test(key) && !/[\n\r\0]/.test(key + value) ? [[key, value] as const] : [];
  });
  const version = kept.some(([key]) => key.startsWith('extensions.')) ? 1 : 0;
  const lines = kept.map(([key, value]) => {
    const [section, name] = [key.slice(0, key.indexOf('.')), key.slice(key.lastIndexOf('.') + 1)];
    const part = key.slice(section.length + 1, Math.max(section.length + 1, key.length - name.length - 1));
    return `[${section}${part === '' ? '' : ` ${quoted(part)}`}]\n\t${name} = ${quoted(value)}\n`;
  });
  return `[core]
	repositoryformatversion = ${version}
	bare = false
	autocrlf = input
	safecrlf = false
	fsmonitor = false
	bigFileThreshold = 1m
	hooksPath = ${quoted(devNull)}
	excludesFile = ${quoted(devNull)}
	attributesFile = ${quoted(devNull)}
[protocol]
	allow = never
${lines.join('')}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

async function isPlain(file: string): Promise<boolean> {
  const status = await looked(stat(file), file);
  if (!status?.isFile()) return false;
  if (status.size > mostLentBytes) throw gitFailed(`'${file}' is larger than ${mostLentBytes} bytes`);
  return true;
}

/** Undefined where it is not there; of what cannot be looked at nobody knows what it would have said. */
async function looked<R>(look: Promise<R>, file: string): Promise<R | undefined> {
  return unlessMissing(look).catch((error: unknown) => {
    throw gitFailed(`'${file}' cannot be looked at (${systemCode(error)})`);
  });
}
