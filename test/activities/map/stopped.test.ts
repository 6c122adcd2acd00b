/** A unit that is stopped by its rule: what is known of each of its tasks is counted and written, and nothing else is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { createMap } from '../../../src/activities/map/index.ts';
import type { UnitInput, UnitReport } from '../../../src/core/map/types.ts';
import { fileStore } from '../../../src/store/files.ts';
import { isOpenLine, readResults, writeResults, type ResultLine } from '../../../src/store/pages/results.ts';
import { rangeTable, writeTable } from '../../../src/store/pages/table.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-stopped-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const store = fileStore(home);
/** The page of the probe, and two more. */
const sizes = [10, 500, 90];
const total = 600;
let made = 0;

/** What somebody before has left of a task. */
type Left = 'success' | 'failure' | 'begun' | 'waiting';
const successOf = (id: number, result: string) => ({ id: `${id}`, success: true, result, durationMs: 1, attempts: 1 });
function leftLine(at: number, left: Left, who: string): string {
  if (left === 'success') return JSON.stringify(successOf(at, who));
  const error = { kind: 'failed', name: 'Error', message: who };
  if (left === 'failure') return JSON.stringify({ id: `${at}`, success: false, error, durationMs: 1, attempts: 1 });
  const begun = left === 'begun' ? { attempts: 1, startedAt: 1 } : { attempts: 0 };
  return JSON.stringify({ id: `${at}`, cut: true, durationMs: 0, ...begun });
}

const left = fc.constantFrom<Left>('success', 'success', 'failure', 'begun', 'waiting');
/** By page; a page that was not written has none. */
const pagesLeft = fc.tuple(
  ...sizes.map((size) =>
    fc.option(
      fc.infiniteStream(left).map((all) => [...all.take(size)]),
      { nil: undefined },
    ),
  ),
);
const firsts = [0, 10, 510];

async function leave(folder: string, pages: readonly (readonly Left[] | undefined)[], who: string): Promise<void> {
  for (const [page, each] of pages.entries())
    if (each)
      await writeResults(
        store,
        { folder, part: 0, page },
        { unit: 0, attempt: 1 },
        each.map((one, at) => leftLine((firsts[page] ?? 0) + at, one, who)),
      );
}

async function linesOf(folder: string, report: UnitReport): Promise<Map<string, ResultLine>> {
  const found = new Map<string, ResultLine>();
  for (const [page, name] of report.pages ?? [])
    for (const line of (await readResults(store, { folder, part: 0, page }, name, sizes[page])) ?? [])
      found.set(line.id, line);
  return found;
}

test('whatever is known before and wherever the rule ends it, each task is told by what became of it, and is counted so', async () => {
  const stops = fc.record({
    first: fc.option(fc.integer({ min: 1, max: total }), { nil: undefined }),
    maxFailures: fc.option(fc.nat(200), { nil: undefined }),
    deadline: fc.boolean(),
    failing: fc.nat(3),
    width: fc.integer({ min: 1, max: 700 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.option(pagesLeft, { nil: undefined }),
      fc.option(pagesLeft, { nil: undefined }),
      fc.array(fc.tuple(fc.nat(2), fc.nat(9)), { maxLength: 5 }),
      stops,
      async (before, earlier, checkpointed, { deadline, failing, ...rule }) => {
        const folder = `runs/n/w/${made++}`;
        const old = `runs/n/w/${made++}`;
        await writeTable(store, folder, 0, rangeTable(total, 0));
        if (before) await leave(folder, before, 'before');
        if (earlier) await leave(old, earlier, 'earlier');
        const ran = new Set<number>();
        const activity = (at: unknown): unknown => {
          ran.add(Number(at));
          if (failing > 0 && Number(at) % 4 < failing) throw Object.assign(new Error('own'), { nonRetryable: true });
          return 'now';
        };
        const recent = checkpointed.map(([page, at]) => [
          page,
          at,
          leftLine((firsts[page] ?? 0) + at, 'success', 'checkpoint'),
        ]);
        const input: UnitInput = {
          activity: 'any',
          attempts: 1,
          number: 1,
          folder,
          part: 0,
          from: 0,
          to: sizes.length,
          tellMs: 60_000,
          ...(before ? { again: true } : {}),
          ...(earlier ? { earlier: old } : {}),
          ...(deadline ? { deadlineAt: Date.now() - 1 } : {}),
          ...rule,
        } as UnitInput;
        const told = recent.length > 0 ? { heartbeatDetails: { spills: 0, recent } } : {};
        const { runPages } = createMap(() => activity, store);
        const report: UnitReport = await new MockActivityEnvironment(told).run(runPages, input);
        const lines = await linesOf(folder, report);
        const counted = [...lines.values()].filter((line) => !isOpenLine(line));
        expect(report.succeeded).toBe(counted.filter((line) => !isOpenLine(line) && line.success).length);
        expect(report.succeeded + report.failed).toBe(counted.length);
        expect(report.cut).toBe(total - counted.length);
        const known = (pages: typeof before, at: number): Left | undefined => {
          const page = firsts.findLastIndex((from) => from <= at);
          return pages?.[page]?.[at - (firsts[page] ?? 0)];
        };
        const inCheckpoint = new Set(checkpointed.map(([page, at]) => (firsts[page] ?? 0) + at));
        for (let at = 0; at < total; at++) {
          const line = lines.get(`${at}`);
          const isKnown =
            inCheckpoint.has(at) ||
            ['success', 'failure'].includes(known(before, at) ?? '') ||
            known(earlier, at) === 'success';
          const settled = line !== undefined && !isOpenLine(line);
          expect([at, settled]).toEqual([at, isKnown || ran.has(at)]);
          // Whom somebody had begun was begun, however it ends here.
          if (!settled && known(before, at) === 'begun')
            expect([at, line && isOpenLine(line) && line.startedAt]).toEqual([at, 1]);
          if (isKnown) expect([at, ran.has(at)]).toEqual([at, false]);
        }
      },
    ),
    { numRuns: 40 },
  );
});
