/** What a heartbeat carries, what goes to the store, and that a dead attempt's successor finds all of it. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Checkpoint, recovered } from '../../../src/activities/travel/checkpoint.ts';
import type { PackCheckpoint } from '../../../src/core/travel/pack.ts';
import type { Store } from '../../../src/store/store.ts';
import { unsealed } from '../../../src/store/pages/sealed.ts';

const line = 'x'.repeat(1000);
/** More than one heartbeat carries. */
const many = 20;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** All that a checkpoint asks of a store. */
function memoryStore(): Pick<Store, 'get' | 'put'> & { readonly bodies: Map<string, Uint8Array> } {
  const bodies = new Map<string, Uint8Array>();
  return { bodies, get: async (key) => bodies.get(key), put: async (key, body) => void bodies.set(key, body) };
}

function stage(attempt = 1, memory = memoryStore(), before?: PackCheckpoint) {
  const store = memory as typeof memory & Store;
  const beats: PackCheckpoint[] = [];
  const checkpoint = new Checkpoint(store, 'spills/', { before, attempt }, (now) => beats.push(structuredClone(now)));
  const fill = (page: number, count = many): void => {
    for (let at = 0; at < count; at++) checkpoint.add([page, at, line]);
  };
  const found = async (): Promise<number> => {
    const pages = await recovered(store, 'spills/', beats.at(-1));
    return [...pages.values()].reduce((sum, lines) => sum + lines.size, 0);
  };
  return { store, beats, checkpoint, fill, found };
}

test('what fits into a heartbeat travels in it, and the store gets nothing', async () => {
  const { store, beats, fill, found } = stage();
  fill(0, 3);
  await vi.advanceTimersByTimeAsync(1000);
  expect(beats).toHaveLength(1);
  expect(store.bodies.size).toBe(0);
  expect(await found()).toBe(3);
});

test('what is more than a heartbeat carries and is not new goes to the store, all of it', async () => {
  const { store, fill, found } = stage();
  fill(0);
  await vi.advanceTimersByTimeAsync(150);
  expect(store.bodies.size).toBe(0);
  await vi.advanceTimersByTimeAsync(200);
  expect(store.bodies.size).toBe(1);
  expect(await found()).toBe(many);
});

test('a page that is whole is not written twice, and the page beside it is', async () => {
  const { store, checkpoint, fill } = stage();
  fill(0);
  fill(1);
  checkpoint.writing(0);
  await vi.advanceTimersByTimeAsync(1000);
  const spilled = [...store.bodies.values()].flatMap((body) => JSON.parse(unsealed(body)?.text ?? '[]') as [number][]);
  expect(new Set(spilled.map(([page]) => page))).toEqual(new Set([1]));
  checkpoint.written(0);
  fill(2, 1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(store.bodies.size).toBe(1);
});

test('what comes while older things are written is not lost with them', async () => {
  const { store, checkpoint, fill, found } = stage();
  const put = store.put.bind(store);
  store.put = async (...args) => {
    checkpoint.add([0, many, line]);
    await put(...args);
  };
  fill(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await found()).toBe(many + 1);
});

test('a store that does not answer is asked again only after a while, and then has all of it', async () => {
  const { store, fill, found } = stage();
  const put = vi.spyOn(store, 'put').mockRejectedValueOnce(new Error('away'));
  fill(0);
  await vi.advanceTimersByTimeAsync(350);
  expect(put).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(300);
  expect(put).toHaveBeenCalledTimes(2);
  expect(await found()).toBe(many);
});

test('an attempt that is late writes nothing over what its successor has spilled', async () => {
  const first = stage();
  first.fill(0);
  await vi.advanceTimersByTimeAsync(350);
  const second = stage(2, first.store, first.beats.at(-1));
  second.fill(1);
  await vi.advanceTimersByTimeAsync(350);
  const before = new Map(first.store.bodies);
  expect(await second.found()).toBe(2 * many);
  first.fill(2);
  await vi.advanceTimersByTimeAsync(350);
  for (const [key, body] of before) expect(first.store.bodies.get(key)).toBe(body);
  expect(await second.found()).toBe(2 * many);
});

test('what a worker of an earlier version has spilled is found', async () => {
  const { store, beats, found } = stage();
  store.bodies.set('spills/000000.json', Buffer.from(JSON.stringify([[0, 7, line]])));
  beats.push({ spills: 1, recent: [[0, 8, line]] });
  expect(await found()).toBe(2);
  const next = stage(2, store, beats.at(-1));
  next.fill(1);
  await vi.advanceTimersByTimeAsync(350);
  expect(await next.found()).toBe(2 + many);
});

test('what has ended is reported within 200 ms, and reports come no more often, as the worker would hold the next one back', async () => {
  const waits = fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(waits, async (pauses) => {
      const reports: { readonly at: number; readonly tasks: number }[] = [];
      const checkpoint = new Checkpoint(
        memoryStore() as never,
        'spills/',
        { before: undefined, attempt: 1 },
        ({ recent }) => reports.push({ at: Date.now(), tasks: recent.length }),
      );
      const ends: number[] = [];
      for (const pause of pauses) {
        await vi.advanceTimersByTimeAsync(pause);
        checkpoint.add([0, ends.length, 'a line']);
        ends.push(Date.now());
      }
      await vi.advanceTimersByTimeAsync(300);
      await checkpoint.end();
      for (const [task, end] of ends.entries()) {
        const reported = reports.find(({ tasks }) => tasks > task);
        expect((reported?.at ?? Infinity) - end).toBeLessThanOrEqual(200);
      }
      for (const [index, { at }] of reports.entries())
        expect(at - (reports[index - 1]?.at ?? -Infinity)).toBeGreaterThanOrEqual(200);
    }),
    { numRuns: 50 },
  );
});

test('what runs is in each heartbeat, and is said anew only once it has changed', async () => {
  const { beats, checkpoint, fill } = stage(3);
  let items: [string, number, number][] = [['a', 1, 1]];
  checkpoint.show(() => items);
  await vi.advanceTimersByTimeAsync(5000);
  expect(beats).toMatchObject([{ recent: [], now: { attempt: 3, items: [['a', 1, 1]] } }]);
  items = [];
  fill(0, 1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(beats.slice(1)).toMatchObject([{ recent: [[0, 0, line]], now: { items: [] } }]);
  items = [['b', 2, 2]];
  await checkpoint.end();
  await vi.advanceTimersByTimeAsync(5000);
  expect(beats).toHaveLength(2);
});

test('a heartbeat carries as many bytes of texts that take three a letter as of others', async () => {
  const { beats, checkpoint, found } = stage();
  for (let at = 0; at < 20; at++) checkpoint.add([0, at, '記'.repeat(500)]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(Math.max(0, ...beats.map((beat) => Buffer.byteLength(JSON.stringify(beat))))).toBeLessThan(15_000);
  expect(await found()).toBe(20);
});
