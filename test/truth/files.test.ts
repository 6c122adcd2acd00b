/** What a run makes of a file: each row once, as it was written, under its own id; and a file that others touch meanwhile. */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { MapSource } from '../../src/client.ts';
import type { TaskResult } from '../../src/core/task.ts';
import { writtenTablesOf } from '../support/tables.ts';
import { eventually, stage } from '../support/temporal.ts';
import { newId } from './doors.ts';

const folder = await mkdtemp(join(tmpdir(), 'fanfold-files-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const held = new Map<unknown, () => void>();

const on = stage({
  play: async (input: unknown) => input,
  async wait(input: unknown) {
    if (input === 'held') await new Promise<void>((resolve) => held.set(input, resolve));
    return input;
  },
});

async function start(activity: string, source: MapSource, options = {}): Promise<string> {
  return (await on.fanfold.start('map', { activity, source, options }, { id: newId() })).runId;
}

async function resultsOf(runId: string): Promise<TaskResult[]> {
  const { fanIn, error } = await on.fanfold.result(runId);
  expect(error).toBeUndefined();
  const results: TaskResult[] = [];
  for await (const result of on.fanfold.results(runId)) results.push(result);
  expect(results).toHaveLength((fanIn?.successCount ?? 0) + (fanIn?.failureCount ?? 0));
  return results;
}

test('whatever table a CSV writer writes is as many tasks as it has rows, each with its own row', async () => {
  for (const { rows, bytes, format } of fc.sample(writtenTablesOf({ minLength: 800, maxLength: 1200 }), 3)) {
    const path = join(folder, 'table.csv');
    await writeFile(path, bytes);
    const results = await resultsOf(await start('play', { kind: 'file', path, ...format }));
    expect(results.map((result) => (result.success ? result.result : result.error))).toEqual(rows);
  }
});

test('an id of JSON keeps every digit, or its line fails by name and no task runs for another one', async () => {
  const near = fc.bigInt({ min: 2n ** 53n - 40n, max: 2n ** 53n + 40n });
  const ids = fc.sample(fc.oneof(near, fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), fc.constant(10n ** 21n)), 400);
  const path = join(folder, 'ids.jsonl');
  await writeFile(path, ids.map((id) => `{"id":${id},"n":"${id}"}\n`).join(''));
  const results = await resultsOf(await start('play', { kind: 'file', path, format: 'jsonl' }));
  expect(results).toHaveLength(ids.length);
  for (const [at, result] of results.entries()) {
    if (result.success) expect([result.id, result.result]).toMatchObject([`${ids[at]}`, { n: result.id }]);
    else
      expect(result).toMatchObject({
        id: `${at}`,
        error: { name: 'BadLine', message: expect.stringContaining(`${ids[at]}`) },
      });
  }
  expect(results.some(({ success }) => success)).toBe(true);
  expect(results.some(({ success }) => !success)).toBe(true);
});

test('a file that is touched while its rows run is read on; one that is changed ends the run', async () => {
  const path = join(folder, 'touched.jsonl');
  const lines = ['held', ...Array.from({ length: 800 }, (_, at) => `row ${at}`)].map((each) => JSON.stringify(each));
  const write = (last: string): Promise<void> => writeFile(path, [...lines, last, ''].join('\n'));
  const one = { concurrency: 1, granularity: 500 };
  for (const last of ['"same"', '"else"']) {
    await write('"same"');
    const runId = await start('wait', { kind: 'file', path, format: 'jsonl' }, one);
    const release = await eventually(() => held.get('held'));
    held.clear();
    await write(last);
    await utimes(path, 1_800_000_000, 1_800_000_000);
    release();
    if (last === '"same"') expect((await resultsOf(runId)).every(({ success }) => success)).toBe(true);
    else expect(await on.fanfold.result(runId)).toMatchObject({ status: 'failed', error: { type: 'SourceChanged' } });
  }
});

test.each([
  ['packed.csv', Buffer.from([0x1f, 0x8b, 8, 0xff, 0xfe, 0xfd]), 'jsonl', 'Line 1 is not in UTF-8'],
  ['pretty.json', '{\n  "id": 1,\n', 'jsonl', 'Line 1 is no JSON'],
  ['wide.csv', 'id\na,b\nc,d\n', 'csv', 'Row 1 has 2 fields, and the header has 1'],
  ['list.json', '[{"id":1},{"id":2}]', 'jsonl', 'it is one list of JSON'],
] as const)(
  'a file of which no row is an item ends the run by name, not as one that is through: %s',
  async (name, bytes, format, why) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    const { status, error, fanIn } = await on.fanfold.result(await start('play', { kind: 'file', path, format }));
    expect({ status, error, fanIn }).toMatchObject({
      status: 'failed',
      error: { type: 'SourceUnreadable', message: expect.stringContaining(why) },
      fanIn: undefined,
    });
  },
);

test('a file of which one row is an item runs, and each of the others fails by its line', async () => {
  const path = join(folder, 'mostly.jsonl');
  await writeFile(path, 'no json\n{"id":"a"}\n[1]\n');
  const results = await resultsOf(await start('play', { kind: 'file', path, format: 'jsonl' }));
  expect(results.map(({ id, success }) => [id, success])).toEqual([
    ['0', false],
    ['a', true],
    ['2', true],
  ]);
});
