/** Records the history of a map run whose tenant has spent its budget while another unit runs, as `record.test.ts` does others. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { expect, test } from 'vitest';
import { countTokens, reserveTokens } from '../../src/activities.ts';
import { stage } from '../support/temporal.ts';
import { record } from './record.ts';

const recording = process.env['FANFOLD_RECORD'] === '1';
const home = mkdtempSync(join(tmpdir(), 'fanfold-record-'));
const config = join(home, 'fanfold.config.json');
writeFileSync(config, JSON.stringify({ budgets: { poor: { cost: 1 } } }));
Object.assign(process.env, { FANFOLD_HOME: home, FANFOLD_CONFIG: config });
delete process.env['DATABASE_URL'];

/** The rows of the last unit run until they are told to end; one of those before spends it all. */
async function ask(row: number): Promise<void> {
  if (row >= 510) return Context.current().sleep(10_000);
  const settle = await reserveTokens(1);
  if (row === 20) countTokens('m', { inputTokens: 1, outputTokens: 1, cost: 2 });
  await settle(2);
}
const on = stage({ ask }, undefined, { home });

test.runIf(recording)('a history of a map run that ends with its tenant is recorded', async () => {
  const options = { tenant: 'poor', granularity: 500, concurrency: 200 };
  const { runId } = await on.fanfold.map('ask', { kind: 'range', count: 520 }, { options });
  await record('map-tenant-spent', on.client.workflow.getHandle(runId));
  expect(await on.fanfold.result(runId)).toMatchObject({ fanIn: { stoppedBy: 'budget' } });
});
