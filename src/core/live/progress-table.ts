/** Progress as a Markdown table, for the Temporal Web UI; bounded, because details there are. */
import { markdownText } from '../text/markup.ts';
import type { Progress, TaskState } from './control.ts';

const marks: Record<TaskState, string> = { queued: '·', running: '…', succeeded: '✓', failed: '✗' };

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
    left -= byteLength(section) + 2;
    if (left < -2) break;
    sections.push(section);
  }
  return sections.join('\n\n');
}

function table(progress: Progress, maxBytes: number, shown: (id: string) => string): string {
  const { name, total, succeeded, failed, running, queued, stoppedBy, granularity } = progress;
  const state = stoppedBy ? `over: ${stoppedBy}` : `${running} running, ${queued} queued`;
  const travel =
    granularity === undefined ? '' : granularity === 'local' ? ', run locally' : `, in packs of ${granularity}`;
  const headline = `**${cell(name)}** ${succeeded}/${total} done, ${failed} failed, ${state}${travel}`;
  const lines = [headline, '', '| task | | ms | note |', '|---|---|---|---|'];
  let bytes = byteLength(lines.join('\n'));
  for (const { id, state: taskState, durationMs, message } of progress.tasks) {
    const line = `| ${cell(shown(id))} | ${marks[taskState]} | ${durationMs ?? ''} | ${cell(message ?? '')} |`;
    bytes += byteLength(line) + 1;
    if (bytes > maxBytes) break;
    lines.push(line);
  }
  return lines.join('\n');
}

/** One line of a table cell, shown as it is: the Web UI renders Markdown, and would fetch an image of it. */
function cell(text: string): string {
  return markdownText(text, 120);
}

/** In UTF-8, rounded up: a surrogate pair takes four bytes and counts six. */
function byteLength(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
  }
  return bytes;
}
