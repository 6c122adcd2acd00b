/** A run whose tasks are fan-outs themselves, as a person sees it. */
import { expect, test } from 'vitest';
import { progressText } from '../../src/cli/live-progress.ts';
import type { Progress, TaskProgress } from '../../src/core/live/control.ts';

const task = (id: string, state: TaskProgress['state'], more: Partial<TaskProgress> = {}): TaskProgress => ({
  id,
  state,
  ...(state === 'queued' ? {} : { startedAt: 0 }),
  ...more,
});
const fanOut = (name: string, tasks: TaskProgress[]): Progress => {
  const count = (state: TaskProgress['state']): number => tasks.filter((each) => each.state === state).length;
  const counts = { queued: count('queued'), running: count('running'), succeeded: count('succeeded') };
  return {
    name,
    total: tasks.length,
    ...counts,
    failed: count('failed'),
    concurrency: 3,
    startedAt: 0,
    minimum: {},
    tasks,
  };
};

test('a fan-out inside a task is told in the line of the task, and not a second time', () => {
  const progress = [
    fanOut('questions', [task('retries', 'running'), task('timeouts', 'queued')]),
    fanOut('retries', [
      task('retries/arxiv', 'failed', { durationMs: 40, message: 'no network' }),
      task('retries/openalex', 'succeeded', { durationMs: 50 }),
      task('retries/package-docs', 'running'),
    ]),
  ];
  const view = { runId: 'r1', kind: 'research', status: 'running' as const, startedAt: 0, progress };
  expect(progressText(view, { width: 90, rows: 24, paint: (_style, text) => text, now: 2000 })).toBe(
    [
      'r1 2.0 s',
      'questions: 0/2 done, 0 failed, 1 running, 1 queued',
      '  … retries                       2.0 s  1/3 done, 1 failed; now: package-docs',
      '  · timeouts',
    ].join('\n'),
  );
});
