/** A run whose workflow task fails again and again is seen by everybody who watches. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as prometheus from 'prom-client';
import { z } from 'zod';
import { afterAll, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { startServer } from '../../src/dev-server/embedded.ts';
import type { Kind } from '../../src/runs/kind.ts';
import { addClusterGauges } from '../../src/telemetry/cluster-gauges.ts';
import { eventually, stage } from '../support/temporal.ts';

const { binary } = inject('temporal');
let started: ReturnType<typeof startServer> | undefined;
const folder = await mkdtemp(join(tmpdir(), 'fanfold-gauge-'));

/** Of its own: the gauge is of all open runs of a server, and other files have some that cannot go on. */
async function server(): Promise<string> {
  return (await (started ??= startServer({ binary, logFile: join(folder, 'server.log') }))).address;
}

// Begun first, so that it ends last.
afterAll(async () => {
  await (await started)?.stop();
  await rm(folder, { recursive: true, force: true });
});

const served = stage({}, undefined, { server });

/** No worker has it. */
const undeployed: Kind = {
  name: 'undeployed',
  noun: 'step',
  workflow: 'deployedTomorrow',
  input: z.looseObject({}),
  summary: () => 'undeployed',
};

test('a run that cannot go on is in the gauge, and no longer once it is ended', { timeout: 120_000 }, async () => {
  const { client, taskQueue } = served;
  const clientOfKind = new FanfoldClient({ client, taskQueue, kinds: [undeployed] });
  const registry = new prometheus.Registry();
  addClusterGauges(prometheus, registry, () => clientOfKind, 200);
  const stuckNow = async (): Promise<number> =>
    Number(/^fanfold_runs_stuck (\d+)$/m.exec(await registry.metrics())?.[1] ?? Number.NaN);
  const handle = await client.workflow.start(undeployed.workflow, {
    taskQueue,
    workflowId: `${taskQueue}-stuck`,
    args: [],
  });
  await eventually(async () =>
    (await clientOfKind.get(handle.workflowId)).stuck?.message.includes(undeployed.workflow) ? true : undefined,
  );
  await eventually(async () => ((await stuckNow()) === 1 ? true : undefined));
  await handle.terminate('for the test');
  await eventually(async () => ((await stuckNow()) === 0 ? true : undefined));
});
