/** When each task ran, as bars over one common time; a task that never started has no bar. */
import type { TaskResult } from '../core/task.ts';
import { isLost } from '../store/pages/results.ts';
import { truncateToWidth, padded, span, type Paint } from './text.ts';

const widestName = 22;
const timeWidth = 9;

/**
 * The tasks of a run as bars on one scale of time.
 *
 * @example await write(timeline(view.fanIn.results, 80, painter(process.stdout)));
 */
export function timeline(results: readonly TaskResult[], width: number, paint: Paint): string {
  const started = results.flatMap(({ startedAt, durationMs }) =>
    startedAt === undefined ? [] : [{ startedAt, durationMs }],
  );
  const start = started.reduce((least, { startedAt }) => Math.min(least, startedAt), Infinity);
  const total = started.reduce((most, each) => Math.max(most, each.startedAt + each.durationMs - start), 1);
  // A narrow terminal has room for some of the name and some of the bar.
  const nameWidth = Math.min(widestName, Math.floor(width * 0.35));
  const barWidth = Math.max(10, width - nameWidth - timeWidth - 4);
  const lines = results.map((result) => {
    const name = padded(truncateToWidth(result.id, nameWidth), nameWidth);
    if (result.startedAt === undefined) return `${name} ${paint('dim', withoutBar(result))}`;
    const before = Math.floor(((result.startedAt - start) / total) * barWidth);
    const length = Math.min(barWidth - before, Math.max(1, Math.round((result.durationMs / total) * barWidth)));
    const bar = result.success ? paint('green', '█'.repeat(length)) : paint('red', '░'.repeat(length));
    const space = ' '.repeat(Math.max(0, barWidth - before - length));
    return `${name} ${' '.repeat(before)}${bar}${space} ${span(result.durationMs).padStart(timeWidth)}`;
  });
  return lines.join('\n');
}

/** Instead of a bar: of a task whose result is lost nobody knows when it ran, and it did. */
export function withoutBar(result: TaskResult): string {
  return isLost(result) ? 'result lost' : 'never started';
}
