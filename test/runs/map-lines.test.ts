/** Which page of results is read, where several attempts have written one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { fanIn, type FanIn } from '../../src/core/fan-in.ts';
import { PageRecord } from '../../src/runs/map-record.ts';
import { ResultPages, type NoLines } from '../../src/runs/map-lines.ts';
import { pagesOf } from '../../src/runs/map-pages.ts';
import { fileStore } from '../../src/store/files.ts';
import { resultsKey } from '../../src/store/pages/keys.ts';
import { writeResults, type ResultLine } from '../../src/store/pages/results.ts';
import { rangeTable, writeTable } from '../../src/store/pages/table.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-lines-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const store = fileStore(home);
const count = 20;
/** The first page of a range of twenty has ten, and so has the second. */
const pageTasks = 10;

const linesOf = (result: unknown): string[] =>
  Array.from({ length: pageTasks }, (_, at) =>
    JSON.stringify({ id: `${at}`, success: true, result, durationMs: 1, attempts: 1 }),
  );
let made = 0;

async function newFolder(): Promise<string> {
  const folder = `runs/n/w/${made++}`;
  await writeTable(store, folder, 0, rangeTable(count, 0));
  return folder;
}

interface Way {
  readonly status?: 'completed' | 'running' | 'terminated';
  readonly counts?: Partial<FanIn>;
  readonly record?: PageRecord;
}

async function read(folder: string, { status = 'completed', counts, record }: Way): Promise<unknown[]> {
  const view = {
    runId: 'w',
    status,
    ...(counts ? { fanIn: { ...fanIn([], { elapsedMs: 1, stoppedBy: 'allSettled' }), ...counts } } : {}),
  };
  const pages = new ResultPages(store, folder, view as never, record);
  const found: unknown[] = [];
  for await (const placed of pagesOf(store, folder)) found.push(said(await pages.lines(placed)));
  return found;
}

/** What the first of its lines has as its result. */
function said(lines: readonly ResultLine[] | NoLines): unknown {
  const line = typeof lines === 'string' ? undefined : lines[0];
  return line && 'result' in line ? line.result : lines;
}

const write = (
  folder: string,
  page: number,
  unit: number,
  attempt: number,
  result: unknown,
): Promise<{ name: string }> => writeResults(store, { folder, part: 0, page }, { unit, attempt }, linesOf(result));
const report = { succeeded: 0, failed: 0, cut: 0, slowestMs: 0, meanMs: 0, bytes: 0, failures: [], part: 0 };
const settled = { counts: { successCount: count, stoppedBy: 'allSettled' as const } };

test('whatever attempts write and in whichever order, what is read is what the run recorded, and before that the last attempt', async () => {
  const authors = fc.uniqueArray(fc.record({ unit: fc.nat(3), attempt: fc.integer({ min: 1, max: 20 }) }), {
    minLength: 1,
    maxLength: 6,
    selector: ({ unit, attempt }) => `${unit}.${attempt}`,
  });
  await fc.assert(
    fc.asyncProperty(authors, fc.nat(), async (writers, chosen) => {
      const folder = await newFolder();
      const names = new Map<number, string>();
      for (const [at, { unit, attempt }] of writers.entries())
        names.set(at, (await write(folder, 0, unit, attempt, at)).name);
      const last = writers.reduce((best, each, at) => {
        const { unit, attempt } = writers[best] ?? each;
        return each.unit > unit || (each.unit === unit && each.attempt > attempt) ? at : best;
      }, 0);
      expect(await read(folder, { status: 'running' })).toEqual([last, 'never']);
      expect(await read(folder, { status: 'terminated' })).toEqual([last, 'never']);
      const recorded = chosen % writers.length;
      const record = new PageRecord();
      record.add({ ...report, pages: [[0, names.get(recorded) ?? '']] });
      expect(await read(folder, { record, counts: { successCount: 10, stoppedBy: 'deadline' } })).toEqual([
        recorded,
        'never',
      ]);
    }),
    { numRuns: 30 },
  );
});

test('a page that no unit recorded has not run, whoever has written it since; and a recorded one that is gone or another one is lost', async () => {
  const folder = await newFolder();
  const { name } = await write(folder, 0, 0, 1, 'first');
  await write(folder, 1, 0, 1, 'late');
  const record = new PageRecord();
  record.add({ ...report, pages: [[0, name]] });
  const early = { record, counts: { successCount: 10, stoppedBy: 'deadline' as const } };
  expect(await read(folder, early)).toEqual(['first', 'never']);
  const key = resultsKey(folder, 0, 0, name);
  await store.put(
    key,
    (await store.get(resultsKey(folder, 0, 1, (await write(folder, 1, 0, 1, 'late')).name))) ?? Buffer.of(),
  );
  expect(await read(folder, early)).toEqual(['damaged', 'never']);
  await store.delete(key);
  expect(await read(folder, early)).toEqual(['missing', 'never']);
  expect(await read(folder, { record, ...settled })).toEqual(['missing', 'missing']);
});

test('of runs of earlier versions, which recorded nothing and gave no names, pages are read and those missed that were counted', async () => {
  const folder = await newFolder();
  for (const page of [0, 1]) await store.put(resultsKey(folder, 0, page), Buffer.from(linesOf(page).join('\n')));
  const { part: _part, ...unnamed } = report;
  const record = new PageRecord();
  record.add(unnamed);
  const { fanIn: _none, ...terminated } = { ...settled, fanIn: undefined };
  expect(await read(folder, { record, ...settled })).toEqual([0, 1]);
  expect(await read(folder, { record, ...terminated })).toEqual([0, 1]);
  await store.delete(resultsKey(folder, 0, 1));
  expect(await read(folder, { record, ...settled })).toEqual([0, 'missing']);
  expect(await read(folder, { record, counts: { successCount: 10, stoppedBy: 'deadline' } })).toEqual([0, 'never']);
});

test('a unit that found a page of an earlier version records it without a name', async () => {
  const folder = await newFolder();
  await store.put(resultsKey(folder, 0, 0), Buffer.from(linesOf('old').join('\n')));
  const record = new PageRecord();
  record.add({ ...report, pages: [[0, '']] });
  expect(await read(folder, { record, counts: { successCount: 10, stoppedBy: 'deadline' } })).toEqual(['old', 'never']);
});
