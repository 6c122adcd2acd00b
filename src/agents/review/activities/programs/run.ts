/** How an analyser that is a program is called, and how what it says is read. */
import { isAbsolute, join, relative, sep } from 'node:path';
import type { ReviewClaim } from '../../pure/findings.ts';
import type { AnalyserPlan, ReviewFile } from '../../pure/types.ts';
import type { Output } from '../child.ts';
import type { AnalyserProgram } from './find.ts';

export interface AnalyserInput extends Pick<AnalyserPlan, 'tool' | 'project'> {
  readonly root: string;
  readonly projectTools: boolean;
  /** Also what is more often wrong than right. @default false */
  readonly all?: boolean;
  readonly files: readonly ReviewFile[];
}

export interface AnalyserCall extends AnalyserInput {
  readonly program: AnalyserProgram;
  /** A private folder, empty at the start and gone at the end: away from the project, its settings are not found. */
  readonly folder: string;
}

export interface AnalyserRun {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Files of the project that it writes where they are not, to be taken away again. */
  readonly leaves?: readonly string[];
}

/** What it said, with all that is needed to read it elsewhere: it goes to a thread of its own where it is large. */
export interface AnalyserOutput extends Output {
  readonly call: AnalyserCall;
  /** Where it ran. */
  readonly cwd: string;
}

/** Claims, or an error where what it says when it ran is not there: silence is no answer, whatever its exit code. */
export type ReadAnalyser = (output: AnalyserOutput) => AnalyserSays;

export interface AnalyserSays {
  readonly claims: readonly ReviewClaim[];
  /** How much it said, where not all of that is a claim. @default as many as there are claims */
  readonly heard?: number;
  /** At how many files it looked, where it says so. @default all that it was given */
  readonly seen?: number;
  readonly notes?: readonly string[];
}

/** A path as an analyser wrote it, as the report names it. */
export function nameIn(root: string, path: string, cwd: string = root): string {
  return relative(root, isAbsolute(path) ? path : join(cwd, path))
    .split(sep)
    .join('/');
}
