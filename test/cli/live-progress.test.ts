/** A run while it goes on, on terminals of any width, and where there is none. */
import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { live, progressText } from '../../src/cli/live-progress.ts';
import { columnsOf } from '../../src/cli/text.ts';
import type { Progress, TaskProgress } from '../../src/core/live/control.ts';
import type { RunningRun, RunView } from '../../src/runs/run-view.ts';

const plain = (_style: unknown, text: string): string => text;
const now = 100_000;

function run(tasks: readonly TaskProgress[], more: Partial<Progress> = {}): RunningRun {
  const count = (state: TaskProgress['state']): number => tasks.filter((each) => each.state === state).length;
  const counts = { queued: count('queued'), running: count('running'), failed: count('failed') };
  const fanOut = { ...counts, succeeded: count('succeeded'), concurrency: 3, startedAt: 0, minimum: {} };
  const progress = [{ name: 'items', total: tasks.length, ...fanOut, tasks, ...more }];
  return { runId: 'r1', kind: 'tasks', status: 'running', startedAt: 0, progress };
}

const text = (view: RunningRun, width = 90): string => progressText(view, { width, rows: 40, paint: plain, now });

const troubled = run(
  [
    { id: 'a', state: 'running', startedAt: 0, retry: { attempt: 3, message: 'it answered 503', at: now + 2000 } },
    { id: 'b', state: 'running', startedAt: 0, waitingFor: { limit: 'openai', why: 'queued' } },
    { id: 'c', state: 'running', startedAt: 0, waitingFor: { limit: 'openai', why: 'throttled', until: now + 5000 } },
  ],
  { spent: 12.345, deadlineAt: now + 9000 },
);

describe('a run that goes on', () => {
  it('says what waits at which limit, what is tried again and why, what was spent and what time is left', () => {
    expect(text(troubled, 120)).toBe(
      [
        'r1 1 min 40 s',
        'items: 0/3 done, 0 failed, 3 running, 0 queued, 2 at a limit, 1 tried again, 12.35 spent, 9.0 s left',
        '  … a                        1 min 40 s  attempt 3, again in 2.0 s; the last failed: it answered 503',
        '  … b                        1 min 40 s  waits its turn at openai',
        '  … c                        1 min 40 s  was refused by openai for lack of room, again in 5.0 s',
      ].join('\n'),
    );
  });

  it('is no wider than its terminal, however narrow that is', () => {
    for (const width of [20, 32, 40, 60, 100])
      for (const line of text(troubled, width).split('\n'))
        expect(columnsOf(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
  });

  it('of thousands of tasks shows the slowest that run, some that failed, and how many more there are', () => {
    const tasks = Array.from({ length: 3000 }, (_, at): TaskProgress => {
      const id = `task-${at}`;
      if (at % 3 === 0) return { id, state: 'running', startedAt: 50_000 - at };
      return at % 3 === 1
        ? { id, state: 'failed', durationMs: 5, message: 'no' }
        : { id, state: 'succeeded', durationMs: 9 };
    });
    const lines = text(run(tasks)).split('\n');
    expect(lines).toHaveLength(18);
    expect(lines[2]).toMatch(/^ {2}… task-2997 /);
    expect(lines.filter((line) => line.includes('✗'))).toHaveLength(5);
    expect(lines.at(-1)).toMatch(/… and 2985 more, not listed/);
  });
});

describe('where there is no terminal', () => {
  const written = (views: readonly RunningRun[], everyMs: number, last?: RunView): string[] => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    try {
      const stream = new PassThrough();
      const display = live(Object.assign(stream, { isTTY: false }) as unknown as NodeJS.WriteStream);
      for (const view of views) {
        display.show(view);
        vi.advanceTimersByTime(everyMs);
      }
      display.end(last);
      return String(stream.read() ?? '')
        .trimEnd()
        .split('\n');
    } finally {
      vi.useRealTimers();
    }
  };
  const wide = (done: number): RunningRun =>
    run(
      Array.from({ length: 200 }, (_, at): TaskProgress => ({ id: `t${at}`, state: 'succeeded', durationMs: 1 })),
      { total: 10_000, succeeded: done, queued: 10_000 - done },
    );

  it('a wide run of two hours is its numbers, ever more rarely, and no line a task', () => {
    const lines = written(
      Array.from({ length: 3600 }, (_, at) => wide(at)),
      2000,
    );
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.length).toBeLessThan(150);
    expect(lines.filter((line) => /t\d/.test(line) && !/items:/.test(line))).toEqual([]);
  });

  it('counts of the middle are not the last word of a run that ended before it was seen again', () => {
    const fanIn = { results: [], successCount: 9_990, failureCount: 10 };
    const over = { runId: 'r1', kind: 'tasks', status: 'completed', startedAt: 0, fanIn } as unknown as RunView;
    expect(written([wide(90)], 1, over).at(-1)).toBe('Run r1 completed: 9990 succeeded, 10 failed');
    expect(written([wide(90)], 1, wide(95)).at(-1)).toMatch(/^items: 90\/10000 done/);
  });

  it('a small one has a line a task, and why it was over', () => {
    const tasks: TaskProgress[] = [
      { id: 'a', state: 'succeeded', durationMs: 5 },
      { id: 'b', state: 'failed', durationMs: 7, message: 'no access' },
    ];
    expect(written([run(tasks, { stoppedBy: 'deadline' })], 1)).toEqual([
      'Run r1 goes on',
      expect.stringMatching(/^ {2}✓ a +5 ms$/),
      expect.stringMatching(/^ {2}✗ b +7 ms {2}no access$/),
      'items: 1/2 done, 1 failed, 0 running, 0 queued; stopped because the deadline came',
    ]);
  });
});
