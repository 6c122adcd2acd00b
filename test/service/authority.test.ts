/** Who may name what: no door of a run of data, and no name, leads to an activity that is not open. */
import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCached } from '../../src/activities/cache/index.ts';
import { createMap } from '../../src/activities/map/index.ts';
import { createLocalPack } from '../../src/activities/travel/local-pack.ts';
import { createPack } from '../../src/activities/travel/pack.ts';
import { FanfoldError, type RunView } from '../../src/client.ts';
import type { Problem } from '../../src/http/answers.ts';
import { agentParts } from '../../src/worker.ts';
import { eventually, stage } from '../support/temporal.ts';
import { newId, problemOf, serve } from './http-service.ts';

/** What the agents' internal activities and the library's own are called. */
const agentInternals = agentParts({
  home: '.fanfold',
  environment: {},
  limits: {},
  settings: { file: undefined },
}).flatMap(({ activities, open = [] }) => Object.keys(activities).filter((name) => !open.includes(name)));
const nothing = undefined as never;
const dispatchers = [
  createMap(nothing, nothing),
  createPack(nothing, nothing),
  createLocalPack(nothing),
  createCached(nothing, nothing),
  { knownActivities: nothing },
].flatMap((part) => Object.keys(part));
const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
const internals = [...agentInternals, ...dispatchers].flatMap((name) => [name, `fanfold.${name}`]);
const texts = [...internals, ...inherited, 'no such activity', ''];
const odd: unknown[] = [5, null, true, {}, { toString: 'echo' }, ['echo'], [[]]];

/** The schema refuses an empty text before. */
const named = texts.filter((name) => name !== '');
const inFours = Array.from({ length: Math.ceil(named.length / 4) }, (_, index) => ({
  names: named.slice(index * 4, index * 4 + 4),
}));

const ran: string[] = [];
const spies = Object.fromEntries(agentInternals.map((name) => [name, async () => void ran.push(name)]));
const pages = async () => ({ items: [] });
// A source that answers once it is cancelled.
const searchSource = () => Context.current().cancelled;
const researchFacts = async () => ({ sources: ['one'], model: null, embeddingModel: null, window: 4000 });
const on = stage({ ...spies, pages, searchSource, researchFacts });
const served = serve({}, on);
const openNames = 'echo, pages, searchSource, wait';

/** What lists names lists the open ones. */
function expectNamed(message: string | undefined, field: string): void {
  expect(message).toContain(`\`${field}\``);
  expect(message).toContain(`(there is: ${openNames})`);
}

afterAll(() => expect(ran).toEqual([]));

it('the worker under test has internal activities of every kind', () => {
  expect(agentInternals).toEqual(expect.arrayContaining(['executeAction', 'lookUp', 'planReview', 'runAnalyser']));
  expect(dispatchers).toEqual(expect.arrayContaining(['planPart', 'openPage', 'runItem', 'runCached', 'runPack']));
});

describe('a start', () => {
  it.each(inFours)('of $names fails before anything runs, with the field and the open names', async ({ names }) => {
    const fails = async (activity: string): Promise<void> => {
      for (const task of [
        { id: 'a', activity },
        { id: 'a', activity, cacheKey: randomUUID() },
      ]) {
        const { body } = await served.post('/runs/tasks', { tasks: [{ id: 'ok', activity: 'echo' }, task] });
        const { status, error, fanIn } = await served.over(body.runId);
        expect({ status, type: error?.type, fanIn }).toEqual({
          status: 'failed',
          type: 'InvalidOptionsError',
          fanIn: undefined,
        });
        expectNamed(error?.message, 'tasks[1].activity');
      }
    };
    await Promise.all(names.map(fails));
  });

  it.each(odd)('of %j is refused with the field', async (activity) => {
    const answer = await served.post<Problem>('/runs/tasks', { tasks: [{ id: 'a', activity }] });
    expect(problemOf(answer)).toMatchObject({ status: 400, field: 'tasks[0].activity' });
    const started = on.fanfold.start('tasks', { tasks: [{ id: 'a', activity: activity as never }] });
    await expect(started).rejects.toMatchObject({ type: 'InvalidInput', field: 'tasks.0.activity' });
  });

  it('past the client is held to the same, in the workflow', async () => {
    for (const activity of [...odd, 'planPart', '__proto__']) {
      const failure = await on.failure('runTasks', { tasks: [{ id: 'a', activity }] });
      expect(failure.type).toBe('InvalidOptionsError');
      expectNamed(failure.message, 'tasks[0].activity');
    }
    for (const [tasks, field] of [
      [[null], 'tasks[0]'],
      [{}, 'tasks'],
      [[{ id: 'a', activity: 'echo', folder: '/' }], 'tasks[0].folder'],
    ] as const)
      expect((await on.failure('runTasks', { tasks })).message).toContain(`\`${field}\``);
  });
});

