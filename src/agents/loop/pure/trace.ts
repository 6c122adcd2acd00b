/** The trace of an agent's run as a Markdown table, for the Temporal Web UI. */
import { markdownText } from '../../../core/text/index.ts';
import type { TraceEntry } from './state.ts';

/** The newest entries, at most `most`: below 9,000 bytes, as a character takes at most three. */
export function traceTable(trace: readonly TraceEntry[], most = 25): string {
  const start = trace[0]?.at ?? 0;
  const rows = trace.slice(-most).map(({ step, at, note, tokens }) => {
    const cell = markdownText(note, 100);
    return `| ${step} | ${at - start} | ${tokens ?? ''} | ${cell} |`;
  });
  return ['**agent**', '', '| step | ms | tokens | note |', '|---|---|---|---|', ...rows].join('\n');
}
