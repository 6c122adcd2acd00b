/** Research in depth for a person: a row for each question instead of one for each search, and what is missing. */
import type { TaskResult } from '../../index.ts';
import { truncateToWidth, span, wrap, type Paint, timeline } from '../../command.ts';
import Table from 'cli-table3';
import type { AskedQuestion, Report } from './pure/report.ts';

export function depthSections(report: Report, results: readonly TaskResult[], width: number, paint: Paint): string[] {
  const title = (text: string): string => paint('bold', text);
  const asked = report.questions.map((question) => ({ question, ...spanOf(question, results) }));
  const bars = asked.flatMap(({ question, startedAt, durationMs }): TaskResult[] =>
    startedAt === undefined
      ? []
      : [{ id: question.label, success: true, result: undefined, durationMs, attempts: 1, startedAt }],
  );
  const missing = missingLines(report);
  return [
    `${title('Questions')}\n${table(asked, width, paint)}`,
    bars.length === 0 ? '' : `${title('Timeline of the searches')}\n${timeline(bars, width, paint)}`,
    missing.length === 0 ? '' : `${title('Missing')}\n${missing.map((line) => wrap(`- ${line}`, width)).join('\n')}`,
  ];
}

interface Row {
  readonly question: AskedQuestion;
  readonly durationMs: number;
}

function table(rows: readonly Row[], width: number, paint: Paint): string {
  const fixed = [3, 9, 8, 10];
  const first = width - fixed.reduce((sum, each) => sum + each, 0) - fixed.length - 2;
  const made = new Table({
    head: ['question', '', 'sources', 'claims', 'time'],
    colWidths: [first, ...fixed],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    wordWrap: true,
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { question, durationMs } of rows) {
    const { level, asked, failed, claims, answered } = question;
    // A follow-up stands under what it follows up.
    const name = `${'  '.repeat(level - 1)}${truncateToWidth(question.question, first - 2 * level)}`;
    const mark = answered ? paint('green', '✓') : paint('red', '✗');
    made.push([name, mark, `${asked - Object.keys(failed).length}/${asked}`, String(claims), span(durationMs)]);
  }
  return made.toString();
}

/** From the first search of a question to the end of its last. */
function spanOf({ label }: AskedQuestion, results: readonly TaskResult[]): { startedAt?: number; durationMs: number } {
  const own = results.filter(({ id }) => id.startsWith(`${label}/`));
  const starts = own.flatMap(({ startedAt }) => startedAt ?? []);
  if (starts.length === 0) return { durationMs: 0 };
  const startedAt = Math.min(...starts);
  const end = Math.max(...own.map((result) => (result.startedAt ?? startedAt) + result.durationMs));
  return { startedAt, durationMs: end - startedAt };
}

/** Sources that failed by name alone: the reasons are in the report. */
function missingLines({ missing, questions }: Report): string[] {
  const failed = [...new Set(questions.flatMap((question) => Object.keys(question.failed)))];
  const others = missing.filter((line) => !failed.some((source) => line.startsWith(`${source} did not answer`)));
  const missingText =
    failed.length === 0 ? [] : [`Did not answer, or not always: ${failed.join(', ')} (-o report.md says why)`];
  return [...others, ...missingText];
}
