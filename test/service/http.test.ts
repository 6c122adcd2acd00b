/** Starting, reading and steering runs over HTTP, on a real server. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/http/answers.ts';
import type { ResultsPage } from '../../src/core/live/results-page.ts';
import { eventually, stage } from '../support/temporal.ts';
import { newId, problemOf, serve } from './http-service.ts';

const big = async ({ bytes }: { bytes: number }): Promise<string> => 'x'.repeat(bytes);
const served = serve({}, stage({ big }));
const wait = (id: string, ms: number, more: object = {}) => ({
  id,
  activity: 'wait',
  input: { ms, value: id, ...more },
});
const echo = (id: string) => ({ id, activity: 'echo', input: id });

/** Starts a run whose first task is done and whose others take long. */
async function longRun(options: object = {}): Promise<string> {
  const tasks = [echo('quick'), wait('slow-1', 30_000), wait('slow-2', 30_000)];
  const { body } = await served.post('/runs/tasks', { tasks, options });
  await eventually(async () => {
    const { body: now } = await served.get(`/runs/${body.runId}`);
    return now.progress?.[0]?.succeeded === 1 || undefined;
  });
  return body.runId;
}

describe('starting', () => {
  it('answers 202 with the address of the run, and 200 with the same run to the same id', async () => {
    const id = newId();
    const body = { id, input: { tasks: [echo('a'), echo('b')] }, options: { concurrency: 1 } };
    const first = await served.post('/runs/tasks', body);
    expect(first).toMatchObject({ status: 202, body: { runId: id, kind: 'tasks' } });
    expect(first.headers.get('location')).toBe(`/runs/${id}`);
    const over = await served.over(id);
    expect(over).toMatchObject({ status: 'completed', fanIn: { mergedResults: ['a', 'b'], stoppedBy: 'allSettled' } });
    const again = await served.post('/runs/tasks', body);
    expect(again).toMatchObject({ status: 200, body: over });
    expect(again.headers.get('location')).toBe(`/runs/${id}`);
  });

  it('starts one run for many requests at once that share an id', async () => {
    const id = newId();
    const starts = await Promise.all(
      Array.from({ length: 8 }, () => served.post('/runs/tasks', { id, tasks: [echo('a')] })),
    );
    expect(starts.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 200, 202]);
  });

  it('takes tasks at the top, and options in either place, where those outside win', async () => {
    const outside = await served.post('/runs/tasks', { tasks: [echo('a')], options: { concurrency: 7 } });
    expect(await served.over(outside.body.runId)).toMatchObject({ status: 'completed' });
    const input = { tasks: [wait('a', 5000)], options: { concurrency: 3, minSuccessRatio: 1 } };
    const both = await served.post('/runs/tasks', { input, options: { concurrency: 7 } });
    const { progress } = await eventually(async () => {
      const { body } = await served.get(`/runs/${both.body.runId}`);
      return body.progress?.length ? body : undefined;
    });
    expect(progress).toMatchObject([{ concurrency: 7, minimum: { ratio: 1 } }]);
    await served.post(`/runs/${both.body.runId}/cancel`);
  });

  it('says of a run that failed what it has', async () => {
    const options = { minSuccessRatio: 1 };
    const { body } = await served.post('/runs/tasks', {
      tasks: [echo('a'), wait('b', 1, { fail: 'no luck' })],
      options,
    });
    const over = await served.over(body.runId);
    expect(over).toMatchObject({ status: 'failed', error: { type: 'InsufficientResultsError' } });
    expect(over.fanIn).toMatchObject({ successCount: 1, failedTasks: { b: 'no luck' } });
  });

  it('says of an activity that nobody registered that the run failed, and which field was wrong', async () => {
    const { body } = await served.post('/runs/tasks', { tasks: [{ id: 'a', activity: 'nonsense' }] });
    const { status, error } = await served.over(body.runId);
    expect({ status, type: error?.type }).toEqual({ status: 'failed', type: 'InvalidOptionsError' });
    expect(error?.message).toContain('tasks[0].activity');
    expect(await served.get(`/runs/${body.runId}/results`)).toMatchObject({ status: 200, body: { results: [] } });
  });

  it('lists runs, newest first', async () => {
    const { body: started } = await served.post('/runs/tasks', { tasks: [echo('a')] });
    await eventually(async () => {
      const { body } = await served.get<{ runs: { runId: string }[] }>('/runs?limit=5');
      expect(body.runs.length).toBeLessThanOrEqual(5);
      return body.runs.some(({ runId }) => runId === started.runId) || undefined;
    });
  });

  it('says of a run in a line what it was asked, in the list and of the run itself, and nothing that steers a terminal', async () => {
    const file = { content: 'date,amount\n2026-03-01,1.00\n' };
    const input = {
      ledger: { ...file, name: 'led\n\u001b[31mger.csv' },
      statements: [{ ...file, name: 'é'.repeat(199) }],
    };
    const { body: started } = await served.post('/runs/reconcile', { input });
    const listed = await eventually(async () => {
      const { body } = await served.get<{ runs: { runId: string; asked?: string }[] }>('/runs?limit=20');
      return body.runs.find(({ runId }) => runId === started.runId);
    });
    expect(listed.asked).toMatch(/^led \[31mger\.csv and é+…?$/);
    expect(listed.asked?.length).toBe(200);
    expect(await served.get(`/runs/${started.runId}`)).toMatchObject({ body: { asked: listed.asked } });
  });

  it.each([
    ['the first that is', 0, 0],
    ['one whose year has five digits', 253_402_300_800_000, 1],
    ['the last that a date can be', 8_640_000_000_000_000, 1],
  ])('lists the runs before any moment: %s', async (_name, before, least) => {
    const { status, body } = await served.get<{ runs: unknown[] }>(`/runs?limit=1&before=${before}`);
    expect({ status, count: body.runs.length }).toEqual({ status: 200, count: least });
  });
});

