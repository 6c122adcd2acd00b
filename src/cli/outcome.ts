/** What became of a run, for a person: the answer first, then where it came from, how long it took and what to do next. */
import Table from 'cli-table3';
import type { TaskFailure, TaskResult } from '../core/task.ts';
import { stopText } from '../core/live/stop-text.ts';
import { percent } from '../core/errors.ts';
import type { RunView } from '../runs/run-view.ts';
import { approvalsText } from './approvals.ts';
import type { TaskRows } from '../runs/face.ts';
import { faceOf } from './equipment.ts';
import { progressText } from './live-progress.ts';
import { runCostsText } from './costs.ts';
import { columnsOf, many, shellWord, span, wrap, truncateToWidth, type Paint } from './text.ts';
import { linesText } from './table.ts';
import { timeline } from './timeline.ts';

export interface OutcomeOptions {
  readonly width: number;
  readonly paint: Paint;
  readonly question?: string | undefined;
  /** The run's page in Temporal's Web UI. */
  readonly page?: string | undefined;
  /** The server is fanfold's own, so its pages are there only while a command of fanfold runs. */
  readonly embedded: boolean;
  callOf(command: string): string;
}

/** Rows of a table that a person still reads; `--json` has all. */
const maxRows = 30;
/** Characters of a failure's message that are looked at. */
const longestMessage = 1000;
/** Columns of a table of which a note can be read. */
const leastNote = 12;

export function outcomeText(view: RunView, options: OutcomeOptions): string {
  const sections = view.status === 'running' ? runningSections(view, options) : endedSections(view, options);
  return [...sections, linksText(view, options)].filter((section) => section !== '').join('\n\n');
}

function runningSections(view: RunView, options: OutcomeOptions): string[] {
  const { width, paint, question } = options;
  const progress = progressText(view, { width, rows: maxRows, paint, now: Date.now() });
  const running = view.costs ? `${progress}\n${wrap(runCostsText(view.costs), width)}` : progress;
  return [
    question === undefined ? '' : paint('bold', wrap(question, width)),
    running,
    view.approvals ? approvalsText(view.runId, view.approvals, options) : '',
  ];
}

function endedSections(view: RunView, options: OutcomeOptions): string[] {
  const { width, paint, question } = options;
  const text = answerSections(view, options);
  const face = faceOf(view.kind);
  const { noun = face?.kind.noun ?? 'task', ...tasks } = tasksOf(view, text);
  const results = view.fanIn?.results ?? [];
  const asked = text.length > 0 || question === undefined ? [] : [paint('bold', wrap(question, width))];
  return [
    ...asked,
    ...text,
    ...rowSections(results, { ...tasks, noun }, width, paint),
    summary(view, noun, width, paint),
  ];
}

function answerSections({ kind, answer, fanIn }: RunView, { width, paint, question }: OutcomeOptions): string[] {
  const face = answer === undefined ? undefined : faceOf(kind);
  return face?.text(answer, { width, paint, question, results: fanIn?.results ?? [] }) ?? [];
}

/** Where there is no answer, a table of the tasks is all there is to say. */
function tasksOf({ kind, answer }: RunView, text: readonly string[]): TaskRows {
  return (text.length > 0 ? faceOf(kind)?.tasks?.(answer) : undefined) ?? { rows: 'all' };
}

function rowSections(
  results: readonly TaskResult[],
  tasks: Required<Pick<TaskRows, 'noun'>> & TaskRows,
  width: number,
  paint: Paint,
): string[] {
  const { rows, noun } = tasks;
  const failures = results.filter(({ success }) => !success);
  if (rows === 'none' || results.length === 0) return [];
  if (rows === 'failures') return failures.length === 0 ? [] : [resultsTable(failures, tasks, width, paint)];
  const missing = failures.map(({ id }) => id);
  const title = (text: string): string => paint('bold', text);
  return [
    `${title(`${capital(noun)}s`)}\n${resultsTable(results, tasks, width, paint)}`,
    `${title('Timeline')}\n${timeline(shown(results), width, paint)}`,
    missing.length === 0 ? '' : wrap(`Missing: ${missing.slice(0, maxRows).join(', ')}${more(missing)}`, width),
  ];
}

function summary(
  { runId, status, fanIn, error, resultsProblem, startedAt, closedAt, costs }: RunView,
  noun: string,
  width: number,
  paint: Paint,
): string {
  const time = closedAt === undefined ? '' : ` in ${span(closedAt - startedAt)}`;
  const colour = status === 'completed' ? 'green' : 'red';
  const head = `${paint('bold', runId)} ${paint(colour, status)}${time}`;
  const total = fanIn ? fanIn.successCount + fanIn.failureCount : 0;
  const counts = fanIn
    ? `${fanIn.successCount} of ${many(total, noun)} succeeded (${percent(fanIn.successRatio)}); ${stopText(fanIn.stoppedBy)}.`
    : '';
  const spent = fanIn?.spent === undefined ? '' : ` ${fanIn.spent} of the budget spent.`;
  const lines = [head, wrap(`${counts}${spent}`, width), costs ? wrap(runCostsText(costs), width) : ''];
  if (error) lines.push(paint('red', wrap(`${error.type}: ${error.message}`, width)));
  if (resultsProblem) lines.push(paint('red', wrap(`Its results cannot be read: ${resultsProblem.message}`, width)));
  return lines.filter((line) => line !== '').join('\n');
}

