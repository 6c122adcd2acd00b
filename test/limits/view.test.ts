/** Which limits are shown, and who is said to serve them, by what processes have written down and what the server knows. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { joined, startPool, type Pool } from '../../src/limits/learned/pool.ts';
import { limitTable, type LimitTable } from '../../src/limits/table.ts';
import { clusterLimits } from '../../src/limits/view.ts';

const settings = { concurrency: 3 };
let table: LimitTable;
/** Of each test its own, as a process opens the table of one once. */
let namespace: string;

beforeEach(async () => {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-view-'));
  vi.stubEnv('FANFOLD_HOME', home);
  await writeFile(join(home, 'fanfold.config.json'), '{}');
  vi.stubEnv('FANFOLD_CONFIG', join(home, 'fanfold.config.json'));
  vi.stubEnv('DATABASE_URL', undefined);
  namespace = randomUUID();
  table = limitTable(home, undefined, namespace);
});

afterEach(() => vi.unstubAllEnvs());

/** A limit with which a process was configured, or that it only serves, so long ago. */
async function reported(name: string, msAgo: number, adopted?: true): Promise<void> {
  const now = Date.now() - msAgo;
  const of = adopted ? { adopted } : { settings, since: now };
  const report = { process: 'one', running: 0, started: 0, endings: [], ...of };
  const change = (pool: Pool = startPool(settings, now)): Pool => joined(pool, report, settings, now, 4000);
  await table.update(`work.limit.${name}`, change);
}

interface Queue {
  readonly queued?: number;
  readonly polledBy?: string;
}

/** By name, with how many processes serve it. */
async function shown(queues: Readonly<Record<string, Queue>> = {}): Promise<Record<string, number>> {
  const describeTaskQueue = async ({ taskQueue }: { taskQueue: { name: string } }): Promise<object> => {
    const { queued = 0, polledBy } = queues[taskQueue.name.replace('work.limit.', '')] ?? {};
    const lastAccessTime = { seconds: Math.floor(Date.now() / 1000), nanos: 0 };
    const pollers = polledBy === undefined ? [] : [{ identity: polledBy, lastAccessTime }];
    return { stats: { approximateBacklogCount: queued }, pollers };
  };
  const client = { options: { namespace }, workflowService: { describeTaskQueue } };
  return Object.fromEntries((await clusterLimits(client as never, 'work')).map((each) => [each.name, each.processes]));
}

test('a limit with which nobody is configured any more is shown while something waits there, and while somebody serves that', async () => {
  await reported('removed', 60_000);
  await reported('served', 60_000);
  await reported('served', 0, true);
  await reported('forgotten', 60_000);
  await reported('configured', 0);
  expect(await shown({ removed: { queued: 5 } })).toEqual({ removed: 0, served: 1, configured: 1 });
});

test('where processes share no database, who asks the server for its tasks serves a limit', async () => {
  await reported('far', 60_000);
  await reported('near', 60_000);
  const queues = {
    far: { queued: 5, polledBy: '7@elsewhere' },
    near: { queued: 5, polledBy: `999999999@${hostname()}` },
  };
  expect(await shown(queues)).toEqual({ far: 1, near: 0 });
});
