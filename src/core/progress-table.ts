/** Progress as a Markdown table, for the Temporal Web UI; bounded, because details there are. */
import type { Progress, TaskState } from './control.ts';

const marks: Record<TaskState, string> = { queued: '·', running: '…', succeeded: '✓', failed: '✗' };

/** A headline and a table of tasks, at most `maxBytes` long (Temporal refuses details above 20,000 bytes). */
export function progressTable(fanOuts: readonly Progress[], maxBytes = 15_000): string {
  return fanOuts.map((fanOut) => section(fanOut, Math.floor(maxBytes / Math.max(1, fanOuts.length)))).join('\n\n');
}

function section(progress: Progress, maxBytes: number): string {
  const { name, total, succeeded, failed, running, queued, stoppedBy } = progress;
  const state = stoppedBy ? `over: ${stoppedBy}` : `${running} running, ${queued} queued`;
  const lines = [`**${name}** ${succeeded}/${total} done, ${failed} failed, ${state}`, '', '| task | | ms | note |', '|---|---|---|---|'];
  let bytes = lines.join('\n').length;
  for (const { id, state: taskState, durationMs, message } of progress.tasks) {
    const line = `| ${cell(id)} | ${marks[taskState]} | ${durationMs ?? ''} | ${cell(message ?? '')} |`;
    bytes += line.length * 2;
    if (bytes > maxBytes) break;
    lines.push(line);
  }
  return lines.join('\n');
}

function cell(text: string): string {
  return text.replaceAll(/[|\n\r]+/g, ' ').slice(0, 120);
}
