/** Support over tables of one's own, as examples/support has them: a worker of a configuration, answered and refunded by it alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { FanfoldClient, type PendingApproval, type SupportAnswer } from '../../src/client.ts';
import { eventually } from '../support/temporal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const taskQueue = `own-shop-${process.pid}`;
const { OPENAI_BASE_URL: _url, OPENAI_API_KEY: _key, ...environment } = process.env;
let client: FanfoldClient;
const worker = spawn(process.execPath, [join(root, 'dist/cli.js'), 'worker'], {
  cwd: join(root, 'examples/support'),
  env: {
    ...environment,
    TEMPORAL_ADDRESS: inject('temporal').address,
    FANFOLD_TASK_QUEUE: taskQueue,
    FANFOLD_HOME: mkdtempSync(join(tmpdir(), 'fanfold-own-shop-')),
  },
});
let said = '';
worker.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
worker.stdout.resume();
beforeAll(async () => {
  client = new FanfoldClient({
    client: new Client({ connection: await Connection.connect({ address: inject('temporal').address }) }),
    taskQueue,
  });
});
afterAll(async () => {
  worker.kill('SIGTERM');
  if (worker.exitCode === null) await once(worker, 'exit');
});

const ask = async (message: string, customer: number): Promise<SupportAnswer> =>
  (await client.run('support', { message, customer })).answer as SupportAnswer;

test('a customer is answered from the tables of the configuration, and no other customer’s', async () => {
  const { text, cited } = await ask('Was I charged twice for order 7?', 1);
  expect(text).toContain('order 7 was charged twice: EUR 42.00');
  expect(cited.map(({ ref }) => ref)).toEqual(expect.arrayContaining(['order 7', 'payment pay-71', 'payment pay-72']));
  expect((await ask('Where is my order 7?', 2)).text).toBe('This customer has no order 7. Please check the number.');
  // The made-up shop is not there beside it.
  expect((await ask('Where is my order 1042?', 7)).text).toContain('no order 1042');
  expect(said).not.toContain('named as fanfold');
});

test('a refund waits for a person, is made once in those tables, and is read back', async () => {
  const { runId } = await client.start('support', { message: 'Refund the double charge of order 7', customer: 1 });
  const [pending] = await eventually<readonly PendingApproval[]>(async () => (await client.get(runId)).approvals);
  expect(pending).toMatchObject({ tool: 'refund', input: { paymentId: 'pay-72', amountCents: 4200 } });
  await client.say(runId, 'approve', { callId: pending?.callId, by: 'Ada' });
  const { answer } = await client.result(runId);
  expect(answer).toMatchObject({ actions: [{ state: 'verified', by: 'Ada' }] });
  expect((answer as SupportAnswer).text).toContain('have been refunded [refund pay-72]');
  expect((await ask('Was I charged twice for order 7?', 1)).text).toContain('It has been given back.');
});
