/** Records the histories of the support agent, as `record.test.ts` does those of fan-outs. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { calls, scriptedModel } from '../support/model.ts';
import { eventually, stage } from '../support/temporal.ts';
import { record } from './record.ts';

const recording = process.env['FANFOLD_RECORD'] === '1';
process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-record-'));
const on = stage();
const model = scriptedModel();
const question = 'Where is my order 1042 and was I charged twice?';

test.runIf(recording)(
  'a history of a question and one of an approved refund are recorded, without a model',
  async () => {
    await record('defined-support', await on.start('support', { message: question, customer: 7 }));
    const input = { message: 'Refund the double charge of order 1042', customer: 7 };
    await record('defined-support-expired', await on.start('support', { ...input, agent: { approvalTimeout: 50 } }));
    const refund = await on.start('support', input);
    await eventually(async () => (await on.fanfold.get(refund.workflowId)).approvals);
    await on.fanfold.say(refund.workflowId, 'approve', { callId: 'refund-P-10422', by: 'Ada' });
    await record('defined-support-refund', refund);
    expect(recording).toBe(true);
  },
);

test.runIf(recording)('a history of a wait that its namespace notes is recorded', async () => {
  const input = { message: 'Refund the double charge of order 1042', customer: 7 };
  const { runId } = await on.fanfold.start('support', input);
  await eventually(async () => (await on.fanfold.get(runId)).approvals);
  await on.fanfold.say(runId, 'reject', { callId: 'refund-P-10422', by: 'Ada' });
  await record('support-waits', on.client.workflow.getHandle(runId));
  expect(recording).toBe(true);
});

test.runIf(recording)('a history with a model that makes every detour is recorded', async () => {
  process.env['OPENAI_BASE_URL'] = model.url;
  model.classifies({ topics: ['order', 'payments'], orderId: 1042 });
  const refund = { paymentId: 'P-10421', amountCents: 12_990, reason: 'charged twice' };
  model.plays(
    calls(
      ['shipping', { orderId: 1042 }, 'a'],
      ['payments', '{', 'b'],
      ['refund', { ...refund, amountCents: 99_999 }, 'c'],
    ),
    { content: 'See [order 1].' },
    calls(['refund', refund, 'd']),
    { content: 'It is on its way [order 1042].' },
  );
  const handle = await on.start('support', { message: question, customer: 7 });
  await eventually(async () => (await on.fanfold.get(handle.workflowId)).approvals);
  await on.fanfold.say(handle.workflowId, 'reject', { callId: 'd', by: 'Ada', reason: 'the other one' });
  await record('defined-support-model', handle);
  expect(recording).toBe(true);
});

test.runIf(recording)(
  'a history of an answer that is read a second time, sent back, and read again is recorded',
  async () => {
    process.env['OPENAI_BASE_URL'] = model.url;
    const [claim, truth] = ['Order 1042 is on hold for you', 'Az 1042-es rendelés úton van'];
    const reads = ({ messages }: { messages: readonly { content: unknown }[] }): boolean =>
      String(messages[0]?.content).includes('numbered sentences');
    model.mock.on({ predicate: reads }, (request) => {
      const says = JSON.stringify(request.messages).includes(claim) ? 'done' : 'not done';
      return { content: JSON.stringify({ sentences: [{ number: 1, says }] }) };
    });
    model.classifies({ topics: ['order'], orderId: 1042 });
    model.plays({ content: `${claim} [order 1042].` }, { content: `${truth} [order 1042].` });
    await record('defined-support-read', await on.start('support', { message: question, customer: 7 }));
    expect(recording).toBe(true);
  },
);
