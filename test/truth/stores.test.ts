/** Stores that are another one's, or lose what they had, by each door: of each task its result, or that it is lost. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { fileStore } from '../../src/store/files.ts';
import { sealed, unsealed } from '../../src/store/pages/sealed.ts';
import { openExternalStorage } from '../../src/store/payloads.ts';
import { stage } from '../support/temporal.ts';
import { newId, outerDoors, type Told } from './doors.ts';
import { assertTrue, isError } from './truths.ts';

// A command starts in a second, and on a busy machine in ten.
vi.setConfig({ testTimeout: 180_000 });

const root = mkdtempSync(join(tmpdir(), 'fanfold-truth-'));
const at = (...names: string[]): string => join(root, ...names);
const home = at('home');
process.env['FANFOLD_HOME'] = home;
writeFileSync(at('items.jsonl'), '1\n2\n3\n');
writeFileSync(at('own.mjs'), 'export const play = (input) => ({ of: input });\n');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const ran: unknown[] = [];
/** Whose tasks fail. */
const broken = new Set<unknown>();
function play(input: unknown): unknown {
  ran.push(input);
  if (broken.has(input)) throw Object.assign(new Error(`broken ${String(input)}`), { name: 'Broken' });
  return { of: input };
}

const on = stage({ play }, () => openExternalStorage({ home, environment: {} }), {
  home,
});
const strange = (): FanfoldClient =>
  new FanfoldClient({ client: on.client, taskQueue: on.taskQueue, store: fileStore(at('stranger', 'store')) });
const { doors, close } = outerDoors(on, () => on.fanfold, home, root);
const { doors: strangers, close: closeStrange } = outerDoors(on, strange, at('stranger'), root);
afterAll(async () => {
  await Promise.all([close(), closeStrange()]);
});
const mapped = (source: object, options = {}) => ({ kind: 'map', input: { activity: 'play', source, options } });

