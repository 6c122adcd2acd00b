import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Progress, TaskProgress } from '../../../src/core/live/control.ts';
import { progressTable } from '../../../src/core/live/progress-table.ts';

const progress = (more: Partial<Progress> = {}): Progress => ({
  name: 'reviews',
  total: 4,
  queued: 1,
  running: 1,
  succeeded: 1,
  failed: 1,
  concurrency: 1,
  startedAt: 0,
  minimum: {},
  tasks: [
    { id: 'a.ts', state: 'succeeded', startedAt: 0, durationMs: 414 },
    { id: 'b.ts', state: 'failed', startedAt: 0, durationMs: 7, message: 'no access' },
    { id: 'c.ts', state: 'running', startedAt: 3000 },
    { id: 'd.ts', state: 'queued' },
  ],
  ...more,
});

test('it reads as a headline that names what failed, and a row a task with its time in units', () => {
  expect(progressTable([progress()])).toBe(
    [
      '**reviews** 1 of 4 succeeded, 1 failed, 1 running, 1 queued. Failed: b.ts (no access)',
      '',
      '| task | state     | time               | note |',
      '|------|-----------|-------------------:|-----------|',
      '| a.ts | ✓ done    | 414 ms             |  |',
      '| b.ts | ✗ failed  | 7 ms               | no access |',
      '| c.ts | ▸ running | since 00:00:03 UTC |  |',
      '| d.ts | · queued  |                    |  |',
    ].join('\n'),
  );
});

test('once over the headline says why', () => {
  expect(progressTable([progress({ stoppedBy: 'deadline', failed: 3 })])).toMatch(
    /^\*\*reviews\*\* stopped because the deadline came: 1 of 4 succeeded, 3 failed\. Failed: b\.ts \(no access\) and 2 more\n/,
  );
});

test('what has no rows, such as a map run, is its headline alone', () => {
  expect(progressTable([progress({ tasks: [] })])).toBe('**reviews** 1 of 4 succeeded, 1 failed, 1 running, 1 queued');
});

test('several fan-outs have a section each, and none has none', () => {
  expect(progressTable([progress({ name: 'first' }), progress({ name: 'second' })])).toMatch(
    /^\*\*first\*\*[^]*\n\n\*\*second\*\*/,
  );
  expect(progressTable([])).toBe('');
});

test('a bar, a line break, a link or an image in a text is shown as it is', () => {
  const rows = progressTable([
    progress({ tasks: [{ id: 'a|b', state: 'failed', message: 'one\ntwo\r\n|three ![x](http://a)' }] }),
  ]).split('\n');
  expect(rows.at(-1)).toBe(String.raw`| a\|b | ✗ failed |      | one two \|three !\[x\](http://a) |`);
});

test('a long text is cut between characters', () => {
  const id = `${'x'.repeat(119)}😀`;
  expect(progressTable([progress({ tasks: [{ id, state: 'queued' }] })])).toContain(`| ${'x'.repeat(119)} |`);
});

const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const task: fc.Arbitrary<TaskProgress> = fc.record({
  id: text,
  startedAt: fc.nat(),
  state: fc.constantFrom('queued', 'running', 'succeeded', 'failed'),
  durationMs: fc.nat(),
  message: text,
});
const some = fc.record({ name: text, tasks: fc.array(task, { maxLength: 30 }) }).map((more) => progress(more));

test('it is never longer than it may be, in bytes of UTF-8', () => {
  const bytes = new TextEncoder();
  fc.assert(
    fc.property(fc.array(some, { maxLength: 12 }), fc.integer({ min: 0, max: 4000 }), (fanOuts, maxBytes) => {
      expect(bytes.encode(progressTable(fanOuts, maxBytes)).length).toBeLessThanOrEqual(maxBytes);
    }),
  );
  const wide: TaskProgress[] = Array.from({ length: 500 }, () => ({
    id: '漢'.repeat(120),
    state: 'failed',
    message: '字'.repeat(120),
  }));
  const table = progressTable([progress({ tasks: wide })]);
  expect(bytes.encode(table).length).toBeLessThanOrEqual(15_000);
  expect(bytes.encode(table).length).toBeGreaterThan(14_000);
});
