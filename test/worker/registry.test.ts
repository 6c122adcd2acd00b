/** Authority travels with the dispatch: what a workflow may reach is decided where the activity runs. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { ActivityRegistry } from '../../src/worker/registry.ts';

const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

function callOf(registry: ActivityRegistry) {
  return (workflowType: string, name: string, input?: unknown): Promise<unknown> =>
    new MockActivityEnvironment({ workflowType }).run(
      registry.activities[name] as (given: unknown) => Promise<unknown>,
      input,
    );
}

describe('the registry', () => {
  const registry = new ActivityRegistry();
  registry.add({ activities: { open: async () => 'open', secret: async () => 'secret' }, open: ['open'] });
  registry.addOwn({ activities: { runPack: async (name: never) => registry.find(name) !== undefined } });
  const call = callOf(registry);

  it.each(['runPack', 'fanfold.runPack'])(
    'lets a run of data reach open activities and %s, even where its checks were passed by',
    async (dispatcher) => {
      for (const type of ['runTasks', 'mapItems', 'mapBranch']) {
        expect(await call(type, 'open')).toBe('open');
        await expect(call(type, 'secret')).rejects.toMatchObject({ type: 'UnknownActivity', nonRetryable: true });
      }
      await expect(call('mapItems', dispatcher)).rejects.toMatchObject({ type: 'UnknownActivity' });
      expect(await call('runTasks', dispatcher, 'open')).toBe(true);
      for (const name of ['secret', 'runPack', 'fanfold.runPack', 'fanfold.', ...inherited, 5, undefined, {}])
        expect(await call('runTasks', dispatcher, name)).toBe(false);
    },
  );

  it('lets a workflow that is code call all of them', async () => {
    expect(await call('myWorkflow', 'secret')).toBe('secret');
    expect(await call('myWorkflow', 'fanfold.runPack', 'secret')).toBe(true);
    expect(await call('myWorkflow', 'fanfold.runPack', 'fanfold.runPack')).toBe(true);
    for (const name of [...inherited, 'fanfold.secret', 5])
      expect(await call('myWorkflow', 'fanfold.runPack', name)).toBe(false);
  });
});

describe('a name that both a user and fanfold have', () => {
  const registry = new ActivityRegistry();
  registry.addOwn({ activities: { runPack: () => 'ours', searchSource: () => 'ours' }, open: ['searchSource'] });
  registry.addOwn({ activities: { knownActivities: () => 'ours' } });
  registry.add({ activities: { runPack: () => 'theirs', searchSource: () => 'theirs', score: () => 'theirs' } });
  const call = callOf(registry);

  it('is the user’s, and ours is there with the prefix', async () => {
    const owners = await Promise.all(
      Object.keys(registry.activities)
        .toSorted()
        .map(async (name) => [name, await call('myWorkflow', name)]),
    );
    expect(Object.fromEntries(owners)).toEqual({
      'fanfold.knownActivities': 'ours',
      'fanfold.runPack': 'ours',
      'fanfold.searchSource': 'ours',
      knownActivities: 'ours',
      runPack: 'theirs',
      score: 'theirs',
      searchSource: 'theirs',
    });
    expect(registry.taken).toEqual(['runPack', 'searchSource']);
  });

  it('gives a closed activity of the user’s no rights of ours, and ours not those of an open one', async () => {
    await expect(call('runTasks', 'runPack')).rejects.toMatchObject({ type: 'UnknownActivity' });
    expect(await call('runTasks', 'fanfold.runPack')).toBe('ours');
    expect(registry.openNames).toEqual(['fanfold.searchSource']);
  });

  it('keeps apart what was seen of each', () => {
    expect(registry.byEachName({ searchSource: 1, 'fanfold.searchSource': 2, score: 3 })).toEqual({
      searchSource: 1,
      'fanfold.searchSource': 2,
      score: 3,
    });
    expect(registry.byEachName({ 'fanfold.knownActivities': 4 })).toEqual({
      knownActivities: 4,
      'fanfold.knownActivities': 4,
    });
  });
});

it.each([
  [{ activities: { 'fanfold.mine': () => 1 } }, /'fanfold.mine' has the prefix/],
  [{ activities: { score: () => 1 } }, /'score' is taken/],
  [{ activities: {}, open: ['toString'] }, /opens the activity 'toString', which it does not have/],
  [{ activities: { odd: 'x' as never } }, /'odd' is no function/],
])('a part that cannot be meant is refused: %o', (part, message) => {
  const registry = new ActivityRegistry();
  registry.add({ activities: { score: () => 1 } });
  expect(() => registry.add(part)).toThrow(message);
});
