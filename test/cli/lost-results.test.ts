/** A result that is lost is shown as lost: its task ran, though nobody knows when. */
import { expect, test } from 'vitest';
import { timeline } from '../../src/cli/timeline.ts';
import { fanIn } from '../../src/core/fan-in.ts';
import type { TaskResult } from '../../src/core/task.ts';
import { lostResult } from '../../src/store/pages/results.ts';
import { rowsOf } from '../../web/run/rows.ts';

const error = { kind: 'notStarted', name: 'TaskNotStartedError', message: 'not begun' } as const;
const never: TaskResult = { id: 'b', success: false, error, durationMs: 0, attempts: 0 };
const results = [lostResult('a', 'its page is gone'), never];

test('neither the timeline nor the report says that a task never started whose result is lost', () => {
  const text = timeline(results, 80, (_style, shown) => shown);
  expect([text].flat().join('\n')).toMatch(/a +result lost\nb +never started/);
  const view = { fanIn: fanIn(results, { elapsedMs: 1, stoppedBy: 'allSettled' }) };
  expect(rowsOf(view, new Map(), new Set()).map(({ id, state }) => [id, state])).toEqual([
    ['a', 'lost'],
    ['b', 'unstarted'],
  ]);
});
