/** Runs that cannot go on, ended or kept: on a real server, with a worker whose workflows fail in every way. */
import { z } from 'zod';
import { expect, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { endStuckRuns, StuckRuns } from '../../src/runs/end-stuck.ts';
import type { Kind } from '../../src/runs/kind.ts';
import type { Kinds } from '../../src/runs/kinds.ts';
import type { RunSource } from '../../src/runs/run-source.ts';
import { stage } from '../support/temporal.ts';

const served = stage();

const kindOf = (name: string, workflow: string): Kind => ({
  name,
  noun: 'step',
  workflow,
  input: z.looseObject({}),
  summary: () => name,
});
/** It computes for longer than its task may take, each time. */
const hanging = kindOf('hanging', 'computesTooLong');
/** A user's own, which keeps Temporal's rule: what its code throws fails its task, and its author may mend it meanwhile. */
const broken = kindOf('broken', 'throwsPlainly');
/** No worker has it. */
const undeployed = kindOf('undeployed', 'deployedTomorrow');

const clientOf = (kind: Kind) =>
  new FanfoldClient({ client: served.client, taskQueue: served.taskQueue, kinds: [kind] });
/** Of nothing else, as other tests have runs that cannot go on. */
const sourceOf = (kind: Kind): RunSource => ({
  temporal: served.client,
  kinds: { all: [kind], ofWorkflow: (type: string) => (type === kind.workflow ? kind : undefined) } as unknown as Kinds,
});

async function begun(kind: Kind): Promise<string> {
  const workflowId = `${served.taskQueue}-${kind.name}`;
  const { taskQueue } = served;
  const options = { taskQueue, workflowId, args: [], workflowTaskTimeout: kind === hanging ? '1s' : '10s' } as const;
  const handle = await served.client.workflow.start(kind.workflow, options);
  await expect
    .poll(async () => (await handle.describe()).raw.pendingWorkflowTask?.attempt ?? 0, { timeout: 60_000 })
    .toBeGreaterThanOrEqual(3);
  return workflowId;
}

test.each([
  ['a deploy', undeployed, 'deployedTomorrow'],
  ['its author', broken, 'thrown plainly'],
])(
  'a run that %s may mend is kept, unless its end is asked for',
  async (_whom, kind, why) => {
    const id = await begun(kind);
    const view = () => clientOf(kind).get(id);
    expect(await new StuckRuns(sourceOf(kind), { after: 3 }).look()).toEqual([]);
    expect(await new StuckRuns(sourceOf(kind), { after: 1000, any: true }).look()).toEqual([]);
    expect((await view()).status).toBe('running');
    // Not by who knows other kinds.
    expect(await new StuckRuns(sourceOf(hanging), { after: 3, any: true }).look()).toEqual([]);
    const [ended] = await new StuckRuns(sourceOf(kind), { after: 3, any: true }).look();
    expect(ended).toContain(`'${id}' was ended: Given up after`);
    expect(await view()).toMatchObject({ status: 'failed', error: { message: expect.stringContaining(why) } });
  },
  120_000,
);

test('a run whose task takes too long each time is ended, and its failure is the reason', async () => {
  const id = await begun(hanging);
  const ending = new AbortController();
  const said: string[] = [];
  const over = endStuckRuns(
    sourceOf(hanging),
    { after: 3 },
    { signal: ending.signal, onMessage: (text) => said.push(text) },
  );
  const view = () => clientOf(hanging).get(id);
  await expect.poll(async () => (await view()).status, { timeout: 60_000 }).toBe('failed');
  ending.abort();
  await over;
  expect(said.join('\n')).toContain(`'${id}' was ended`);
  expect(await view()).toMatchObject({
    error: { message: expect.stringMatching(/^Given up after \d+ attempts: its workflow task takes too long/) },
  });
  // The worker goes on with others, once its thread is free.
  const { fanIn } = await served.fanfold.run('tasks', { tasks: [{ id: 'a', activity: 'echo', input: 1 }] });
  expect(fanIn?.mergedResults).toEqual([1]);
}, 120_000);
