/** One run of an analyser that is a program: a linter or the compiler; what is not installed is said, and is no failure. */
import { isAbsolute, join, relative, sep } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import type { Claim } from '../pure/findings.ts';
import type { AnalyserPlan, Found, ReviewFile } from '../pure/types.ts';
import { run, type Output } from './child.ts';
import { within } from './files.ts';
import { eslintRun } from './eslint.ts';
import { oxlintRun } from './oxlint.ts';
import { tied } from './locate.ts';
import { findTool, type Tool } from './tools.ts';
import { typescriptRun } from './typescript.ts';

export interface AnalyserInput extends Pick<AnalyserPlan, 'tool' | 'project'> {
  readonly root: string;
  readonly projectTools: boolean;
  readonly files: readonly ReviewFile[];
}

/** How an analyser is called, and how what it says is read. */
export interface AnalyserRun {
  readonly args: readonly string[];
  readonly cwd: string;
  read(output: Output): { readonly claims: readonly Claim[]; readonly notes?: readonly string[] };
}

const packages = {
  oxlint: ['oxlint', 'oxlint'],
  eslint: ['eslint', 'eslint'],
  typescript: ['typescript', 'tsc'],
} as const;
const runs = { oxlint: oxlintRun, eslint: eslintRun, typescript: typescriptRun } as const;
const timeout = 5 * 60_000;

/** @throws {ApplicationFailure} of type `AnalyserFailed` where it ends without saying what it found, or as `run` does */
export async function analyse(input: AnalyserInput, signal: AbortSignal): Promise<Found> {
  const { root, tool: name, projectTools, files } = input;
  const [home, program] = packages[name];
  const tool = findTool(home, program, root, projectTools);
  if (!tool)
    return { findings: [], cut: 0, outside: 0, notes: [`${name} is not installed here, so it was not asked.`] };
  // Each again, as a folder may have become a link since the plan was made.
  await Promise.all(files.map(({ path }) => within(root, path)));
  const { args, cwd, read } = runs[name](input, tool);
  const output = await run({ command: process.execPath, args: [tool.script, ...args], cwd, signal, timeout });
  const { claims, notes = [] } = readable(name, tool, output, read);
  const found = await tied(root, files, claims);
  const { version, own } = tool;
  return { ...found, notes, analysers: [{ name, version, ...(own ? { own } : {}), files: files.length }] };
}

function readable(
  name: string,
  tool: Tool,
  output: Output,
  read: AnalyserRun['read'],
): ReturnType<AnalyserRun['read']> {
  try {
    return read(output);
  } catch {
    const said = (output.stderr || output.stdout).trim().slice(0, 500);
    const whose = tool.own ? 'the project’s own ' : '';
    throw ApplicationFailure.nonRetryable(
      `${whose}${name} ${tool.version} ended with ${output.code}: ${said}`,
      'AnalyserFailed',
    );
  }
}

/** A path as an analyser wrote it, as the report names it. */
export function nameIn(root: string, path: string, cwd: string = root): string {
  return relative(root, isAbsolute(path) ? path : join(cwd, path))
    .split(sep)
    .join('/');
}
