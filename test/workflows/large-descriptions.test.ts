/** Packs keep what they finished in their heartbeats, and a description of a run carries the heartbeats of all that run. */
import { Context } from '@temporalio/activity';
import { expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { eventually, stage } from '../support/temporal.ts';

const bytes = 600_000;
const count = 10;

const on = stage({
  async fullBeat(): Promise<void> {
    Context.current().heartbeat('x'.repeat(bytes));
    await Context.current().cancelled;
  },
});

test('a run is seen while its heartbeats together exceed 4 MB', async () => {
  const { address } = inject('temporal');
  const fanfold = await FanfoldClient.connect({ address });
  const tasks = Array.from({ length: count }, (_, index) => ({ id: `t${index}`, activity: 'fullBeat' }));
  const { runId } = await on.fanfold.start('tasks', { tasks, options: { granularity: 'task' } });
  try {
    await eventually(async () => {
      const { raw } = await fanfold.temporal.workflow.getHandle(runId).describe();
      const beats = raw.pendingActivities?.filter(({ heartbeatDetails }) => heartbeatDetails) ?? [];
      return beats.length === count ? true : undefined;
    });
    expect(await fanfold.get(runId)).toMatchObject({ status: 'running' });
  } finally {
    await on.fanfold.cancel(runId);
    await fanfold.close();
  }
});
