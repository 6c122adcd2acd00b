/** A misspelt option is refused by name with the one that was meant, through whichever door it comes. */
import { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { defineAgent } from '../../src/agent.ts';
import { asCompleted, gather, group, promiseHost } from '../../src/index.ts';
import { checkSettings } from '../../src/settings.ts';
import { createWorker, fanfold } from '../../src/worker.ts';
import { liveControl, mapActivity, proxyActivities, reduce } from '../../src/workflow.ts';

const as = (options: object): never => options as never;
// Nothing is sent: it is refused before.
const temporal = { options: { loadedDataConverter: {}, namespace: 'default' } } as unknown as Client;
const client = (): FanfoldClient =>
  new FanfoldClient({ client: Object.setPrototypeOf(temporal, Client.prototype) as Client });
const agent = { name: 'desk', instructions: 'You answer.', tools: {} };
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
  'the hedge of a fan-out': ['aftr', 'after', () => gather([1], String, { hedge: as({ aftr: 1 }) })],
  'the budget of a fan-out': [
    'holdback',
    'holdBack',
    () => gather([1], String, { budget: as({ limit: 1, estimate: 1, holdback: 1 }) }),
  ],
  promiseHost: ['signl', 'signal', () => promiseHost(as({ signl: 1 }))],
  liveControl: ['detail', 'details', () => liveControl(as({ detail: false }))],
  mapActivity: ['atempts', 'attempts', () => mapActivity([1], 'score', as({ atempts: 1 }))],
  'mapActivity, of the rule': ['minSucesses', 'minSuccesses', () => mapActivity([1], 'score', as({ minSucesses: 1 }))],
  'setMinimum of a client': ['sucesses', 'successes', () => client().setMinimum('a', as({ sucesses: 1 }))],
  'list of a client': ['tennant', 'tenant', () => client().list(1, as({ tennant: 'a' }))],
  'deadLettersPage of a client': ['limt', 'limit', () => client().deadLettersPage('a', as({ limt: 1 }))],
  'a task of a run': [
    'actvity',
    'activity',
    () => client().run('tasks', { tasks: [as({ ...tasks[0], actvity: 'b' })] }),
  ],
  'the input of a kind': ['questin', 'question', () => client().run('research', as({ questin: 'a', question: 'b' }))],
  defineAgent: ['instruction', 'instructions', () => defineAgent(as({ ...agent, instruction: 'a' }))],
  'the limits of defineAgent': ['turn', 'turns', () => defineAgent({ ...agent, limits: as({ turn: 1 }) })],
  'the policy of defineAgent': ['redct', 'redact', () => defineAgent({ ...agent, policy: as({ redct: [] }) })],
  'a tool that reads': [
    'ouput',
    'output',
    () => defineAgent({ ...agent, tools: ({ read }) => ({ a: read(as({ ouput: 1 })) }) }),
  ],
  'a tool that acts': [
    'amont',
    'amount',
    () => defineAgent({ ...agent, tools: ({ act }) => ({ a: act(as({ amont: 1 })) }) }),
  ],
  fanfold: ['limit', 'limits', () => fanfold(as({ limit: {} }))],
};

test.each(Object.entries(doors))('%s', async (_name, [misspelt, meant, open]) => {
  const thrown: unknown = await (async () => open())().catch((error: unknown) => error);
  expect(thrown).toMatchObject({
    message: expect.stringMatching(`^\`(?:[\\w.]*\\.)?${misspelt}\`.*: did you mean \`${meant}\`\\?`) as string,
  });
});

test('settings name the key', () => {
  expect(() => checkSettings({ limit: {} }, 'fanfold.config.ts')).toThrow(/`limit`.*did you mean `limits`\?/);
  expect(() => checkSettings({ limits: { a: { concurency: 1 } } }, 'fanfold.config.ts')).toThrow(
    /`limits.a.concurency`.*did you mean `concurrency`\?/,
  );
});
