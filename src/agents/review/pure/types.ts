/** A code review as data: what is asked, what is planned, what each task finds, and the report. */
import type { RunContext } from '../../../index.ts';
import type { Finding, LineRange, Severity } from './findings.ts';
import type { Suppressed } from './settings.ts';

/**
 * What a review is asked.
 *
 * @example const input: ReviewInput = { root: '.', paths: ['src'], diff: 'main' };
 */
export interface ReviewInput extends RunContext {
  /** The folder on the worker's disk that all paths are in. @default the worker's working directory */
  readonly root?: string;
  /** Files and folders below the root. @default the root */
  readonly paths?: readonly string[];
  /** Only what changed since this revision of git branched off, what is not committed included. */
  readonly diff?: string;
  /**
   * Use the linter, the compiler and the configuration of the reviewed project, and so run code of it. Not for code
   * that is not trusted.
   *
   * @default false
   */
  readonly projectTools?: boolean;
  /**
   * Report also what is more often wrong than right, as it was measured over public code.
   *
   * @default false
   */
  readonly all?: boolean;
  /** Whether a model is asked where one is configured. @default true */
  readonly model?: boolean;
  /** The most tokens that the model is to read, as they are estimated; what is beyond is not asked, and said. @default no bound */
  readonly tokenBudget?: number;
  /** Only say what would be looked at, and what the model would be asked. @default false */
  readonly planOnly?: boolean;
  /** Fingerprints of findings that are known, as SARIF has them under `fanfold/v1`: they are counted and not reported. */
  readonly baseline?: readonly string[];
}

/** A file to review. */
export interface ReviewFile {
  /** Below the root, with `/`. */
  readonly path: string;
  readonly language: string;
  /** In how many parts the model reads it, and which of them count. */
  readonly parts: readonly number[];
  /** The lines that count; all where absent. Where lines were only taken away, those on both sides of the gap. */
  readonly changed?: readonly LineRange[];
  /** How many lines the change took away. */
  readonly removed?: number;
  /** The change took the whole file away. */
  readonly gone?: true;
  /** What it was called before the change. */
  readonly from?: string;
  /** Why it is nobody's writing here, though somebody changed it: only secrets are looked for. */
  readonly secretsOnly?: string;
}

/** Linters, compilers and scanners that are programs. */
export type AnalyserName =
  | 'oxlint'
  | 'eslint'
  | 'typescript'
  | 'semgrep'
  | 'gitleaks'
  | 'golangci-lint'
  | 'clippy'
  | 'shellcheck'
  | 'hadolint'
  | 'actionlint';

/** An analyser that is a program of its own, and the files it is asked about as positions in the plan. */
export interface AnalyserPlan {
  readonly id: string;
  readonly tool: AnalyserName;
  /** The project's own file or folder that it needs, as a path of the worker. */
  readonly project?: string;
  readonly files: readonly number[];
}

export interface Skipped {
  readonly reason: string;
  readonly count: number;
  /** The first of them. */
  readonly paths: readonly string[];
}

/** What the model would be asked, before it is. */
export interface ModelEstimate {
  readonly calls: number;
  /** As they are estimated from its letters, figures and signs; tokenizers of models differ by about a fifth. */
  readonly inputTokens: number;
}

export interface ReviewPlan {
  /** The real path of the root. */
  readonly root: string;
  /** The folder of the repository that the root is, such as `packages/a`; absent where it is the whole. */
  readonly below?: string;
  /** Whether a model is asked. */
  readonly model: boolean;
  readonly estimate?: ModelEstimate;
  /** The commit that a change is compared with. */
  readonly base?: string;
  readonly files: readonly ReviewFile[];
  readonly analysers: readonly AnalyserPlan[];
  readonly skipped: readonly Skipped[];
  /** What a reader of the report must know beforehand. */
  readonly notes: readonly string[];
}

export interface AnalyserRan {
  readonly name: string;
  readonly version?: string;
  /** It is the reviewed project's own. */
  readonly own?: true;
  /** How many files it was given. */
  readonly files: number;
}

/** What one task of a review found. */
export interface Found {
  readonly findings: readonly Finding[];
  /** Findings beyond the most that one file may have. */
  readonly cut: number;
  /** Findings on lines that do not count. */
  readonly outside: number;
  /** Findings that are known, switched off, or usual in test code. */
  readonly suppressed?: Suppressed;
  readonly notes: readonly string[];
  /** Why the parser of a file says nothing of it, where that is so. */
  readonly unread?: string;
  /** Where an analyser ran that is a program, or is known under a name. */
  readonly analysers?: readonly AnalyserRan[];
  /** Where a model was asked. */
  readonly model?: {
    readonly name: string;
    readonly inputTokens: number;
    readonly outputTokens: number;
    /** Findings that were tied to no line, or whose quoted text stands nowhere. */
    readonly untied: number;
  };
}

/** A part of a review: what its task is given, and the file it is about. */
export type ReviewTask =
  | { readonly kind: 'analyser'; readonly id: string; readonly analyser: AnalyserPlan }
  | { readonly kind: 'file'; readonly id: string; readonly file: ReviewFile }
  | { readonly kind: 'model'; readonly id: string; readonly file: ReviewFile; readonly part: number };

/**
 * What a review found, and what it could not look at.
 *
 * @example const failed = ({ counts }: ReviewReport) => counts.error > 0;
 */
export interface ReviewReport {
  /** Each once, the worst first. */
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<Severity, number>>;
  /** Where the folder that was reviewed is in its repository, such as `packages/a`; absent where it is the whole. */
  readonly below?: string;
  /** How many files were looked at. */
  readonly files: number;
  readonly skipped: readonly Skipped[];
  /** Who looked, and at how many files. */
  readonly analysers: readonly AnalyserRan[];
  readonly diff?: string;
  /** Findings that are known, switched off, or usual in test code, by the reason. */
  readonly suppressed: Suppressed;
  /** What the model was to be asked; null where none is. */
  readonly estimate: ModelEstimate | null;
  /** Nothing was looked at: this is what would be. */
  readonly planOnly?: true;
  /** Findings on lines that did not change. */
  readonly outside: number;
  /** Findings that are not listed above, as the report would be too large; the tasks' results have some of them. */
  readonly cut: number;
  /** Null where no model was asked, or none answered. */
  readonly model: {
    readonly name: string;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly untied: number;
  } | null;
  /** The tasks without a result, and why. */
  readonly missing: readonly string[];
  /** What analysers did not look at, and why; no word of a model. Absent of what an earlier version found. */
  readonly unchecked?: readonly string[];
  readonly notes: readonly string[];
}
