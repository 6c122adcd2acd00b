/** The guide's runtime shows what fan-outs on a worker of one's own did. */
import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { showMetrics } from '../../examples/guides/metrics.ts';
import { sealedClient, sealedWorker } from '../../examples/guides/worker.ts';
import { freePort } from '../../src/dev-server/ports.ts';
import { eventually } from '../support/temporal.ts';

test('a worker of one’s own with the plugin shows its tasks through the runtime that the process installs', async () => {
  const shown = `127.0.0.1:${await freePort()}`;
  showMetrics(shown);
  const { address } = inject('temporal');
  const taskQueue = `guide-metrics-${randomUUID().slice(0, 8)}`;
  const worker = await sealedWorker(address, taskQueue, {});
  const client = await sealedClient(address, taskQueue, {});
  await worker.runUntil(async () => {
    const workflowId = randomUUID();
    await client.temporal.workflow.execute('mapped', { taskQueue, workflowId, args: [['a', 'bb']] });
    const line = await eventually(async () => {
      const text = await (await fetch(`http://${shown}/metrics`)).text();
      return text.split('\n').find((each) => each.startsWith('fanfold_tasks_total') && each.includes('"succeeded"'));
    });
    expect(line).toMatch(/ 2$/);
  });
});
