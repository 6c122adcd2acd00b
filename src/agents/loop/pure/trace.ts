/** The trace of an agent's run as a Markdown table, for the Temporal Web UI. */
import { markdownText, span } from '../../../core/text/index.ts';
import type { TraceEntry } from './state.ts';

/** The newest entries, at most `most`: below 9,000 bytes, as a character takes at most three. */
export function traceTable(trace: readonly TraceEntry[], most = 25): string {
  const start = trace[0]?.at ?? 0;
  const rows = trace.slice(-most).map(({ step, at, note, tokens }) => {
    const cells = [step, span(at - start), tokens === undefined ? '' : `${tokens} tokens`, markdownText(note, 100)];
    return `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  });
  return [
    '**agent**',
    '',
    '| step | after      | cost         | note |',
    '|------|------------|--------------|------|',
    ...rows,
  ].join('\n');
}

/** Of the cells, so that the table reads as text, too. */
const widths = [4, 10, 12];
