/** One run of an analyser that is a program; what is not installed is said, and is no failure. */
import { mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { given, moduleBeside, runApart, unlessMissing } from '../../../../activities/index.ts';
import type { Found } from '../../pure/types.ts';
import { mostBytes, runForBytes, tooLoud } from '../child.ts';
import { within } from '../files.ts';
import { eslintReport, eslintRun } from './eslint.ts';
import { findInstalled, findPackage, pathOutside, type AnalyserProgram } from './find.ts';
import { isInstalledName, installedAnalysers } from './registry.ts';
import { oxlintRun } from './oxlint.ts';
import type { InstalledAnalyser } from './installed.ts';
import { takeAway } from './leftovers.ts';
import { readSaid, type SaidBytes } from './read-said.ts';
import type { AnalyserCall, AnalyserInput, AnalyserRun } from './run.ts';
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
  readonly report?: InstalledAnalyser['report'];
}

/** @throws {ApplicationFailure} of type `AnalyserFailed` where it ends without saying what it found, or as `run` does */
export async function analyse(input: AnalyserInput, signal: AbortSignal): Promise<Found> {
  const { root, tool: name, files } = input;
  const { program, call, report } = analyserOf(input);
  if (!program)
    return { findings: [], cut: 0, outside: 0, notes: [`${name} is not installed here, so it was not asked.`] };
  // Each again, as a folder may have become a link since the plan was made.
  await Promise.all(files.map(({ path }) => within(root, path)));
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'fanfold-analyser-')));
  let leaves: readonly string[] = [];
  try {
    const asked: AnalyserCall = { ...input, program, folder };
    const run = await call(asked);
    const { args, cwd, environment: more } = run;
    leaves = run.leaves ?? [];
    const environment = { PATH: pathOutside(root), ...more };
    const all = [...program.args, ...args];
    const output = await runForBytes({ command: program.command, args: all, cwd, signal, timeout, environment });
    // A wrapper of a project may print what the tool would have written.
    const stdout = (report && (await reported(name, report(asked)))) ?? output.stdout;
    return await foundIn({ call: asked, cwd, output: { ...output, stdout } }, signal);
  } finally {
    await takeAway(leaves);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @throws {ApplicationFailure} of type `InvalidInput` for one that runs code of a project that is not trusted */
function analyserOf({ root, tool, projectTools }: AnalyserInput): Analyser {
  if (!isInstalledName(tool)) {
    const [name, program, call] = packages[tool];
    const report = tool === 'eslint' ? eslintReport : undefined;
    return { program: findPackage(name, program, root, projectTools), call, ...given({ report }) };
  }
  const { program, call, report, runsProject } = installedAnalysers[tool];
  if (runsProject && !projectTools)
    throw ApplicationFailure.nonRetryable(
      `${tool} runs code of the project, which this review may not`,
      'InvalidInput',
    );
  return { program: findInstalled(program, root), call, ...given({ report }) };
}

const reader = { module: moduleBeside(import.meta.url, './read-said.ts'), name: 'readSaid' };
/** What is read at once: a thread of its own takes longer to begin than this to be read. */
const mostAtOnce = 256 * 1024;
const readingMs = 60_000;
const readingMb = 768;

async function foundIn(said: SaidBytes, signal: AbortSignal): Promise<Found> {
  const { stdout, stderr } = said.output;
  if (stdout.length + stderr.length <= mostAtOnce) return readSaid(said);
  const source = `What ${said.call.tool} says`;
  return runApart<typeof readSaid>(reader, said, { source, signal, timeoutMs: readingMs, memoryMb: readingMb });
}

/** Undefined where it wrote none. @throws {ApplicationFailure} of type `AnalyserTooLoud` */
async function reported(name: string, file: string): Promise<Buffer | undefined> {
  const status = await unlessMissing(stat(file));
  if (!status) return undefined;
  if (status.size > mostBytes) throw tooLoud(name);
  return readFile(file);
}
