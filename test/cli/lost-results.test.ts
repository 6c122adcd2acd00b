/** A result that is lost is shown as lost: its task ran, though nobody knows when. */
import { expect, test } from 'vitest';
import { reportPage } from '../../src/cli/report.ts';
import { timeline } from '../../src/cli/timeline.ts';
import { fanIn } from '../../src/core/fan-in.ts';
import type { TaskResult } from '../../src/core/task.ts';
import { lostResult } from '../../src/store/pages/results.ts';

const error = { kind: 'notStarted', name: 'TaskNotStartedError', message: 'not begun' } as const;
const never: TaskResult = { id: 'b', success: false, error, durationMs: 0, attempts: 0 };
const results = [lostResult('a', 'its page is gone'), never];

test('neither the timeline nor the report says that a task never started whose result is lost', () => {
  const text = timeline(results, 80, (_style, shown) => shown);
  expect([text].flat().join('\n')).toMatch(/a +result lost\nb +never started/);
  const view = {
    runId: 'r',
    kind: 'map',
    status: 'completed',
    startedAt: 0,
    fanIn: fanIn(results, { elapsedMs: 1, stoppedBy: 'allSettled' }),
  };
  const page = reportPage(view as never, undefined);
  expect(page.match(/result lost|never started/g)).toEqual(['result lost', 'never started']);
});