describe('a start where the starter has the worker', () => {
  const knowing = serve(
    {},
    {
      get fanfold() {
        const client = on.fanfold;
        client.servedBy(on.worker);
        return client;
      },
    },
  );
  const refused = async (kind: string, body: object, field: string): Promise<Problem> => {
    const id = newId();
    const problem = problemOf(await knowing.post<Problem>(`/runs/${kind}`, { id, ...body }));
    expect(problem).toMatchObject({ status: 422, field });
    expect((await knowing.get(`/runs/${id}`)).status).toBe(404);
    return problem;
  };

  it.each(inFours)(
    'of $names is refused with the field and the open names, and nothing is started',
    async ({ names }) => {
      await Promise.all(
        names.map(async (activity) => {
          const tasks = [
            { id: 'ok', activity: 'echo' },
            { id: 'a', activity },
          ];
          expectNamed((await refused('tasks', { tasks }, 'tasks[1].activity')).detail, 'tasks[1].activity');
          const source = { kind: 'range', count: 1 };
          expectNamed((await refused('map', { activity, source }, 'activity')).detail, 'activity');
          const query = { activity: 'echo', source: { kind: 'query', activity } };
          expectNamed((await refused('map', query, 'source.activity')).detail, 'source.activity');
        }),
      );
    },
  );

  it('at a limit that the worker does not have is refused', async () => {
    const task = { id: 'a', activity: 'echo' };
    await refused('tasks', { tasks: [{ ...task, limit: 'none' }] }, 'tasks[0].limit');
    await refused('tasks', { tasks: [task], options: { limit: 'none' } }, 'limit');
    const source = { kind: 'range', count: 1 };
    await refused('map', { activity: 'echo', source, options: { limit: 'none' } }, 'limit');
  });

  it('of what is open runs', async () => {
    const tasks = ['echo', 'fanfold.searchSource'].map((activity) => ({ id: activity, activity }));
    const started = await knowing.post('/runs/tasks', { tasks, options: { first: 1 } });
    expect(started.status).toBe(202);
    expect(await knowing.over(started.body.runId)).toMatchObject({ status: 'completed' });
  });

  it('joins the run that has its id, which began where nobody knew the names, and no other', async () => {
    const [id, tasks] = [newId(), [{ id: 'a', activity: 'closed since' }]];
    await served.post('/runs/tasks', { id, tasks });
    expect(await served.over(id)).toMatchObject({ status: 'failed', error: { type: 'InvalidOptionsError' } });
    expect(await knowing.post('/runs/tasks', { id, tasks })).toMatchObject({ status: 200, body: { status: 'failed' } });
    const other = await knowing.post('/runs/tasks', { id, tasks: [{ id: 'b', activity: 'closed since' }] });
    expect(other.status).toBe(409);
  });
});

describe('an added task', () => {
  let id: string;
  beforeAll(async () => {
    id = newId();
    await served.post('/runs/tasks', { id, tasks: [{ id: 'w', activity: 'wait', input: { ms: 45_000 } }] });
    await eventually(async () => ((await on.fanfold.progress(id))?.[0]?.running === 1 ? true : undefined));
  });
  afterAll(() => on.fanfold.cancel(id));
  const update = (items: unknown): Promise<unknown> =>
    on.client.workflow.getHandle(id).executeUpdate('addTasks', { args: [{ items }] });

  it.each([...texts, ...odd])(
    'that names %j is refused over HTTP, by the client and as an Update',
    async (activity) => {
      const items = [
        { id: 'ok', activity: 'echo' },
        { id: 'b', activity },
      ];
      const problem = problemOf(await served.post<Problem>(`/runs/${id}/tasks`, { items }));
      expect(problem).toMatchObject({ status: 422, field: 'items[1].activity' });
      expectNamed(problem.detail, 'items[1].activity');
      const error = await on.fanfold.add(id, items).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FanfoldError);
      expect(error).toMatchObject({ type: 'InvalidOptionsError', field: 'items[1].activity' });
      await expect(update(items)).rejects.toThrow();
      await expect(update([{ id: 'b', activity, cacheKey: 'k' }])).rejects.toThrow();
    },
  );

  it.each([
    ['items[0]', null],
    ['items[0]', 7],
    ['items[0]', [['a', 'echo']]],
    ['items[0].id', { activity: 'echo' }],
    ['items[0].id', { id: { a: 1 }, activity: 'echo' }],
    ['items[0].cost', { id: 'b', activity: 'echo', cost: -5 }],
    ['items[0].cacheKey', { id: 'b', activity: 'echo', cacheKey: 5 }],
    ['items[0].limit', { id: 'b', activity: 'echo', limit: 'nowhere' }],
    ['items[0].folder', { id: 'b', activity: 'echo', folder: '/' }],
  ])('is refused with 422 and the field %s: %j', async (field, item) => {
    expect(problemOf(await served.post<Problem>(`/runs/${id}/tasks`, { items: [item] }))).toMatchObject({
      status: 422,
      field,
    });
  });

  it('that a run may begin with does run, alone and through the cache, and nothing of those refused is there', async () => {
    const items = [
      { id: 'late', activity: 'echo', input: 1 },
      { id: 'kept', activity: 'echo', input: 2, cacheKey: randomUUID() },
    ];
    expect(await served.post(`/runs/${id}/tasks`, { items })).toMatchObject({ status: 200 });
    const [progress] = await eventually(async () => {
      const seen = (await on.fanfold.progress(id)) ?? [];
      return seen[0]?.succeeded === 2 ? seen : undefined;
    });
    expect(progress?.tasks.map((task) => task.id)).toEqual(['w', 'late', 'kept']);
  });
});

