/** Records histories of an agent of one's own, the desk of examples/agent, as `record-agent.test.ts` does those of support. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { desk } from '../../examples/agent/desk.ts';
import { FanfoldClient } from '../../src/client.ts';
import { createWorker } from '../../src/worker.ts';
import { calls, scriptedModel } from '../support/model.ts';
import { eventually } from '../support/temporal.ts';
import { record } from './record.ts';

const recording = process.env['FANFOLD_RECORD'] === '1';
process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-record-'));
const model = scriptedModel();
const taskQueue = `record-${process.pid}`;

test.runIf(recording)(
  'a history without a model and one that asks, is answered, acts and goes on are recorded',
  async () => {
    const { address, codePath } = inject('temporal');
    const connection = await NativeConnection.connect({ address });
    const worker = await createWorker({
      connection,
      taskQueue,
      parts: [desk.part],
      worker: { workflowBundle: { codePath } },
    });
    const temporal = new Client({ connection: await Connection.connect({ address }) });
    const client = new FanfoldClient({ client: temporal, taskQueue, kinds: [desk.kind] });
    const ask = async (message: string, more: object = {}) => {
      const { runId } = await client.start(desk.kind, { agent: 'desk', message, subject: { guest: 7 }, ...more });
      return temporal.workflow.getHandle(runId);
    };
    await worker.runUntil(async () => {
      await record('agent', await ask('How long may I stay?'));
      process.env['OPENAI_BASE_URL'] = model.url;
      model.plays(
        calls(['ask', { question: 'Until when?' }, 'q']),
        calls(['extend', { room: 12, until: '2026-12-06', cents: 17_800 }, 'e']),
        { content: 'Room 12 is yours until 6 December 2026 [extension 12].' },
      );
      const handle = await ask('Longer, please', { earlier: [{ role: 'user', text: 'I am in room 12.' }] });
      const waiting = (tool: string) =>
        eventually(async () => (await client.get(handle.workflowId)).approvals?.find((each) => each.tool === tool));
      await waiting('ask');
      await client.say(handle.workflowId, 'reply', { text: 'The sixth of December', by: 'Guest' });
      await waiting('extend');
      await client.say(handle.workflowId, 'approve', { callId: 'e', by: 'Ada' });
      await record('agent-asks', handle);
    });
    expect(recording).toBe(true);
  },
);
