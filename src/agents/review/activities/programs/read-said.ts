/**
 * What an analyser said, as findings. It runs on a thread of its own where that is much: a project of many mistakes, or one
 * that is made to, has a linter say tens of megabytes of JSON, which the thread that all tasks share would stand still for.
 */
import { ApplicationFailure } from '@temporalio/common';
import { given } from '../../../../activities/index.ts';
import { many } from '../../../../core/text/index.ts';
import type { AnalyserName, Found } from '../../pure/types.ts';
import type { OutputBytes } from '../child.ts';
import { tied } from '../locate.ts';
import { isMeant } from '../narrowed.ts';
import { configuresOxlint } from './find.ts';
import { readEslint } from './eslint.ts';
import { readOxlint } from './oxlint.ts';
import { installedAnalysers, isInstalledName } from './registry.ts';
import type { AnalyserCall, AnalyserSays, ReadAnalyser } from './run.ts';
import { readTypescript } from './typescript.ts';

/** What it said, on its way to the thread that reads it. */
export interface SaidBytes {
  readonly call: AnalyserCall;
  /** Where it ran. */
  readonly cwd: string;
  readonly output: Pick<OutputBytes, 'code'> & { readonly stdout: Uint8Array; readonly stderr: Uint8Array };
}

const readers = { oxlint: readOxlint, eslint: readEslint, typescript: readTypescript } as const;

/** @throws {ApplicationFailure} of type `AnalyserFailed` where it ended without saying what it found */
export async function readSaid({ call, cwd, output }: SaidBytes): Promise<Found> {
  const { tool, projectTools } = call;
  const read: ReadAnalyser = isInstalledName(tool) ? installedAnalysers[tool].read : readers[tool];
  const [stdout, stderr] = [textOf(output.stdout), textOf(output.stderr)];
  const ended = `ended with ${output.code}: ${(stderr || stdout).slice(0, 5000).trim().slice(0, 500)}`;
  const {
    claims,
    seen = call.files.length,
    notes = [],
  } = readable(call, () => answered(read({ code: output.code, stdout, stderr, call, cwd }), output.code), ended);
  const keeps = (tool === 'oxlint' || tool === 'shellcheck') && !projectTools ? isMeant : undefined;
  const found = await tied(call, claims, { keeps, ...(isChosen(call) ? { chosen: tool } : {}) });
  const unread = output.code > foundSomething(tool) ? `${tool} said a part alone: it ${ended}` : undefined;
  const none =
    seen === 0 && unread === undefined ? `${tool} looked at none of ${many(call.files.length, 'file')}.` : undefined;
  const { version, own } = call.program;
  return {
    ...found,
    notes: [...found.notes, ...notes, ...[unread, none].filter((note) => note !== undefined)],
    ...given({ unread }),
    analysers: [{ name: tool, ...given({ version, own }), files: seen }],
  };
}

/** Whether the project says itself which rules hold. */
function isChosen({ tool, root, projectTools }: AnalyserCall): boolean {
  if (!projectTools) return false;
  if (tool === 'oxlint') return configuresOxlint(root);
  return isInstalledName(tool) ? installedAnalysers[tool].runsProject === true : true;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}

/** One that fails and says nothing of the files has not looked at them. */
function answered(says: AnalyserSays, code: number): AnalyserSays {
  if (code !== 0 && (says.heard ?? says.claims.length) === 0) throw new Error('it failed and found nothing');
  return says;
}

/** The highest exit code by which it says that it found something; beyond, it did not look at everything. */
function foundSomething(tool: AnalyserName): number {
  if (tool === 'clippy') return 101;
  return tool === 'typescript' ? 2 : 1;
}

function readable(
  { tool, program: { version = '', own } }: AnalyserCall,
  read: () => AnalyserSays,
  ended: string,
): AnalyserSays {
  try {
    return read();
  } catch {
    const whose = own ? 'the project’s own ' : '';
    throw ApplicationFailure.nonRetryable(`${whose}${tool} ${version} ${ended}`, 'AnalyserFailed');
  }
}
