/** A run of which nobody can say how it stands: no door says that nothing waits for a person. */
import { expect, test } from 'vitest';
import { FanfoldClient, type RunView } from '../../src/client.ts';
import { outcomeText } from '../../src/cli/outcome.ts';
import { startService } from '../../src/http.ts';
import { stage } from '../support/temporal.ts';
import { newId } from './doors.ts';

const on = stage();

test('of a run without a worker no door says that nothing waits', async () => {
  const client = new FanfoldClient({ client: on.client, taskQueue: `${on.taskQueue}-nobody` });
  const runId = newId();
  await client.start('support', { message: 'Where is my order 1042?', customer: 7 }, { id: runId });
  const service = await startService({ client, port: 0, onMessage: () => {} });
  try {
    const ask = async <B>(path: string): Promise<B> => (await (await fetch(service.url + path)).json()) as B;
    const views = [await client.get(runId), await ask<RunView>(`/runs/${runId}`)];
    for (const view of views) {
      expect(view.approvals).toBeUndefined();
      expect(view.unanswered).toEqual({ type: 'Unreachable', message: 'no worker answered in time' });
    }
    const { runs } = await ask<{ runs: RunView[] }>('/runs?waiting=true&kind=support&limit=1000');
    expect(runs.find((run) => run.runId === runId)).not.toHaveProperty('waitingCalls');
    const shown = outcomeText(views[0] as RunView, {
      width: 100,
      paint: (_style, text) => text,
      embedded: false,
      callOf: (command) => command,
    });
    expect(shown).toContain('waiting for a worker');
    expect(shown).not.toContain('putting the answer together');
  } finally {
    await service.close();
    await on.client.workflow.getHandle(runId).terminate();
  }
});