describe('results', () => {
  it('come in pages by position, each once', async () => {
    const ids = Array.from({ length: 23 }, (_, index) => `t${index}`);
    const { body } = await served.post('/runs/tasks', { tasks: ids.map(echo) });
    await served.over(body.runId);
    const seen: string[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const page: { body: ResultsPage } = await served.get<ResultsPage>(
        `/runs/${body.runId}/results?after=${after}&limit=10`,
      );
      seen.push(...page.body.results.map(({ id }) => id));
      after = page.body.next;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it('come in smaller pages where they are large', async () => {
    const tasks = Array.from({ length: 30 }, (_, index) => ({
      id: `t${index}`,
      activity: 'big',
      input: { bytes: 300_000 },
    }));
    const { body } = await served.post('/runs/tasks', { tasks: [...tasks, wait('last', 20_000)] });
    await eventually(async () => {
      const { body: now } = await served.get(`/runs/${body.runId}`);
      return now.progress?.[0]?.succeeded === 30 || undefined;
    });
    const page = await served.get<ResultsPage>(`/runs/${body.runId}/results`);
    expect(page.status).toBe(200);
    expect(page.body.results.length).toBeGreaterThan(0);
    expect(page.body.next).toBe(page.body.results.length);
    await served.post(`/runs/${body.runId}/cancel`);
  });
});

describe('steering', () => {
  it('settles: goes on with what there is', async () => {
    const id = await longRun();
    expect(await served.post(`/runs/${id}/settle`)).toMatchObject({ status: 200 });
    const over = await served.over(id);
    expect(over).toMatchObject({ status: 'completed', fanIn: { stoppedBy: 'settleNow', mergedResults: ['quick'] } });
  });

  it('extends the deadline', async () => {
    const id = await longRun({ deadline: '20s' });
    const before = (await served.get(`/runs/${id}`)).body.progress?.[0]?.deadlineAt ?? 0;
    const { body } = await served.post(`/runs/${id}/extend`, { by: '10s' });
    expect(body.progress?.[0]?.deadlineAt).toBe(before + 10_000);
    await served.post(`/runs/${id}/cancel`);
  });

  it('cancels one task, then the whole run', async () => {
    const id = await longRun();
    const { body } = await served.post(`/runs/${id}/cancel`, { task: 'slow-1' });
    expect(body.progress?.[0]).toMatchObject({ failed: 1, running: 1 });
    expect(await served.post(`/runs/${id}/cancel`, {})).toMatchObject({ status: 200 });
    expect(await served.over(id)).toMatchObject({ status: 'cancelled', fanIn: { mergedResults: ['quick'] } });
  });

  it('adds tasks', async () => {
    const id = await longRun();
    const { body } = await served.post(`/runs/${id}/tasks`, { items: [echo('more')] });
    expect(body.progress?.[0]).toMatchObject({ total: 4 });
    await eventually(async () => {
      const { body: now } = await served.get(`/runs/${id}`);
      return now.progress?.[0]?.succeeded === 2 || undefined;
    });
    await served.post(`/runs/${id}/settle`, {});
    expect((await served.over(id)).fanIn?.mergedResults).toEqual(['quick', 'more']);
  });

  it('sets concurrency and minimum', async () => {
    const id = await longRun();
    expect((await served.post(`/runs/${id}/concurrency`, { concurrency: 9 })).body.progress?.[0]?.concurrency).toBe(9);
    await served.post(`/runs/${id}/minimum`, { successes: 1 });
    expect(await served.over(id)).toMatchObject({ status: 'completed', fanIn: { stoppedBy: 'minSuccesses' } });
  });

  it('refuses with 409 what cannot be done to this run', async () => {
    const id = await longRun();
    const refused = problemOf(await served.post<Problem>(`/runs/${id}/extend`, { by: '1s' }));
    expect(refused).toMatchObject({ status: 409, field: 'by', instance: `/runs/${id}/extend` });
    const settled = problemOf(await served.post<Problem>(`/runs/${id}/cancel`, { task: 'quick' }));
    expect(settled).toMatchObject({ status: 409, field: 'id' });
    await served.post(`/runs/${id}/cancel`);
    await served.over(id);
    expect(problemOf(await served.post<Problem>(`/runs/${id}/settle`))).toMatchObject({
      status: 409,
      title: 'Not in this state',
    });
    expect(problemOf(await served.post<Problem>('/runs/nobody/settle'))).toMatchObject({ status: 404 });
  });
});

describe('redrive', () => {
  it('runs only what failed, and answers with the whole', async () => {
    const journal = join(await mkdtemp(join(tmpdir(), 'fanfold-')), 'journal');
    const tasks = [wait('good', 1, { journal }), wait('bad', 1, { journal, fail: 'no luck' })];
    const { body: first } = await served.post('/runs/tasks', { tasks });
    await served.over(first.runId);
    const id = newId();
    const redriven = await served.post(`/runs/${first.runId}/redrive`, { id, options: { minSuccessRatio: 0.1 } });
    expect(redriven).toMatchObject({ status: 202, body: { runId: id } });
    expect(redriven.headers.get('location')).toBe(`/runs/${id}`);
    const over = await served.over(id);
    expect(over).toMatchObject({
      status: 'completed',
      redriveOf: first.runId,
      fanIn: { successCount: 1, failureCount: 1 },
    });
    const starts = (await readFile(journal, 'utf8')).split('\n').filter((line) => line.startsWith('start'));
    expect(starts.map((line) => line.split(' ')[1]).toSorted()).toEqual(['bad', 'bad', 'good']);
    expect(await served.post(`/runs/${first.runId}/redrive`, { id })).toMatchObject({
      status: 200,
      body: { runId: id },
    });
  });

  it('is refused while the run goes on', async () => {
    const id = await longRun();
    expect(problemOf(await served.post<Problem>(`/runs/${id}/redrive`))).toMatchObject({ status: 409 });
    await served.post(`/runs/${id}/cancel`);
  });
});
