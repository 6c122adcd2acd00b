/** The desk of examples/agent, whose worker is killed in the middle: what it was told is not asked again, and its trace is whole. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, expect, inject, test } from 'vitest';
import type { AgentAnswer } from 'fanfold/agent';
import { desk } from '../../examples/agent/desk.ts';
import { FanfoldClient } from '../../src/client.ts';
import { calls, scriptedModel } from '../support/model.ts';
import { eventually } from '../support/temporal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const taskQueue = `agent-crash-${process.pid}`;
const home = mkdtempSync(join(tmpdir(), 'fanfold-agent-crash-'));
const model = scriptedModel();
const workers: ChildProcess[] = [];
afterAll(() => {
  for (const worker of workers) worker.kill('SIGKILL');
});

function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, [join(root, 'dist/cli.js'), 'worker'], {
    cwd: join(root, 'examples/agent'),
    stdio: 'ignore',
    env: {
      ...process.env,
      TEMPORAL_ADDRESS: inject('temporal').address,
      FANFOLD_TASK_QUEUE: taskQueue,
      FANFOLD_HOME: home,
      OPENAI_BASE_URL: model.url,
    },
  });
  workers.push(worker);
  return worker;
}

async function kill(worker: ChildProcess): Promise<void> {
  const over = once(worker, 'exit');
  worker.kill('SIGKILL');
  await over;
}

test('an agent whose worker is killed while it asks, and while its model thinks, answers all the same, once', async () => {
  const connection = await Connection.connect({ address: inject('temporal').address });
  const client = new FanfoldClient({ client: new Client({ connection }), taskQueue, kinds: [desk.kind] });
  // Its second turn never ends the first time.
  model.once(1, { content: 'Too late [booking 12].' }, { latency: 600_000 });
  model.plays(calls(['ask', { question: 'Which room?' }, 'q']), { content: 'Room 12 is yours [booking 12].' });
  const first = startWorker();
  const { runId } = await client.start(desk.kind, { agent: 'desk', message: 'My room?', subject: { guest: 7 } });
  await eventually(async () => (await client.get(runId)).approvals);
  await kill(first);
  const second = startWorker();
  await eventually(() => client.say(runId, 'reply', { text: 'Twelve' }).catch(() => undefined));
  await eventually(async () => (model.asked().length === 2 ? true : undefined));
  await kill(second);
  startWorker();
  const { answer } = await client.result(runId);
  const { trace, text, metrics } = answer as AgentAnswer;
  expect(text).toBe('Room 12 is yours [booking 12].');
  expect(metrics.turns).toBe(2);
  expect(trace.map(({ step }) => step)).toEqual([
    'classify',
    'plan',
    'lookUp',
    'think',
    'ask',
    'ask',
    'think',
    'outcome',
  ]);
}, 120_000);
