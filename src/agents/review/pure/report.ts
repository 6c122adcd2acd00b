/** The tasks of a plan, and the report that is made of what they found; both run in a workflow. */
import { given, type FanIn } from '../../../index.ts';
import type { Finding, Severity } from './findings.ts';
import { fitting } from './fitting.ts';
import { gathered } from './gathered.ts';
import { folded, isKnown, merge } from './merge.ts';
import { sumOfSuppressed } from './settings.ts';
import type { AnalyserRan, Found, ReviewFile, ReviewInput, ReviewPlan, ReviewReport, ReviewTask } from './types.ts';

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

/** All that the tasks found, merged, ranked, and bounded to the size of a message; what is left out is counted. */
export function reviewReport(input: ReviewInput, plan: ReviewPlan, fanIn: FanIn<Found>): ReviewReport {
  const found = fanIn.mergedResults;
  const known = new Set(input.baseline);
  const all = merge(found.flatMap(({ findings }) => findings));
  // What is new is gathered by itself: beside what is known it would stand at an old file.
  const fresh = known.size === 0 ? all : all.filter((finding) => !isKnown(finding, known));
  const merged = gathered(folded(fresh));
  const findings = fitting(merged, maxReportBytes);
  const inBaseline = all.length - fresh.length;
  const missing = Object.entries(fanIn.failedTasks).map(([id, message]) => `${id}: ${message.slice(0, 200)}`);
  const notes = [...new Set([...plan.notes, ...found.flatMap((each) => each.notes)])];
  return {
    findings,
    counts: { error: count(merged, 'error'), warning: count(merged, 'warning'), note: count(merged, 'note') },
    files: plan.files.filter(({ secretsOnly }) => !secretsOnly).length,
    skipped: plan.skipped,
    analysers: analysersOf(found),
    ...given({ diff: input.diff, below: plan.below }),
    suppressed: sumOfSuppressed([
      ...found.map(({ suppressed }) => suppressed),
      inBaseline > 0 ? { baseline: inBaseline } : {},
    ]),
    estimate: plan.estimate ?? null,
    outside: sum(found.map(({ outside }) => outside)),
    cut: placesIn(merged) - placesIn(findings) + sum(found.map(({ cut }) => cut)),
    model: modelOf(found),
    missing: shortened(missing),
    unchecked: shortened(uncheckedIn(plan, fanIn)),
    notes: shortened(notes),
  };
}

/** By the ids of the tasks, as a file may be called like what a model is asked of another. */
function uncheckedIn(plan: ReviewPlan, { failedTasks, mergedResults }: FanIn<Found>): string[] {
  const failed = tasksOf(plan).filter(({ kind, id }) => kind !== 'model' && Object.hasOwn(failedTasks, id));
  return [
    ...failed.map(({ id }) => `no result of ${id}: ${failedTasks[id]?.slice(0, 200) ?? ''}`),
    ...mergedResults.flatMap(({ unread }) => unread?.slice(0, 400) ?? []),
  ];
}

function shortened(texts: readonly string[]): string[] {
  const more = texts.length - maxNotes;
  return more > 0 ? [...texts.slice(0, maxNotes), `… and ${more} more; the tasks' results have them`] : [...texts];
}

function placesIn(findings: readonly Finding[]): number {
  return sum(findings.map(({ places = [] }) => 1 + places.length));
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
