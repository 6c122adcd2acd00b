import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  FanfoldError,
  fanInOf,
  isInsufficientResults,
  RunFailedError,
  type RunOutcome,
  type TaskSpec,
} from '../../src/client.ts';
import { stage } from '../support/temporal.ts';

const on = stage({ double: async (value: number) => value * 2, large: async (size: number) => 'x'.repeat(size) });
const wait = (id: string, input: object = {}): TaskSpec => ({ id, activity: 'wait', input: { ms: 1, ...input } });

test('tasks as data run registered activities, own ones too', async () => {
  const view = await on.fanfold.run('tasks', {
    tasks: [
      { id: 'a', activity: 'echo', input: 'x' },
      { id: 'b', activity: 'double', input: 4 },
    ],
  });
  expect(view).toMatchObject({ status: 'completed', kind: 'tasks', fanIn: { mergedResults: ['x', 8] } });
});

test('an unknown activity is refused by name before anything is scheduled', async () => {
  const view = await on.fanfold.run('tasks', { tasks: [wait('a'), { id: 'b', activity: 'nope' }] });
  expect(view).toMatchObject({ status: 'failed', error: { type: 'InvalidOptionsError' } });
  expect(view.error?.message).toMatch(/tasks\[1\].activity/);
});

test('who wants no less than the minimum has it as an error, with what came back', async () => {
  const tasks = [wait('good'), wait('bad', { fail: 'no such customer' })];
  const options = { attempts: 1, minSuccessRatio: 1 };
  const thrown: unknown = await on.fanfold.runOrThrow('tasks', { tasks, options }).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(RunFailedError);
  expect(thrown).toBeInstanceOf(FanfoldError);
  expect(thrown).toMatchObject({
    type: 'RunFailed',
    message: expect.stringMatching(/^Run 'tasks-.*' failed: Only 1\/2 tasks succeeded/) as string,
    view: { status: 'failed', error: { type: 'InsufficientResultsError' } },
  });
  expect(isInsufficientResults(thrown)).toBe(true);
  expect(fanInOf(thrown)?.failedTasks).toEqual({ bad: 'no such customer' });
  await expect(on.fanfold.resultOrThrow((thrown as RunFailedError).view.runId)).rejects.toMatchObject({
    type: 'RunFailed',
  });
  const { fanIn } = await on.fanfold.runOrThrow('tasks', { tasks: [wait('good')], options });
  expect(fanIn.successCount).toBe(1);
});

test('a run that was cancelled is an error that is no lack of results', async () => {
  const { runId } = await on.fanfold.start('tasks', { tasks: [wait('slow', { ms: 30_000 })] });
  await on.fanfold.cancel(runId);
  const thrown: unknown = await on.fanfold.resultOrThrow(runId).catch((error: unknown) => error);
  expect(thrown).toMatchObject({ type: 'RunFailed', view: { status: 'cancelled', error: { type: 'Cancelled' } } });
  expect(isInsufficientResults(thrown)).toBe(false);
});

test('bad input is refused by the client with the field, and nothing is started', async () => {
  const id = 'never-started';
  await expect(on.fanfold.start('tasks', { tasks: [wait('a'), wait('a')] }, { id })).rejects.toMatchObject({
    field: 'id',
  });
  await expect(on.fanfold.start('tasks', { tasks: [wait('a')], options: { first: 2 } }, { id })).rejects.toMatchObject({
    field: 'first',
  });
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  await expect(on.fanfold.start('tasks', { tasks: [wait('a', circle)] }, { id })).rejects.toMatchObject({
    type: 'InvalidInput',
  });
  const large = { tasks: [wait('a', { value: 'x'.repeat(32_000_000) })] };
  await expect(on.fanfold.start('tasks', large, { id })).rejects.toThrow(/at most/);
  await expect(on.fanfold.get(id)).rejects.toMatchObject({ type: 'RunNotFound' });
});

