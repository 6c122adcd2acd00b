/** A project's own settings of Ruff, from the nearest `ruff.toml`, `.ruff.toml` or `pyproject.toml` that has any. */
import { lstat, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { parse } from 'smol-toml';
import { unlessMissing } from '../../../activities/index.ts';
import { globs } from '../pure/globs.ts';

export interface RuffSettings {
  /** As the library takes them. */
  readonly options: object;
  /** The file is none that the project wants looked at. */
  readonly excluded: boolean;
  /** Prefixes of rules that the project switched off for this file. */
  readonly ignored: readonly string[];
  /** Sets one set of options apart from another. */
  readonly key: string;
}

type Table = Readonly<Record<string, unknown>>;
const mostBytes = 512 * 1024;

/**
 * @param path below the root
 * @throws {ApplicationFailure} of type `InvalidInput` for settings that are no TOML, naming the file
 */
export async function projectRuff(root: string, path: string): Promise<RuffSettings | undefined> {
  for (let folder = dirname(join(root, path)); ; folder = dirname(folder)) {
    for (const name of ['.ruff.toml', 'ruff.toml', 'pyproject.toml']) {
      const table = await ruffTable(join(folder, name));
      if (table) return settingsOf(table, relative(folder, join(root, path)).split(sep).join('/'));
    }
    if (folder === root || dirname(folder) === folder) return undefined;
  }
}

const mostExtends = 5;

/** Settings with those that they extend, of which theirs take the place. */
async function ruffTable(file: string, depth = 0): Promise<Table | undefined> {
  const own = await readTable(file);
  const extended = own?.['extend'];
  if (!own || typeof extended !== 'string' || depth >= mostExtends) return own;
  const above = await ruffTable(resolve(dirname(file), extended), depth + 1);
  const lint = { ...tableIn(above, 'lint'), ...tableIn(own, 'lint') };
  return { ...above, ...own, ...(Object.keys(lint).length > 0 ? { lint } : {}) };
}

async function readTable(file: string): Promise<Table | undefined> {
  const status = await unlessMissing(lstat(file));
  if (!status?.isFile()) return undefined;
  if (status.size > mostBytes)
    throw ApplicationFailure.nonRetryable(`${file} is larger than ${mostBytes} bytes`, 'InvalidInput');
  let whole: Table;
  try {
    whole = parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = (error as Error).message.split('\n')[0];
    throw ApplicationFailure.nonRetryable(`${file} is no TOML: ${why}`, 'InvalidInput');
  }
  return basename(file) === 'pyproject.toml' ? tableIn(tableIn(whole, 'tool'), 'ruff') : whole;
}

function tableIn(table: Table | undefined, name: string): Table | undefined {
  const value = table?.[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined;
}

function settingsOf(table: Table, path: string): RuffSettings {
  const { extend: _, exclude, 'extend-exclude': more, 'per-file-ignores': old, ...rest } = table;
  const { 'per-file-ignores': perFile, 'extend-per-file-ignores': morePerFile, ...lint } = tableIn(table, 'lint') ?? {};
  const ignores = [old, perFile, morePerFile].flatMap((each) =>
    Object.entries(typeof each === 'object' && each ? each : {}),
  );
  const ignored = ignores
    .filter(([pattern]) => (pattern.startsWith('!') ? !globs([pattern.slice(1)])(path) : globs([pattern])(path)))
    .flatMap(([, codes]) => texts(codes));
  const options = { ...rest, ...(tableIn(table, 'lint') ? { lint } : {}) };
  return {
    options,
    excluded: globs([...texts(exclude), ...texts(more)])(path),
    ignored,
    key: JSON.stringify(options),
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
