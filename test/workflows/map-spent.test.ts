/** A map run whose tenant has spent its budget: units that run end by themselves, and nothing more is begun or asked for. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, expect, test } from 'vitest';
import { countTokens, reserveTokens } from '../../src/activities.ts';
import { eventually, stage } from '../support/temporal.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-spent-'));
const config = join(home, 'fanfold.config.json');
writeFileSync(config, JSON.stringify({ budgets: { poor: { cost: 1 } } }));
const environment = { FANFOLD_HOME: home, FANFOLD_CONFIG: config };
Object.assign(process.env, environment);
delete process.env['DATABASE_URL'];
afterAll(() => {
  for (const name of Object.keys(environment)) delete process.env[name];
});

function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

let asked = 0;
const answers = gate();
const rows = gate();
const on = stage(
  {
    /** Each answer but the first comes when it is told to. */
    query: async ({ cursor = 0 }: { cursor?: number }) => {
      if (asked++ > 0) await answers.opened;
      return { items: Array.from({ length: 520 }, (_, at) => cursor * 520 + at), cursor: cursor + 1 };
    },
    /** The last unit of the first answer runs until it is told to end; a row before has spent it all. */
    ask: async (row: number) => {
      if (row >= 510) return rows.opened;
      const settle = await reserveTokens(1);
      if (row === 20) countTokens('m', { inputTokens: 1, outputTokens: 1, cost: 2 });
      await settle(2);
    },
  },
  undefined,
  { home },
);

/** What its history has: the patches that were noted, and how many cancellations of activities. */
async function noted(handle: WorkflowHandle): Promise<{ patches: string; cancellations: number }> {
  const { events } = await handle.fetchHistory();
  const details = (events ?? []).flatMap((event) => Object.values(event.markerRecordedEventAttributes?.details ?? {}));
  const data = details.flatMap(({ payloads }) =>
    (payloads ?? []).map((each) => Buffer.from(each.data ?? []).toString()),
  );
  const cancelled = (events ?? []).filter((event) => event.activityTaskCancelRequestedEventAttributes);
  return { patches: data.join('\n'), cancellations: cancelled.length };
}

test('a spent run asks its query for no more, and a unit that runs is not cancelled', async () => {
  const options = { tenant: 'poor', granularity: 500, concurrency: 200 };
  const { runId } = await on.fanfold.map('ask', { kind: 'query', activity: 'query' }, { options });
  const handle = on.client.workflow.getHandle(runId);
  await eventually(async () =>
    (await noted(handle)).patches.includes('units of a spent tenant end by themselves') ? true : undefined,
  );
  answers.open();
  await eventually(async () => (((await on.fanfold.progress(runId))?.[0]?.total ?? 0) >= 1040 ? true : undefined));
  rows.open();
  const { fanIn } = await on.fanfold.result(runId);
  expect(fanIn).toMatchObject({ stoppedBy: 'budget' });
  expect(fanIn?.successCount).toBeGreaterThanOrEqual(20);
  expect(asked).toBe(2);
  expect((await noted(handle)).cancellations).toBe(0);
});
