import { expect, test } from 'vitest';
import type { Problem } from '../../src/http/answers.ts';
import type { TaskResult } from '../../src/core/task.ts';
import { newId, problemOf, serve } from './http-service.ts';

const served = serve();

interface Page {
  readonly results: readonly TaskResult[];
  readonly next?: number;
}

test('a map run is started, has counts at its end, and its results are asked for page by page', async () => {
  const id = newId();
  const source = { kind: 'range', count: 2500 };
  const started = await served.post('/runs/map', { id, activity: 'echo', source, options: { granularity: 1000 } });
  expect(started).toMatchObject({ status: 202, body: { runId: id, kind: 'map' } });
  const view = await served.over(id);
  expect(view).toMatchObject({ status: 'completed', resultsInPages: true, fanIn: { successCount: 2500, results: [] } });
  const found: string[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const { body }: { body: Page } = await served.get<Page>(`/runs/${id}/results?after=${after}&limit=900`);
    found.push(...body.results.map((result) => result.id));
    after = body.next;
  }
  expect(found).toEqual(Array.from({ length: 2500 }, (_, at) => `${at}`));
});

test('the events of a map run tell its progress and its end, and no single task', async () => {
  const id = newId();
  await served.post('/runs/map', { id, input: { activity: 'echo', source: { kind: 'list', items: [1, 2, 3] } } });
  const { body } = await served.get<string>(`/runs/${id}/events`);
  expect(body).toContain('event: end');
  expect(body).not.toContain('event: settled');
});

test('no file of a worker can be read over HTTP, nor an object of the store that is no item', async () => {
  for (const source of [
    { kind: 'file', path: '/etc/passwd', format: 'jsonl' },
    { kind: 'stored', key: 'runs/default/other/items.jsonl', format: 'jsonl' },
    { kind: 'stored', key: 'items/../runs', format: 'jsonl' },
    { kind: 'pages', key: 'items/table.json' },
  ]) {
    const answer = await served.post<Problem>('/runs/map', { activity: 'echo', source });
    expect(problemOf(answer).status).toBe(400);
  }
});
