/** A run as one HTML page that needs nothing else: what became of each task, and when. Everything in it is escaped. */
import type { RunView } from '../runs/run-view.ts';
import type { TaskResult } from '../core/task.ts';
import { withoutBar } from './timeline.ts';
import { htmlText } from '../core/text/markup.ts';
import type { Face } from '../runs/face.ts';

/** The page, as text. @param face of the run's kind, which writes its answer */
export function reportPage(view: RunView, face?: Face): string {
  const results = view.fanIn?.results ?? [];
  const from = Math.min(...results.map(({ startedAt }) => startedAt ?? Infinity));
  const to = Math.max(from + 1, ...results.map((result) => (result.startedAt ?? from) + result.durationMs));
  const rows = results.map((result) => row(result, from, to - from)).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${htmlText(view.runId)} · fanfold</title><style>${style}</style></head><body>
<h1>${htmlText(view.runId)} <small class="${view.status}">${view.status}</small></h1>
<p>${summary(view)}</p>
${view.error ? `<p class="failed">${htmlText(view.error.type)}: ${htmlText(view.error.message)}</p>` : ''}
${answer(view, face)}
<div class="wide"><table><thead><tr><th>task</th><th></th><th>ms</th><th class="line">timeline</th><th>note</th></tr></thead>
<tbody>
${rows}
</tbody></table></div>
</body></html>
`;
}

const style = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1c2430; background: #fff }
h1 { font-size: 1.4rem } small { font-size: .9rem; font-weight: 500; margin-left: .5rem }
.completed, .ok { color: #12713b } .failed { color: #b3261e } .cancelled, .running { color: #8a5a00 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #e3e7ee; vertical-align: top }
td:first-child { overflow-wrap: anywhere; min-width: 8rem } .wide { overflow-x: auto }
p, h1 { overflow-wrap: anywhere } th:nth-child(3), td:nth-child(3) { text-align: right; font-variant-numeric: tabular-nums } .line { width: 45%; min-width: 8rem }
.bar { height: .8rem; border-radius: 3px; background: #2f9e5f; min-width: 2px; margin-top: .35rem } .bar.failed { background: #d3504a }
pre { white-space: pre-wrap; background: #f5f7fa; padding: 1rem; border-radius: 6px; overflow-wrap: anywhere }
.aligned { white-space: pre; overflow-x: auto; overflow-wrap: normal }
@media (prefers-color-scheme: dark) { body { color: #e6eaf0; background: #12161c } th, td { border-color: #2a323d } pre { background: #1b222b } .completed, .ok { color: #5fd08c } .failed { color: #ff8a80 } .cancelled, .running { color: #f0b44c } }
`;

function summary({ kind, startedAt, fanIn, redriveOf }: RunView): string {
  const parts = [htmlText(kind), new Date(startedAt).toISOString()];
  if (fanIn) {
    const { successCount, failureCount, elapsedMs, stoppedBy } = fanIn;
    parts.push(
      `${successCount} of ${successCount + failureCount} tasks succeeded in ${elapsedMs} ms`,
      `stopped by ${stoppedBy}`,
    );
  }
  if (redriveOf !== undefined) parts.push(`redrive of ${htmlText(redriveOf)}`);
  return parts.join(' · ');
}

/** Wider than any line, since the page wraps by itself. */
const pageWidth = 10_000;

function answer({ answer: given, fanIn }: RunView, face: Face | undefined): string {
  const page = { width: pageWidth, paint: (_style: unknown, text: string) => text, results: fanIn?.results ?? [] };
  const text = given === undefined ? '' : (face?.text(given, page) ?? []).filter(Boolean).join('\n\n');
  if (text === '') return '';
  // Where columns stand under each other it is scrolled where it is too wide, and not broken.
  return `<pre${face?.aligned ? ' class="aligned"' : ''}>${htmlText(text)}</pre>`;
}

function row(result: TaskResult, from: number, span: number): string {
  const { id, success, durationMs, startedAt } = result;
  const left = startedAt === undefined ? 0 : ((startedAt - from) / span) * 100;
  const width = (durationMs / span) * 100;
  const place = `margin-left:${left.toFixed(2)}%;width:${Math.min(width, 100 - left).toFixed(2)}%`;
  const bar =
    startedAt === undefined
      ? withoutBar(result)
      : `<div class="bar ${success ? '' : 'failed'}" style="${place}"></div>`;
  const note = success ? '' : `${result.error.kind}: ${result.error.message}`;
  const mark = success ? '<td class="ok">✓</td>' : '<td class="failed">✗</td>';
  return `<tr><td>${htmlText(id)}</td>${mark}<td>${durationMs}</td><td>${bar}</td><td>${htmlText(note)}</td></tr>`;
}
