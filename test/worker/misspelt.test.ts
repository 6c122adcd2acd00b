/** A misspelt option is refused by name with the one that was meant, through whichever door it comes. */
import { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { asCompleted, gather, group } from '../../src/index.ts';
import { checkSettings } from '../../src/settings.ts';
import { createWorker, fanfold } from '../../src/worker.ts';
import { proxyActivities, reduce } from '../../src/workflow.ts';

const as = (options: object): never => options as never;
// Nothing is sent: it is refused before.
const temporal = { options: { loadedDataConverter: {}, namespace: 'default' } } as unknown as Client;
const client = (): FanfoldClient =>
  new FanfoldClient({ client: Object.setPrototypeOf(temporal, Client.prototype) as Client });
const tasks = [{ id: 'a', activity: 'score' }];

const doors: Readonly<Record<string, readonly [misspelt: string, meant: string, open: () => unknown]>> = {
  'gather of a list': ['deadlin', 'deadline', () => gather([1], String, as({ deadlin: 1 }))],
  'gather of a record': ['deadlin', 'deadline', () => gather({ a: () => 1 }, as({ deadlin: 1 }))],
  'group of a list': ['concurency', 'concurrency', () => group([1], String, as({ concurency: 1 }))],
  'group of a record': ['concurency', 'concurrency', () => group({ a: () => 1 }, as({ concurency: 1 }))],
  'asCompleted of a list': ['firts', 'first', () => asCompleted([1], String, as({ firts: 1 })).next()],
  'asCompleted of a record': ['firts', 'first', () => asCompleted({ a: () => 1 }, as({ firts: 1 })).next()],
  proxyActivities: ['limt', 'limit', () => proxyActivities(as({ limt: 'openai' }))],
  reduce: ['windw', 'window', () => reduce([], 'merge', as({ ids: [], windw: 1 }))],
  'run options': ['atempts', 'attempts', () => client().run('tasks', { tasks, options: as({ atempts: 1 }) })],
  'map options': [
    'idFeild',
    'idField',
    () => client().start('map', as({ activity: 'a', source: { kind: 'range', count: 1 }, options: { idFeild: 'a' } })),
  ],
  start: ['idd', 'id', () => client().start('tasks', { tasks }, as({ idd: 'a' }))],
  run: ['idd', 'id', () => client().run('tasks', { tasks }, as({ idd: 'a' }))],
  runOrThrow: ['idd', 'id', () => client().runOrThrow('tasks', { tasks }, as({ idd: 'a' }))],
  map: ['option', 'options', () => client().map('score', [1], as({ option: {} }))],
  redrive: ['option', 'options', () => client().redrive('a', as({ option: {} }))],
  FanfoldClient: ['taskqueue', 'taskQueue', () => new FanfoldClient(as({ client: {}, taskqueue: 'a' }))],
  'FanfoldClient.connect': ['adress', 'address', () => FanfoldClient.connect(as({ adress: 'a' }))],
  createWorker: ['taskqueue', 'taskQueue', () => createWorker(as({ taskqueue: 'a' }))],
  fanfold: ['limit', 'limits', () => fanfold(as({ limit: {} }))],
};

test.each(Object.entries(doors))('%s', async (_name, [misspelt, meant, open]) => {
  const thrown: unknown = await (async () => open())().catch((error: unknown) => error);
  expect(thrown).toMatchObject({
    message: expect.stringMatching(`^\`${misspelt}\` .*: did you mean \`${meant}\`\\?`) as string,
  });
});

test('settings name the key', () => {
  expect(() => checkSettings({ limit: {} }, 'fanfold.config.ts')).toThrow(/`limit`/);
  expect(() => checkSettings({ limits: { a: { concurency: 1 } } }, 'fanfold.config.ts')).toThrow(
    /`limits.a.concurency`/,
  );
});