describe('the store of a map run', () => {
  const count = 600;
  const run = async (options = {}): Promise<string> => {
    const { runId } = await on.fanfold.start('map', mapped({ kind: 'range', count }, options).input, { id: newId() });
    await on.fanfold.result(runId);
    return runId;
  };
  const objects = (runId: string, folder: string): string[] =>
    readdirSync(at('home', 'store', 'runs'), { recursive: true })
      .map((path) => at('home', 'store', 'runs', String(path)))
      .filter((path) => path.includes(runId) && path.includes(`/${folder}/`) && path.includes('.json'))
      .toSorted();
  const readers = Object.entries(doors);
  const lostIn = ({ results }: Told): string[] =>
    (results ?? []).flatMap((result) => (!result.success && result.error.name === 'ResultsLost' ? [result.id] : []));

  test.each(Object.entries(strangers))(
    'that another process has not is an error by the %s, to start and to read',
    async (_name, door) => {
      const told = await door.read(await run());
      isError('StoreNotShared', '409')(told);
      expect(told.results ?? []).toEqual([]);
      // The command serves its own function, and with its own store.
      if (door === strangers.shell) return;
      isError('StoreNotShared', '409')(await door.ask(mapped({ kind: 'range', count: 3 })));
    },
  );

  test.each(readers)(
    'that lost a page says so of its tasks alone, by the %s, and a redrive runs none of them',
    async (_name, door) => {
      for (const damage of ['lost', 'changed', 'replaced'] as const) {
        const runId = await run();
        const [page] = objects(runId, 'results');
        if (!page) throw new Error('There is a page');
        const body = await readFile(page, 'utf8');
        if (damage === 'lost') rmSync(page);
        else if (damage === 'changed') await writeFile(page, body.replace('"of":3', '"of":4'));
        // Whole in itself, and not what the run has recorded.
        else await writeFile(page, sealed((unsealed(Buffer.from(body))?.text ?? '').replace('"of":3', '"of":4')).bytes);
        const told = await door.read(runId);
        assertTrue(told);
        expect(lostIn(told)).toEqual(Array.from({ length: 10 }, (_, number) => `${number}`));
        expect(told.results?.slice(10).every((result) => result.success)).toBe(true);
        if (told.code !== undefined) expect(told.code).toBe(1);
        const again = await on.fanfold.redrive(runId);
        const { fanIn } = await on.fanfold.result(again.runId);
        expect(fanIn).toMatchObject({ successCount: count - 10, failureCount: 10 });
      }
    },
  );

  test.each(readers)(
    'that has another page of an attempt that counted no more is read by what the run recorded, by the %s',
    async (_name, door) => {
      const runId = await run();
      const [page = ''] = objects(runId, 'results');
      const { text = '' } = unsealed(await readFile(page)) ?? {};
      const { bytes, hash } = sealed(text.replaceAll('"of":', '"of":1'));
      for (const attempt of ['0000', '0002', '9999'])
        await writeFile(page.replace(/\.\d{4}\.[0-9a-f]{16}\./, `.${attempt}.${hash}.`), bytes);
      expect(objects(runId, 'results')).toHaveLength(6);
      const told = await door.read(runId);
      assertTrue(told);
      expect(told.results?.map((result) => result.success && result.result)).toEqual(
        Array.from({ length: count }, (_, of) => ({ of })),
      );
    },
  );

  test.each(readers)(
    'whose table is damaged or gone is an error by the %s, and so is a redrive',
    async (_name, door) => {
      for (const damage of ['lost', 'changed'] as const) {
        const runId = await run();
        const [table] = objects(runId, 'parts');
        if (!table) throw new Error('There is a table');
        if (damage === 'lost') rmSync(table);
        else await writeFile(table, (await readFile(table, 'utf8')).replace('"tasks":600', '"tasks":601'));
        const told = await door.read(runId);
        isError('ResultsLost', '409')(told);
        expect(told.results ?? []).toEqual([]);
        await expect(on.fanfold.redrive(runId)).rejects.toMatchObject({ type: 'ResultsLost' });
        await expect(on.fanfold.deadLetters(runId)).rejects.toMatchObject({ type: 'ResultsLost' });
      }
    },
  );

  test('of a run that was stopped early: what has succeeded does not run again where its page is lost, and what never ran does', async () => {
    const options = { maxFailures: 0, attempts: 1, concurrency: 1 };
    const numbers = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, number) => from + number);
    for (const damage of ['lost', 'changed'] as const) {
      broken.add(300);
      const runId = await run(options);
      broken.clear();
      const [page = ''] = objects(runId, 'results');
      if (damage === 'lost') rmSync(page);
      else await writeFile(page, (await readFile(page, 'utf8')).replace('"of":3', '"of":4'));
      ran.length = 0;
      // What is lost can never come, and counts as failed: a whole that can no longer be costs nothing more.
      const spared = await on.fanfold.redrive(runId);
      expect((await on.fanfold.result(spared.runId)).fanIn).toMatchObject({
        stoppedBy: 'maxFailures',
        successCount: 290,
      });
      expect(ran).toEqual([]);
      const again = await on.fanfold.redrive(runId, { options: { maxFailures: count } });
      const { fanIn } = await on.fanfold.result(again.runId);
      expect(fanIn).toMatchObject({ successCount: count - 10, failureCount: 10 });
      expect(ran.map(Number).toSorted((a, b) => a - b)).toEqual(numbers(300, count));
      const told = await doors.client.read(again.runId);
      expect(told.results).toHaveLength(count);
      expect(lostIn(told)).toEqual(numbers(0, 10).map(String));
    }
  });

  test('that has lost pages makes `map -o` exit 1 and name them, with each of them in the file', async () => {
    const runId = await run();
    const [page] = objects(runId, 'results');
    if (page) rmSync(page);
    const file = at('results.jsonl');
    const input = mapped({ kind: 'range', count });
    expect(input.kind).toBe('map');
    const told = await doors.shell.ask({ ...input, id: runId, command: ['map', 'own.mjs#play', '-o', file] });
    expect(told).toMatchObject({ code: 1, view: { status: 'completed' } });
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(count);
    expect(lines.filter((line) => line.includes('ResultsLost'))).toHaveLength(10);
  });
});
