/**
 * Which programs look at a project: its own where they may be run, or those that come with fanfold.
 * The surprising rule: ESLint is taken only where the project has it and its configuration, and then instead of oxlint.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Tool {
  /** A script that Node runs. */
  readonly script: string;
  readonly version: string;
  /** Whether it is the reviewed project's own. */
  readonly own?: true;
}

const eslintConfigurations = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((ending) => `eslint.config.${ending}`);
const oxlintConfigurations = ['.oxlintrc.json', '.oxlintrc.jsonc', 'oxlint.config.ts'];

export function linterOf(root: string, projectTools: boolean): 'oxlint' | 'eslint' {
  if (!projectTools || configuresOxlint(root)) return 'oxlint';
  const configured = eslintConfigurations.some((name) => existsSync(join(root, name)));
  return configured && installed('eslint', 'eslint', root) ? 'eslint' : 'oxlint';
}

export function configuresOxlint(root: string): boolean {
  return oxlintConfigurations.some((name) => existsSync(join(root, name)));
}

/** The project's own program where it may be run and is there, or fanfold's; undefined where neither is installed. */
export function findTool(name: string, program: string, root: string, projectTools: boolean): Tool | undefined {
  const own = projectTools ? installed(name, program, root) : undefined;
  if (own) return { ...own, own: true };
  const ours = installed(name, program, dirname(fileURLToPath(import.meta.url)));
  return ours;
}

/** By looking for the package's folder from here upwards, as Node does; what a package exports does not matter then. */
function installed(name: string, program: string, from: string): Omit<Tool, 'own'> | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const home = join(folder, 'node_modules', name);
    const found = read(home, program);
    if (found) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

function read(home: string, program: string): Omit<Tool, 'own'> | undefined {
  try {
    const { version, bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
      version?: string;
      bin?: string | Record<string, string>;
    };
    const script = typeof bin === 'string' ? bin : bin?.[program];
    return script === undefined ? undefined : { script: join(home, script), version: version ?? 'unknown' };
  } catch {
    return undefined;
  }
}
