/** What is said of an analyser that somebody may have installed, and how what it says becomes a claim. */
import { join } from 'node:path';
import type { ReviewClaim, Severity } from '../../pure/findings.ts';
import type { AnalyserName, ReviewFile } from '../../pure/types.ts';
import type { AnalyserCall, AnalyserRun, ReadAnalyser } from './run.ts';

export interface InstalledAnalyser {
  /** What it is called on the path. */
  readonly program: string;
  readonly wants: (file: ReviewFile) => boolean;
  /** It builds or runs what it checks, or reads settings that name code. */
  readonly runsProject?: true;
  /** A file of the project without which it has nothing to do. */
  readonly needs?: string;
  readonly call: (call: AnalyserCall) => AnalyserRun | Promise<AnalyserRun>;
  /** The file that it writes what it says into. @default it says it on its standard output */
  readonly report?: (call: AnalyserCall) => string;
  readonly read: ReadAnalyser;
}

export type InstalledName = Exclude<AnalyserName, 'oxlint' | 'eslint' | 'typescript'>;

/** Of what a tool says: its path, its place, and how bad it is by its own words. */
interface Said {
  readonly path: string;
  readonly line: number;
  readonly endLine?: number | undefined;
  readonly column?: number | undefined;
  readonly level: string;
  readonly rule: string;
  readonly message: string;
  readonly url?: string | undefined;
}

export function claimOf(
  tool: InstalledName,
  { path, line, endLine, column, level, rule, message, url }: Said,
): ReviewClaim {
  const place = { path, line, ...(endLine ? { endLine } : {}), ...(column ? { column } : {}) };
  return { ...place, severity: severityOf(level), confidence: 0.85, tool, rule, message, ...(url ? { url } : {}) };
}

function severityOf(level: string): Severity {
  if (/^(?:error|critical|high)$/i.test(level)) return 'error';
  return /^(?:warning|medium|warn)$/i.test(level) ? 'warning' : 'note';
}

export const pathsOf = ({ root, files }: AnalyserCall): string[] => files.map(({ path }) => join(root, path));
