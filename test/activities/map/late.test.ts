/** An attempt of a unit that was paused, and goes on when another one has done its work. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, expect, test } from 'vitest';
import { createMap } from '../../../src/activities/map/index.ts';
import type { UnitInput, UnitReport } from '../../../src/core/map/types.ts';
import { fileStore } from '../../../src/store/files.ts';
import { isOpenLine, readResults, writtenPages } from '../../../src/store/pages/results.ts';
import { rangeTable, writeTable } from '../../../src/store/pages/table.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-late-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const store = fileStore(home);
const folder = 'runs/n/w/e';
const input: UnitInput = {
  activity: 'who',
  width: 20,
  attempts: 1,
  number: 3,
  folder,
  part: 0,
  from: 0,
  to: 2,
  tellMs: 60_000,
};

test('an attempt that is late alters nothing of what its successor has written and reported, and its successor finds what it had', async () => {
  await writeTable(store, folder, 0, rangeTable(20, 0));
  let goOn = (): void => {};
  const paused = new Promise<void>((resolve) => (goOn = resolve));
  let begun = (): void => {};
  const secondPage = new Promise<void>((resolve) => (begun = resolve));
  const first = async (at: unknown): Promise<string> => {
    if (Number(at) < 10) return 'first';
    begun();
    await paused;
    return 'first';
  };
  const runBy = (attempt: number, activity: (at: unknown) => unknown): Promise<UnitReport> =>
    new MockActivityEnvironment({ attempt }).run(createMap(() => activity, store).runPages, input);
  const late = runBy(1, first);
  await secondPage;
  while (!(await writtenPages(store, folder, 0)).has(0));
  const report = await runBy(2, () => 'second');
  const read = async (): Promise<unknown[]> => {
    const results: unknown[] = [];
    for (const [page, name] of report.pages?.toSorted(([one], [other]) => one - other) ?? [])
      for (const line of (await readResults(store, { folder, part: 0, page }, name, 10)) ?? [])
        results.push(!isOpenLine(line) && line.success && line.result);
    return results;
  };
  const expected = [...Array<string>(10).fill('first'), ...Array<string>(10).fill('second')];
  expect(report).toMatchObject({ succeeded: 20, failed: 0, cut: 0, part: 0 });
  expect(await read()).toEqual(expected);
  goOn();
  expect((await late).pages?.map(([page]) => page)).toEqual([0, 1]);
  expect(await read()).toEqual(expected);
  const last = await writtenPages(store, folder, 0);
  expect(report.pages?.find(([page]) => page === 1)?.[1]).toBe(last.get(1));
});
