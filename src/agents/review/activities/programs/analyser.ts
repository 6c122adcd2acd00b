/** One run of an analyser that is a program; what is not installed is said, and is no failure. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { given } from '../../../../activities/index.ts';
import type { AnalyserName, Found } from '../../pure/types.ts';
import { run, type Output } from '../child.ts';
import { within } from '../files.ts';
import { tied } from '../locate.ts';
import { eslintRun } from './eslint.ts';
import { findInstalled, findPackage, pathOutside, type AnalyserProgram } from './find.ts';
import { isInstalledName, installedAnalysers } from './registry.ts';
import { oxlintRun } from './oxlint.ts';
import type { AnalyserCall, AnalyserInput, AnalyserRun, AnalyserSays } from './run.ts';
import { typescriptRun } from './typescript.ts';

const packages = {
  oxlint: ['oxlint', 'oxlint', oxlintRun],
  eslint: ['eslint', 'eslint', eslintRun],
  typescript: ['typescript', 'tsc', typescriptRun],
} as const;
const timeout = 5 * 60_000;

interface Analyser {
  readonly program: AnalyserProgram | undefined;
  readonly call: (call: AnalyserCall) => AnalyserRun | Promise<AnalyserRun>;
}

/** @throws {ApplicationFailure} of type `AnalyserFailed` where it ends without saying what it found, or as `run` does */
export async function analyse(input: AnalyserInput, signal: AbortSignal): Promise<Found> {
  const { root, tool: name, files } = input;
  const { program, call } = analyserOf(input);
  if (!program)
    return { findings: [], cut: 0, outside: 0, notes: [`${name} is not installed here, so it was not asked.`] };
  // Each again, as a folder may have become a link since the plan was made.
  await Promise.all(files.map(({ path }) => within(root, path)));
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'fanfold-analyser-')));
  try {
    const { args, cwd, environment: more, read } = await call({ ...input, program, folder });
    const environment = { PATH: pathOutside(root), ...more };
    const all = [...program.args, ...args];
    const output = await run({ command: program.command, args: all, cwd, signal, timeout, environment });
    const { claims, notes = [] } = await readable(name, program, output, read);
    const { version, own } = program;
    const found = await tied(root, files, claims);
    return { ...found, notes, analysers: [{ name, ...given({ version, own }), files: files.length }] };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @throws {ApplicationFailure} of type `InvalidInput` for one that runs code of a project that is not trusted */
function analyserOf({ root, tool, projectTools }: AnalyserInput): Analyser {
  if (!isInstalledName(tool)) {
    const [name, program, call] = packages[tool];
    return { program: findPackage(name, program, root, projectTools), call };
  }
  const { program, call, runsProject } = installedAnalysers[tool];
  if (runsProject && !projectTools)
    throw ApplicationFailure.nonRetryable(
      `${tool} runs code of the project, which this review may not`,
      'InvalidInput',
    );
  return { program: findInstalled(program, root), call };
}

async function readable(
  name: AnalyserName,
  { version = '', own }: AnalyserProgram,
  output: Output,
  read: AnalyserRun['read'],
): Promise<AnalyserSays> {
  try {
    return await read(output);
  } catch {
    const said = (output.stderr || output.stdout).trim().slice(0, 500);
    const whose = own ? 'the project’s own ' : '';
    throw ApplicationFailure.nonRetryable(
      `${whose}${name} ${version} ended with ${output.code}: ${said}`,
      'AnalyserFailed',
    );
  }
}