test('the same id joins the run that there is, and with other tasks it is a conflict', async () => {
  const id = `same-${Date.now()}`;
  expect(await on.fanfold.start('tasks', { tasks: [wait('a')] }, { id })).toEqual({ runId: id, created: true });
  expect(await on.fanfold.start('tasks', { tasks: [wait('a')] }, { id })).toEqual({ runId: id, created: false });
  const more = { tasks: [wait('a')], options: { minSuccessRatio: 1 } };
  expect(await on.fanfold.start('tasks', more, { id })).toEqual({ runId: id, created: false, otherOptions: true });
  await expect(on.fanfold.start('tasks', { tasks: [wait('b')] }, { id })).rejects.toMatchObject({
    type: 'RunConflict',
  });
  expect((await on.fanfold.result(id)).fanIn?.results.map((result) => result.id)).toEqual(['a']);
  expect(await on.fanfold.start('tasks', { tasks: [wait('a')] }, { id })).toMatchObject({ created: false });
});

test('a redrive runs only what failed and returns the whole', async () => {
  const journal = join(await mkdtemp(join(tmpdir(), 'fanfold-')), 'journal');
  const tasks = [wait('good', { journal }), wait('bad', { journal, failures: 1 })];
  const first = await on.fanfold.run('tasks', { tasks, options: { attempts: 1 } });
  expect(first.fanIn).toMatchObject({ successCount: 1, failedTasks: { bad: 'not yet' } });
  const { runId } = await on.fanfold.redrive(first.runId, { options: { attempts: 3 } });
  const second = await on.fanfold.result(runId);
  expect(second).toMatchObject({
    status: 'completed',
    redriveOf: first.runId,
    fanIn: { successCount: 2, mergedResults: ['good', 'bad'] },
  });
  const starts = (await readFile(journal, 'utf8')).split('\n').filter((line) => line.startsWith('start good'));
  expect(starts).toHaveLength(1);
});

test('a budget leaves over what it cannot pay, and says so', async () => {
  const view = await on.fanfold.run('tasks', {
    tasks: ['a', 'b', 'c'].map((id) => wait(id)),
    options: { budget: 2, concurrency: 1 },
  });
  expect(view.fanIn).toMatchObject({ stoppedBy: 'budget', spent: 2, successCount: 2 });
  expect(view.fanIn?.results[2]).toMatchObject({ error: { kind: 'notStarted' }, attempts: 0 });
});

test('retries are bounded by the attempts asked for', async () => {
  const view = await on.fanfold.run('tasks', { tasks: [wait('a', { failures: 2 })], options: { attempts: 3 } });
  expect(view.fanIn?.successCount).toBe(1);
});

test('runs are listed newest first with their kind', async () => {
  const { runId } = await on.fanfold.run('tasks', { tasks: [wait('a')] });
  const seen: string[] = [];
  for await (const run of on.fanfold.list(5)) seen.push(`${run.kind} ${run.runId}`);
  expect(seen).toContain(`tasks ${runId}`);
});

test('results too large for one message come back whole all the same', async () => {
  const tasks = Array.from({ length: 15 }, (_, index) => ({ id: `t${index}`, activity: 'large', input: 200_000 }));
  const view = await on.fanfold.run('tasks', { tasks });
  expect(view.fanIn?.mergedResults.map((value) => String(value).length)).toEqual(tasks.map(() => 200_000));
});

test('an input that no store bears is the failure of that task alone', async () => {
  const tasks = [wait('small'), wait('large', { value: 'x'.repeat(32_000_000) })];
  const { fanIn } = (await on.run('runTasks', { tasks })) as RunOutcome;
  expect(fanIn).toMatchObject({ successCount: 1, failedTasks: { large: expect.stringMatching(/at most/) } });
});

test('a task as data reaches neither a folder of the worker nor the parts of an agent', async () => {
  const input = { source: 'here', folder: '/etc', question: 'root' };
  const { fanIn } = await on.fanfold.run('tasks', { tasks: [{ id: 'a', activity: 'searchSource', input }] });
  expect(fanIn?.results[0]).toMatchObject({ success: false, error: { name: 'FolderRefused' } });
  for (const activity of ['synthesizeAnswer', 'runPack', 'runCached', 'readInputs', 'executeAction']) {
    const view = await on.fanfold.run('tasks', { tasks: [{ id: 'a', activity }] });
    expect(view.error).toMatchObject({ type: 'InvalidOptionsError' });
  }
});
