/** What commands write, on terminals of any width: no line is wider, and nothing is refused for want of room. */
import { beforeAll, describe, expect, it } from 'vitest';
import { useEquipment } from '../../src/cli/equipment.ts';
import { limitsTable } from '../../src/cli/limits.ts';
import { outcomeText } from '../../src/cli/outcome.ts';
import { columnsOf } from '../../src/cli/text.ts';
import { fanIn } from '../../src/core/fan-in.ts';
import type { TaskFailure, TaskResult } from '../../src/core/task.ts';
import type { RunView } from '../../src/runs/run-view.ts';

const plain = (_style: unknown, text: string): string => text;
const done = (id: string, at: number, result: unknown = `what came of ${id}, at some length`): TaskResult => ({
  id,
  success: true,
  result,
  durationMs: 100 + at,
  attempts: 1,
  startedAt: 1000 + at,
});
const failed: TaskFailure = {
  id: 'a-task-with-quite-a-long-name-of-its-own',
  success: false,
  error: { kind: 'failed', name: 'Error', message: 'The service of customers answered 503 for the third time' },
  durationMs: 20,
  attempts: 3,
  startedAt: 1000,
};
const results = [failed, ...Array.from({ length: 40 }, (_, at) => done(`invoice-of-customer-${at}-of-spring`, at))];
const view: RunView = {
  runId: 'tasks-1',
  kind: 'tasks',
  status: 'completed',
  startedAt: 1000,
  closedAt: 3000,
  fanIn: fanIn(results, { elapsedMs: 2000, stoppedBy: 'deadline' }),
};
const options = { paint: plain, embedded: false, callOf: (command: string) => `npx fanfold ${command}` };

beforeAll(() => useEquipment({ faces: [] } as never));

function widest(text: string): number {
  return Math.max(...text.split('\n').map(columnsOf));
}

describe('the outcome of a run', () => {
  it.each([40, 50, 60, 80, 100])('is at most %i columns wide, and says why it stopped in words', (width) => {
    const text = outcomeText(view, { ...options, width });
    expect(widest(text)).toBeLessThanOrEqual(width);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      '40 of 41 tasks succeeded (97.6%); stopped because the deadline came.',
    );
    // Over several lines of its column.
    expect(text.replaceAll(/[\s│]+/g, ' ')).toMatch(/The service .*customers .*answered .*503/);
  });
});

it('a table names what failed, and the command that says what to do about it', () => {
  const message = `${failed.id} cannot be reached (ENOTFOUND). Check the network`;
  const gone: TaskResult = { ...failed, error: { kind: 'failed', name: 'Error', message } };
  const fanned = fanIn([gone, done('other', 1)], { elapsedMs: 1, stoppedBy: 'allSettled' });
  const text = outcomeText({ ...view, fanIn: fanned }, { ...options, width: 120 });
  expect(text).toMatch(/│ failed: cannot be reached \(ENOTFOUND\) +│/);
  expect(text).toMatch(/^Why +npx fanfold dead-letters tasks-1$/m);
});

describe('the list of limits', () => {
  const limit = { name: 'openai', inFlight: 3, queued: 9, concurrency: 3, throttled: 0, processes: 1 } as never;

  it('is a table where it fits, and lines where it does not', () => {
    expect(limitsTable([limit], 1, 120)).toMatch(/^┌/);
    for (const width of [30, 40, 60]) {
      const text = limitsTable([limit], 1, width);
      expect(widest(text), `${width}`).toBeLessThanOrEqual(width);
      expect(text.replaceAll(/\s+/g, ' ')).toBe(
        'openai in flight 3, queued 9, at once 3, a second any, throttled 0, workers 1',
      );
    }
  });
});

it('a source that could not read some of its documents has as many results as it has passages', async () => {
  const { researchFace } = await import('../../src/agents/research/command.ts');
  useEquipment({ faces: [researchFace] } as never);
  const passage = { source: 'pubmed', title: 'A heron in winter', url: 'https://example.org/1', snippet: 'It stands.' };
  const gap = { ...passage, title: 'The rest of its results', url: '', unread: 'it ran out of time' };
  const found: TaskResult[] = [done('pubmed', 0, [gap, passage]), done('github', 1, [gap])];
  const answer = { text: 'It stands.', citations: [], note: '' };
  const ended = { ...view, kind: 'research', answer, fanIn: fanIn(found, { elapsedMs: 1, stoppedBy: 'allSettled' }) };
  const text = outcomeText(ended, { ...options, width: 100 });
  expect(text).toMatch(/pubmed +│ ✓ │ +1 │.*A heron in winter/);
  expect(text).toMatch(/github +│ ✓ │ +0 │.*The rest of its results/);
});
