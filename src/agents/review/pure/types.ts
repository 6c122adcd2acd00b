/** A code review as data: what is asked, what each task finds, and the report that is made of all. */
import type { FanIn, RunContext } from '../../../index.ts';
import { merge, type Finding, type LineRange, type Severity } from './findings.ts';

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
}

/** A file to review. */
export interface ReviewFile {
  /** Below the root, with `/`. */
  readonly path: string;
  readonly language: string;
  /** In how many parts the model reads it, and which of them count. */
  readonly parts: readonly number[];
  /** The lines that count; all where absent. */
  readonly changed?: readonly LineRange[];
}

/** An analyser that is a program of its own, and the files it is asked about as positions in the plan. */
export interface AnalyserPlan {
  readonly id: string;
  readonly tool: 'oxlint' | 'eslint' | 'typescript';
  /** The compiler's project, as a path of the worker. */
  readonly project?: string;
  readonly files: readonly number[];
}

export interface Skipped {
  readonly reason: string;
  readonly count: number;
  /** The first of them. */
  readonly paths: readonly string[];
}

export interface ReviewPlan {
  /** The real path of the root. */
  readonly root: string;
  /** Whether a model is asked. */
  readonly model: boolean;
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
  readonly notes: readonly string[];
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

export interface ReviewReport {
  /** Each once, the worst first. */
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<Severity, number>>;
  /** How many files were looked at. */
  readonly files: number;
  readonly skipped: readonly Skipped[];
  /** Who looked, and at how many files. */
  readonly analysers: readonly AnalyserRan[];
  readonly diff?: string;
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
  readonly notes: readonly string[];
}

/** What one message may hold; the server's limit is 2 MB, and the fan-in is in the same one. */
const maxReportBytes = 400_000;
const maxNotes = 50;

/** Every task of a plan: the slowest first, then each file, then what the model is asked. */
export function tasksOf({ files, analysers, model }: ReviewPlan): ReviewTask[] {
  return [
    ...analysers.map((analyser) => ({ kind: 'analyser', id: `(${analyser.id})`, analyser }) as const),
    ...files.map((file) => ({ kind: 'file', id: file.path, file }) as const),
    ...(model ? files.flatMap(asked) : []),
  ];
}

function asked(file: ReviewFile): ReviewTask[] {
  return file.parts.map((part) => {
    const id = `${file.path} (model${part === 0 ? '' : `, part ${part + 1}`})`;
    return { kind: 'model', id, file, part };
  });
}

/** All that the tasks found, merged, ranked, and bounded to what a message bears; what is cut is counted. */
export function reportOf(input: ReviewInput, plan: ReviewPlan, fanIn: FanIn<Found>): ReviewReport {
  const found = fanIn.mergedResults;
  const merged = merge(found.flatMap(({ findings }) => findings));
  const findings = fitting(merged);
  const missing = Object.entries(fanIn.failedTasks).map(([id, message]) => `${id}: ${message.slice(0, 200)}`);
  const notes = [...new Set([...plan.notes, ...found.flatMap((each) => each.notes)])];
  return {
    findings,
    counts: { error: count(merged, 'error'), warning: count(merged, 'warning'), note: count(merged, 'note') },
    files: plan.files.length,
    skipped: plan.skipped,
    analysers: analysersOf(found),
    ...(input.diff === undefined ? {} : { diff: input.diff }),
    outside: sum(found.map(({ outside }) => outside)),
    cut: merged.length - findings.length + sum(found.map(({ cut }) => cut)),
    model: modelOf(found),
    missing: shortened(missing),
    notes: shortened(notes),
  };
}

function shortened(texts: readonly string[]): string[] {
  const more = texts.length - maxNotes;
  return more > 0 ? [...texts.slice(0, maxNotes), `… and ${more} more; the tasks' results have them`] : [...texts];
}

function fitting(findings: readonly Finding[]): Finding[] {
  let left = maxReportBytes;
  return findings.filter((finding) => {
    left -= bytesOf(JSON.stringify(finding)) + 1;
    return left >= 0;
  });
}

function bytesOf(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) bytes += code > 0x7ff ? 2 : 1;
  }
  return bytes;
}

function analysersOf(found: readonly Found[]): AnalyserRan[] {
  const byName = new Map<string, AnalyserRan>();
  for (const ran of found.flatMap(({ analysers = [] }) => analysers)) {
    const name = `${ran.name} ${ran.version}`;
    byName.set(name, { ...ran, files: ran.files + (byName.get(name)?.files ?? 0) });
  }
  return [...byName.values()];
}

function modelOf(found: readonly Found[]): ReviewReport['model'] {
  const answered = found.flatMap(({ model }) => model ?? []);
  const [first] = answered;
  if (!first) return null;
  return {
    name: first.name,
    inputTokens: sum(answered.map(({ inputTokens }) => inputTokens)),
    outputTokens: sum(answered.map(({ outputTokens }) => outputTokens)),
    untied: sum(answered.map(({ untied }) => untied)),
  };
}

function count(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
