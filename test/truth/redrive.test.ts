/** What a redrive runs, and what is said of tasks without a result: all of them, and nothing that has succeeded. */
import { afterEach, expect, test } from 'vitest';
import { eventually, stage } from '../support/temporal.ts';

const ran: unknown[] = [];
const broken = new Set<unknown>();
const held = new Map<unknown, () => void>();
afterEach(() => {
  ran.length = 0;
  broken.clear();
  held.clear();
});

const on = stage({
  async play(input: unknown) {
    ran.push(input);
    if (typeof input === 'string') await new Promise<void>((resolve) => held.set(input, resolve));
    if (broken.has(input)) throw Object.assign(new Error(`broken ${String(input)}`), { name: 'Broken' });
    return input;
  },
  big(input: number) {
    ran.push(input);
    return `${input}`.repeat(400_000);
  },
});

const task = (id: string, input: unknown, activity = 'play') => ({ id, activity, input });
const once = { attempts: 1 };

test('tasks that were added are redriven with the others, and what succeeded is not run again', async () => {
  const { runId } = await on.fanfold.start('tasks', { tasks: [task('a', 1), task('held', 'held')], options: once });
  await eventually(() => held.get('held'));
  broken.add(3);
  await on.fanfold.add(runId, [task('added', 2), task('added-broken', 3)]);
  await eventually(async () => ((await on.fanfold.progress(runId))?.[0]?.failed === 1 ? true : undefined));
  held.get('held')?.();
  expect((await on.fanfold.result(runId)).fanIn).toMatchObject({ successCount: 3, failureCount: 1 });
  expect(await on.fanfold.deadLetters(runId)).toMatchObject([{ id: 'added-broken', input: task('added-broken', 3) }]);

  ran.length = 0;
  broken.clear();
  const again = await on.fanfold.redrive(runId);
  const { fanIn } = await on.fanfold.result(again.runId);
  expect(fanIn?.results.map(({ id, success }) => [id, success])).toEqual([
    ['a', true],
    ['held', true],
    ['added', true],
    ['added-broken', true],
  ]);
  expect(ran).toEqual([3]);
});

test('a run that was terminated is redriven without what had succeeded', async () => {
  const tasks = [task('a', 1), task('b', 2), task('held', 'held')];
  const { runId } = await on.fanfold.start('tasks', { tasks, options: { ...once, granularity: 'task' } });
  await eventually(() => held.get('held'));
  await eventually(async () => ((await on.fanfold.progress(runId))?.[0]?.succeeded === 2 ? true : undefined));
  await on.client.workflow.getHandle(runId).terminate('by the test');
  held.get('held')?.();
  ran.length = 0;
  const again = await on.fanfold.redrive(runId);
  (await eventually(() => (ran.includes('held') ? held.get('held') : undefined)))();
  expect((await on.fanfold.result(again.runId)).fanIn).toMatchObject({ successCount: 3, failureCount: 0 });
  expect(ran).toEqual(['held']);
});

test('a look at a run that was terminated runs nothing of it again, also where it ran in the workflow’s own task', async () => {
  const tasks = [task('a', 1), task('b', 2), task('held', 'held')];
  const { runId } = await on.fanfold.start('tasks', { tasks, options: { ...once, granularity: 'local' } });
  const release = await eventually(() => held.get('held'));
  // Its first workflow task is over by then, so that a replay has the pack as one in flight.
  await eventually(async () => ((await on.fanfold.progress(runId))?.[0]?.running === 3 ? true : undefined));
  await on.client.workflow.getHandle(runId).terminate('by the test');
  release();
  ran.length = 0;
  held.clear();
  const again = await on.fanfold.redrive(runId);
  (await eventually(() => held.get('held')))();
  expect((await on.fanfold.result(again.runId)).fanIn).toMatchObject({ successCount: 3, failureCount: 0 });
  // What the pack had not told is not known, and runs in the new run, once.
  expect(ran).toHaveLength(3);
  expect(new Set(ran)).toEqual(new Set([1, 2, 'held']));
});

test('results that are too large for the end of a run are in its view, and a redrive knows them', async () => {
  broken.add('held');
  const tasks = [task('no', 'held'), ...[1, 2, 3, 4].map((input) => task(`${input}`, input, 'big'))];
  const { runId } = await on.fanfold.start('tasks', { tasks, options: { ...once, minSuccessRatio: 1 } });
  await eventually(async () => ((await on.fanfold.progress(runId))?.[0]?.succeeded === 4 ? true : undefined));
  held.get('held')?.();
  const view = await on.fanfold.result(runId);
  expect(view).toMatchObject({ status: 'failed', fanIn: { successCount: 4, failureCount: 1 } });
  expect(view.fanIn?.results).toHaveLength(5);
  broken.clear();
  held.clear();
  ran.length = 0;
  const again = await on.fanfold.redrive(runId);
  (await eventually(() => held.get('held')))();
  expect((await on.fanfold.result(again.runId)).fanIn).toMatchObject({ successCount: 5 });
  expect(ran).toEqual(['held']);
});

test('every dead letter is told, in pages too, and none while the run goes on', async () => {
  const count = 1234;
  for (let at = 0; at < count; at++) broken.add(at);
  const items = Array.from({ length: count }, (_, at) => at);
  const { runId } = await on.fanfold.map('play', [...items, 'held'], { options: { ...once, concurrency: 2000 } });
  await eventually(() => held.get('held'));
  await expect(on.fanfold.deadLetters(runId)).rejects.toMatchObject({ type: 'RunOpen' });
  held.get('held')?.();
  await on.fanfold.result(runId);
  expect((await on.fanfold.deadLetters(runId)).map(({ input }) => input)).toEqual(items);
  const pages: unknown[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page = await on.fanfold.deadLettersPage(runId, { after, limit: 500 });
    pages.push(...page.deadLetters.map(({ input }) => input));
    ({ next: after } = page);
  }
  expect(pages).toEqual(items);
  const few = await on.fanfold.start('tasks', {
    tasks: items.slice(0, 5).map((at) => task(`t${at}`, at)),
    options: once,
  });
  await on.fanfold.result(few.runId);
  const first = await on.fanfold.deadLettersPage(few.runId, { limit: 3 });
  expect(first).toMatchObject({ deadLetters: [{ id: 't0' }, { id: 't1' }, { id: 't2' }], next: 3 });
  expect(await on.fanfold.deadLettersPage(few.runId, { after: first.next, limit: 3 })).toEqual({
    deadLetters: [expect.objectContaining({ id: 't3' }), expect.objectContaining({ id: 't4' })],
  });
});