describe('what takes no added task', () => {
  const evil = [{ id: 'b', ms: 1 }, 'b', null, { id: 'evil', tool: 'refund', kind: 'usable', input: {} }];

  async function takesNothing(id: string, fanOut: { name?: string }, isKind: boolean): Promise<void> {
    await eventually(async () =>
      (await on.fanfold.progress(id))?.some(({ running }) => running > 0) ? true : undefined,
    );
    for (const item of evil) {
      await expect(on.fanfold.add(id, [item], fanOut)).rejects.toMatchObject({ type: 'Refused', field: 'items' });
      const answer = await served.post<Problem>(`/runs/${id}/tasks`, { items: [item], ...fanOut });
      expect(problemOf(answer)).toMatchObject(isKind ? { status: 409, field: 'items' } : { status: 404 });
    }
    await on.fanfold.cancel(id);
  }

  it('is a fan-out of an agent', async () => {
    const options = { deadline: '55s' };
    const { body } = await served.post('/runs/research', { input: { question: 'What is open?' }, options });
    await takesNothing(body.runId, {}, true);
    const { body: another } = await served.post('/runs/research', { input: { question: 'And now?' }, options });
    await takesNothing(another.runId, { name: 'sources' }, true);
  });

  it('is a fan-out that does not say what it accepts', async () => {
    const { workflowId } = await on.start('grouped', [{ id: 'a', ms: 40_000 }]);
    await takesNothing(workflowId, {}, false);
  });
});

describe('a redrive', () => {
  it('is held to what a start is, whatever the earlier run was given', async () => {
    for (const activity of ['planPart', 'executeAction', 'constructor']) {
      const { workflowId } = await on.start('runTasks', { tasks: [{ id: 'a', activity }] });
      await on.fanfold.result(workflowId);
      const { body } = await served.post(`/runs/${workflowId}/redrive`);
      const view = await served.over(body.runId);
      expect(view).toMatchObject({ status: 'failed', error: { type: 'InvalidOptionsError' } });
      expectNamed(view.error?.message, 'tasks[0].activity');
    }
  });
});

describe('a map', () => {
  const items = [{ id: 'a' }];

  it.each(inFours)('of $names, and over a query of it, fails with the field and the open names', async ({ names }) => {
    const each = async (activity: string): Promise<void> => {
      const fails = async (body: object, field: string): Promise<void> => {
        const { body: started } = await served.post('/runs/map', body);
        const view: RunView = await served.over(started.runId);
        expect(view).toMatchObject({ status: 'failed', error: { type: 'InvalidOptionsError' } });
        expectNamed(view.error?.message, field);
      };
      await fails({ activity, source: { kind: 'list', items } }, 'activity');
      await fails({ activity: 'echo', source: { kind: 'query', activity } }, 'source.activity');
    };
    await Promise.all(names.map(each));
  });

  it.each(odd)('of %j is refused with the field, over HTTP and past the client', async (activity) => {
    const map = await served.post<Problem>('/runs/map', { activity, source: { kind: 'list', items } });
    expect(problemOf(map)).toMatchObject({ status: 400, field: 'activity' });
    const query = await served.post<Problem>('/runs/map', { activity: 'echo', source: { kind: 'query', activity } });
    expect(problemOf(query)).toMatchObject({ status: 400, field: 'source.activity' });
    expectNamed((await on.failure('mapItems', { activity, source: { kind: 'list', items } })).message, 'activity');
    expectNamed(
      (await on.failure('mapItems', { activity: 'echo', source: { kind: 'query', activity } })).message,
      'source.activity',
    );
  });

  it('over a query of an open activity runs', async () => {
    const { body } = await served.post('/runs/map', { activity: 'echo', source: { kind: 'query', activity: 'pages' } });
    expect(await served.over(body.runId)).toMatchObject({ status: 'completed' });
  });
});
