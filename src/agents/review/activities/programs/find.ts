/**
 * Which programs check a project: its own where they may be run, those that come with fanfold, and those that are installed.
 * ESLint is taken only where the project has it and its configuration, and then instead of oxlint.
 */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ApplicationFailure } from '@temporalio/common';
import { nowUnlessMissing } from '../../../../activities/index.ts';

export interface AnalyserProgram {
  readonly command: string;
  /** Before all others. */
  readonly args: readonly string[];
  readonly version?: string;
  /** Whether it is the reviewed project's own. */
  readonly own?: true;
}

const eslintConfigurations = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((ending) => `eslint.config.${ending}`);
const oxlintConfigurations = ['.oxlintrc.json', '.oxlintrc.jsonc', 'oxlint.config.ts'];

export function linterOf(root: string, projectTools: boolean): 'oxlint' | 'eslint' {
  if (!projectTools || configuresOxlint(root)) return 'oxlint';
  const configured = eslintConfigurations.some((name) => existsSync(join(root, name)));
  return configured && packaged('eslint', 'eslint', root) ? 'eslint' : 'oxlint';
}

export function configuresOxlint(root: string): boolean {
  return oxlintConfigurations.some((name) => existsSync(join(root, name)));
}

const otherSettings = ['ruff.toml', '.ruff.toml', '.golangci.yml', '.semgrep.yml', 'Cargo.toml'];

/** Files by which a project says how it is to be looked at, and that are heeded only where its tools may be run. */
export function projectSettings(root: string): string[] {
  return [...oxlintConfigurations, ...eslintConfigurations, ...otherSettings].filter((name) =>
    existsSync(join(root, name)),
  );
}

/** The project's own package where it may be run and is there, or fanfold's; undefined where neither is installed. */
export function findPackage(
  name: string,
  program: string,
  root: string,
  projectTools: boolean,
): AnalyserProgram | undefined {
  const own = projectTools ? packaged(name, program, root) : undefined;
  return own ? { ...own, own: true } : packaged(name, program, dirname(fileURLToPath(import.meta.url)));
}

/** By looking for the package's folder from here upwards, as Node does; what a package exports does not matter then. */
function packaged(name: string, program: string, from: string): AnalyserProgram | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = read(join(folder, 'node_modules', name), program);
    if (found) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

interface Manifest {
  readonly version?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
}

/** @throws {ApplicationFailure} of type `AnalyserFailed` where it is there and cannot be read: another one would be taken for it */
function read(home: string, program: string): AnalyserProgram | undefined {
  const { version = 'unknown', bin } = manifestIn(home) ?? {};
  const script = typeof bin === 'string' ? bin : bin?.[program];
  return script === undefined ? undefined : { command: process.execPath, args: [join(home, script)], version };
}

function manifestIn(home: string): Manifest | undefined {
  try {
    const text = nowUnlessMissing(() => readFileSync(join(home, 'package.json'), 'utf8'));
    return text === undefined ? undefined : (JSON.parse(text) as Manifest);
  } catch (error) {
    const message = `The package in ${home} cannot be read: ${(error as Error).message.slice(0, 200)}`;
    throw ApplicationFailure.nonRetryable(message, 'AnalyserFailed');
  }
}

/** A program of this machine, by its whole path; one that lies in the reviewed folder is the project's, and never taken. */
export function findInstalled(program: string, root: string): AnalyserProgram | undefined {
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  for (const folder of pathOutside(root).split(delimiter)) {
    const command = endings.map((ending) => join(folder, program + ending)).find(isExecutable);
    if (command !== undefined) return { command, args: [] };
  }
  return undefined;
}

/** Where programs are looked for, without what is relative or lies in the reviewed folder. */
export function pathOutside(root: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => {
    if (!isAbsolute(folder)) return false;
    const way = relative(root, folder);
    return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  });
  return folders.join(delimiter);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