function resultsTable(
  results: readonly TaskResult[],
  { noun = '', counts }: TaskRows,
  width: number,
  paint: Paint,
): string {
  const nameWidth = Math.min(26, Math.max(noun.length, ...shown(results).map(({ id }) => columnsOf(id))) + 2);
  const fixed = [nameWidth, 3, 9, 11];
  const noteWidth = width - fixed.reduce((sum, each) => sum + each, 0) - fixed.length - 2;
  const head = [noun, '', 'results', 'time', 'note'];
  const rest = more(results);
  const listed = shown(results);
  if (noteWidth < leastNote) {
    const rows = listed.map((result) => row(result, { name: width, note: width, counts }, paint));
    return [linesText({ head: ['', '', 'results', '', ''], rows }, width), ...restLines(rest)].join('\n');
  }
  const table = new Table({
    head,
    colWidths: [...fixed, noteWidth],
    colAligns: ['left', 'left', 'right', 'right', 'left'],
    wordWrap: true,
    // Names and addresses longer than their column are broken into it.
    wrapOnWordBoundary: false,
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  table.push(...listed.map((result) => row(result, { name: nameWidth - 2, note: noteWidth - 2, counts }, paint)));
  return [table.toString(), ...restLines(rest)].join('\n');
}

function restLines(rest: string): string[] {
  return rest === '' ? [] : [`${rest.trim()} (--json has all)`];
}

interface RowRule {
  readonly counts: TaskRows['counts'] | undefined;
  /** Columns of each. */
  readonly name: number;
  readonly note: number;
}

function row(result: TaskResult, { name: nameWidth, note: noteWidth, counts }: RowRule, paint: Paint): string[] {
  const time = result.startedAt === undefined ? '' : span(result.durationMs);
  const name = truncateToWidth(result.id, nameWidth);
  if (!result.success) {
    return [name, paint('red', '✗'), '', time, breakWords(truncateToWidth(failureNote(result), 200), noteWidth)];
  }
  const all = listOf(result.result);
  const found = counts ? all?.filter((entry) => counts(entry)) : all;
  const note = noteOf(result.result, found?.length === 0 ? all : found);
  return [name, paint('green', '✓'), found ? String(found.length) : '', time, truncateToWidth(note, noteWidth)];
}

/** What went wrong; what to do about it, which may be the same for many, is said by `dead-letters`. */
function failureNote({ id, error }: TaskFailure): string {
  const [first = ''] = error.message.slice(0, longestMessage).split(/\.\s(?=\p{Lu})/u, 1);
  const named = `${id} `;
  return `${error.kind}: ${first.startsWith(named) ? first.slice(named.length) : first}`;
}

function breakWords(text: string, width: number): string {
  return wrap(text, width);
}

/** The first title that a source found, the rows that a tool did, or the value itself. */
function noteOf(value: unknown, list: readonly unknown[] | undefined): string {
  if (!list) return value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const names = list.flatMap((each) => {
    if (typeof each !== 'object' || each === null) return [];
    return 'title' in each ? String(each.title) : 'ref' in each ? String(each.ref) : [];
  });
  return Array.isArray(value) ? (names[0] ?? '') : names.join(', ');
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  const rows: unknown = typeof value === 'object' && value !== null && 'rows' in value ? value.rows : undefined;
  return Array.isArray(rows) ? rows : undefined;
}

/** The failures first, where not all fit. */
function shown(results: readonly TaskResult[]): readonly TaskResult[] {
  if (results.length <= maxRows) return results;
  return results.toSorted((a, b) => Number(a.success) - Number(b.success)).slice(0, maxRows);
}

function more(all: readonly unknown[]): string {
  return all.length > maxRows ? ` … and ${all.length - maxRows} more` : '';
}

function linksText(
  { runId, status, fanIn }: RunView,
  { page, embedded, callOf, paint, width }: OutcomeOptions,
): string {
  const lines: [string, string][] = [];
  if (page !== undefined) lines.push(['Web UI', page]);
  if (page !== undefined && embedded) lines.push(['', `(there while fanfold runs: ${callOf('dev')})`]);
  lines.push(
    status === 'running'
      ? ['Rejoin', callOf(`watch ${shellWord(runId)}`)]
      : ['Again', callOf(`show ${shellWord(runId)}`)],
  );
  if (status !== 'running' && fanIn?.failureCount !== 0) {
    if (fanIn) lines.push(['Why', callOf(`dead-letters ${shellWord(runId)}`)]);
    lines.push(['Redrive', callOf(`redrive ${shellWord(runId)}`)]);
  }
  const beside = ' '.repeat(9);
  return lines
    .map(([name, text]) => `${paint('dim', name.padEnd(8))} ${wrap(text, width, beside).trimStart()}`)
    .join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
