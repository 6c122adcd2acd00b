/** Authority travels with the dispatch: what a workflow may reach is decided where the activity runs. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { ActivityRegistry } from '../../src/worker/registry.ts';

const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

describe('the registry', () => {
  const registry = new ActivityRegistry();
  registry.add({ activities: { open: async () => 'open', secret: async () => 'secret' }, open: ['open'] });
  registry.add({ activities: { runPack: async (name: never) => registry.find(name) !== undefined } });
  const call = (workflowType: string, name: string, input?: unknown): Promise<unknown> =>
    new MockActivityEnvironment({ workflowType }).run(
      registry.activities[name] as (given: unknown) => Promise<unknown>,
      input,
    );

  it('lets a run of data reach open activities and its own dispatchers, even where its checks were passed by', async () => {
    for (const type of ['runTasks', 'mapItems', 'mapBranch']) {
      expect(await call(type, 'open')).toBe('open');
      await expect(call(type, 'secret')).rejects.toMatchObject({ type: 'UnknownActivity', nonRetryable: true });
    }
    await expect(call('mapItems', 'runPack')).rejects.toMatchObject({ type: 'UnknownActivity' });
    expect(await call('runTasks', 'runPack', 'open')).toBe(true);
    for (const name of ['secret', 'runPack', ...inherited, 5, undefined, {}])
      expect(await call('runTasks', 'runPack', name)).toBe(false);
  });

  it('lets a workflow that is code call all of them', async () => {
    expect(await call('myWorkflow', 'secret')).toBe('secret');
    expect(await call('myWorkflow', 'runPack', 'secret')).toBe(true);
    for (const name of [...inherited, 5]) expect(await call('myWorkflow', 'runPack', name)).toBe(false);
  });
});
