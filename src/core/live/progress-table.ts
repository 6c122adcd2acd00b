/** Progress as Markdown for Temporal's Web UI: readable as plain text, too; bounded, because details there are. */
import { utf8Bytes } from '../byte-size.ts';
import { markdownText } from '../text/markup.ts';
import { span } from '../text/span.ts';
import type { Progress, TaskProgress, TaskState } from './control.ts';
import { stopText } from './stop-text.ts';

const states: Record<TaskState, string> = {
  queued: '· queued',
  running: '▸ running',
  succeeded: '✓ done',
  failed: '✗ failed',
};
/** Failed tasks that the first line names. */
const namedFailures = 3;
const headings = ['task', 'state', 'time', 'note'] as const;
/** Columns are filled up to here, so that a long id in one row costs no bytes in the others. */
const widestFilled = 32;

/**
 * A headline and a table of tasks for each fan-out, in all at most `maxBytes` of UTF-8: Temporal refuses details above
 * 20,000 bytes. What does not fit is left out, tasks first.
 *
 * @param shown what a task is called where others see it
 */
export function progressTable(
  fanOuts: readonly Progress[],
  maxBytes = 15_000,
  shown: (id: string) => string = (id) => id,
): string {
  const share = Math.floor(maxBytes / Math.max(1, fanOuts.length));
  let left = maxBytes;
  const sections: string[] = [];
  for (const fanOut of fanOuts) {
    const section = table(fanOut, share, shown);
    left -= utf8Bytes(section) + 2;
    if (left < -2) break;
    sections.push(section);
  }
  return sections.join('\n\n');
}

function table(progress: Progress, maxBytes: number, shown: (id: string) => string): string {
  const first = headline(progress, shown);
  const rows = progress.tasks.map((task) => cellsOf(task, shown));
  const widths = headings.map((heading, column) =>
    Math.min(widestFilled, Math.max(...[heading, ...rows.map((row) => row[column] ?? '')].map(({ length }) => length))),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(column === headings.length - 1 ? 0 : (widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${headings[column] === 'time' ? ':' : '-'}`).join('|')}|`;
  const lines = rows.length === 0 ? [first] : [first, '', line(headings), rule];
  let bytes = utf8Bytes(lines.join('\n'));
  for (const row of rows) {
    const written = line(row);
    bytes += utf8Bytes(written) + 1;
    if (bytes > maxBytes) break;
    lines.push(written);
  }
  return lines.join('\n');
}

/** What stands first is read in a list, too: how far it is or why it stopped, and what failed. */
function headline(
  { name, total, succeeded, failed, running, queued, ...more }: Progress,
  shown: (id: string) => string,
): string {
  const { stoppedBy, granularity, tasks } = more;
  const travel =
    granularity === undefined ? '' : granularity === 'local' ? ', run locally' : `, in packs of ${granularity}`;
  const counts = `${succeeded} of ${total} succeeded, ${failed} failed`;
  const state = stoppedBy ? `${stopText(stoppedBy)}: ${counts}` : `${counts}, ${running} running, ${queued} queued`;
  return `**${cell(name)}** ${state}${travel}${failuresOf(tasks, failed, shown)}`;
}

function failuresOf(tasks: readonly TaskProgress[], failed: number, shown: (id: string) => string): string {
  const listed = tasks.filter(({ state }) => state === 'failed').slice(0, namedFailures);
  if (listed.length === 0) return '';
  const named = listed.map(({ id, message }) =>
    message === undefined
      ? markdownText(shown(id), 60)
      : `${markdownText(shown(id), 60)} (${markdownText(message, 60)})`,
  );
  const more = failed > listed.length ? ` and ${failed - listed.length} more` : '';
  return `. Failed: ${named.join(', ')}${more}`;
}

function cellsOf({ id, state, startedAt, durationMs, message }: TaskProgress, shown: (id: string) => string): string[] {
  return [cell(shown(id)), states[state], timeOf({ startedAt, durationMs, state }), cell(message ?? '')];
}

/** A workflow knows the time only as far as its last step, so that of a task that runs it is said since when it does. */
function timeOf({
  startedAt,
  durationMs,
  state,
}: { [K in 'startedAt' | 'durationMs' | 'state']: TaskProgress[K] | undefined }): string {
  if (durationMs !== undefined) return span(durationMs);
  if (state !== 'running' || startedAt === undefined) return '';
  return `since ${new Date(startedAt).toISOString().slice(11, 19)} UTC`;
}

/** One line of a table cell, shown as it is: the Web UI renders Markdown, and would fetch an image of it. */
function cell(text: string): string {
  return markdownText(text, 120);
}
