/** The code of a worker's workflows: the bundle that the build made, or a module that is bundled at start. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BundleOptions, WorkerOptions } from '@temporalio/worker';
import { builtFile, moduleFile } from '../packages/files.ts';
import { tracingHere } from '../packages/tracing.ts';
import { isOnlyAnswering } from './only-answers.ts';

export interface WorkflowCodeOptions {
  /** A module that exports all workflows of the worker, fanfold's among them. */
  readonly workflowsPath?: string | undefined;
  /** A module that exports one's own workflows; fanfold's are added. */
  readonly own?: string | undefined;
  /** What the worker is asked for otherwise. */
  readonly worker?: Partial<WorkerOptions>;
}

export type WorkflowCode = Pick<WorkerOptions, 'workflowsPath' | 'workflowBundle'>;

export function workflowCode({ workflowsPath, own, worker = {} }: WorkflowCodeOptions): WorkflowCode {
  if (workflowsPath !== undefined) return { workflowsPath };
  if (own !== undefined) return { workflowsPath: joined(ours(), own) };
  // It spares each start the seconds of bundling.
  const codePath = fileURLToPath(builtFile('workflow-bundle.js'));
  // It has no interceptors for tracing; who only answers questions begins nothing that is to be traced.
  const traces = tracingHere() !== undefined && !isOnlyAnswering(worker);
  return isOfThisSdk() && !traces ? { workflowBundle: { codePath } } : { workflowsPath: ours() };
}

/** The modules of interceptors that every workflow of a worker goes through, whose code is bundled at start. */
export function ownModules(): string[] {
  return [moduleOf('tamed'), ...(tracingHere() ? [moduleOf('traced')] : [])];
}

/**
 * A worker's own workflows with those of the library beside them; a module that has them already stays as it is.
 * @param agents whether fanfold's agents are served too, whose workflows no entry of the package exports
 */
export function withLibrary(path: string, agents: boolean): string {
  const hasThem = path === ours() || path.includes(join('.cache', 'fanfold'));
  return hasThem ? path : joined(agents ? ours() : moduleOf('library'), path);
}

function ours(): string {
  return moduleOf('index');
}

type Hook = NonNullable<BundleOptions['webpackConfigHook']>;

/**
 * In a bundle there is one copy of the library, whichever way it is imported: what a run knows of its fan-outs is in its
 * modules, and the modules that the plugin adds look at the same.
 */
export function oneCopy(own: Hook = (config) => config): Hook {
  const entries = { fanfold$: 'index', 'fanfold/workflow$': 'workflow' };
  const alias = Object.fromEntries(
    Object.entries(entries).map(([name, file]) => [name, fileURLToPath(moduleFile(file))]),
  );
  return (given) => {
    const config = own(given);
    const { alias: others } = config.resolve ?? {};
    return { ...config, resolve: { ...config.resolve, alias: { ...(Array.isArray(others) ? {} : others), ...alias } } };
  };
}

/** A bundle has the SDK's own code in it, and must not meet a worker of another version. */
function isOfThisSdk(): boolean {
  const facts = builtFile('workflow-bundle.json');
  if (!existsSync(facts)) return false;
  const { sdk } = JSON.parse(readFileSync(facts, 'utf8')) as { readonly sdk: string };
  const require = createRequire(import.meta.url);
  return (require('@temporalio/workflow/package.json') as { readonly version: string }).version === sdk;
}

function moduleOf(name: string): string {
  return fileURLToPath(moduleFile(`workflows/${name}`));
}

/**
 * A module of fanfold's workflows and one's own, where the packages that both need are found from.
 * Its name is of its content, so that processes may write it side by side.
 */
function joined(library: string, own: string): string {
  const text = [library, own].map((path) => `export * from ${JSON.stringify(path)};\n`).join('');
  const folder = join(packagesAbove(own), '.cache', 'fanfold');
  const file = join(folder, `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.mjs`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** @throws {Error} where no package is installed for the module */
function packagesAbove(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const packages = join(folder, 'node_modules');
    if (existsSync(join(packages, '@temporalio', 'workflow'))) return packages;
    if (folder === dirname(folder))
      throw new Error(
        `Above ${file} no node_modules has @temporalio/workflow; install it with \`npm i @temporalio/workflow\``,
      );
  }
}
