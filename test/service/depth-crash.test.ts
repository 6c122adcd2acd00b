/** A research in depth whose worker is killed: what was paid for is not paid for twice. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LLMock } from '@copilotkit/aimock';
import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, inject, test } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { fishing, honest, kindOf, library, nesting, promptOf } from '../support/herons.ts';
import { play } from '../support/play.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const workers: ChildProcess[] = [];
const mock = new LLMock({ port: 0 });

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.kill('SIGKILL');
  await mock.stop();
});

test('a killed worker repeats no finished call of the model, and the answer is whole', async () => {
  await mock.start();
  // Reading on nests hangs while the first worker lives.
  let hangs = true;
  let hung = 0;
  const onNests = (request: object): boolean =>
    kindOf(request) === 'claims' && promptOf(request).includes('The question: Where do grey herons nest?');
  mock.on({ predicate: (request) => hangs && onNests(request) }, async () => {
    hung += 1;
    await eventually(() => (hangs ? undefined : true));
    return { content: 'too late' };
  });
  honest(mock);
  const home = await mkdtemp(join(tmpdir(), 'fanfold-depth-'));
  const { address } = inject('temporal');
  const taskQueue = `depth-${home.slice(-6)}`;
  const { openalex, crossref } = library([fishing, nesting]);
  const env = {
    ...process.env,
    TEMPORAL_ADDRESS: address,
    FANFOLD_HOME: home,
    FANFOLD_TASK_QUEUE: taskQueue,
    OPENAI_BASE_URL: `${mock.url}/v1`,
    OPENAI_MODEL: 'honest',
    FANFOLD_SOURCE_OPENALEX_URL: await play(openalex),
    FANFOLD_SOURCE_CROSSREF_URL: await play(crossref),
  };
  const startWorker = (): ChildProcess => {
    const worker = spawn(process.execPath, [main, 'worker'], { env, stdio: 'ignore' });
    workers.push(worker);
    return worker;
  };
  const asked = (kind: string): number => mock.getRequests().filter(({ body }) => kindOf(body ?? {}) === kind).length;
  const client = new Client({ connection: await Connection.connect({ address }) });
  const fanfold = new FanfoldClient({ client, taskQueue });
  const first = startWorker();
  const { runId } = await fanfold.start('research', {
    question: 'How do grey herons fish and where do grey herons nest?',
    sources: ['openalex', 'crossref'],
    depth: 2,
    options: { deadline: '50s', attempts: 5 },
  });
  // One question is answered, and the other is being read.
  await eventually(async () => {
    const [questions] = (await fanfold.progress(runId)) ?? [];
    return questions?.succeeded === 1 && hung === 1 ? true : undefined;
  });
  first.kill('SIGKILL');
  await once(first, 'exit');
  hangs = false;
  startWorker();
  const view = await fanfold.result(runId);
  expect(view).toMatchObject({ status: 'completed', answer: { method: 'model', report: { planner: 'model' } } });
  expect((view.answer as { report: { claims: unknown[] } }).report.claims).toHaveLength(2);
  const nests = mock.getRequests().filter(({ body }) => onNests(body ?? {})).length;
  // Only the call that was under way at the kill was made again; the endpoint may not note the one that was cut.
  expect([asked('plan'), asked('claims') - nests, asked('draft')]).toEqual([1, 1, 1]);
  expect(nests).toBeGreaterThanOrEqual(1);
  expect(nests).toBeLessThanOrEqual(2);
});
