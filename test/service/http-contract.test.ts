/** The live service against its own OpenAPI document, by schemathesis, which makes up requests good and bad from it. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { z } from 'zod';
import { FanfoldClient, type RunView } from '../../src/client.ts';
import type { Progress, TaskProgress } from '../../src/core/live/control.ts';
import type { FanIn } from '../../src/core/fan-in.ts';
import type * as answers from '../../src/http/answers.ts';
import { ensureNamespace } from '../../src/dev-server/health.ts';
import { createWorker } from '../../src/worker.ts';
import { pythonWith } from '../support/python.ts';
import { quietLogs, replacing, type Stage } from '../support/temporal.ts';
import { serve } from './http-service.ts';

const token = 'contract-contract';
const nothingToReview = { root: '/', model: false, files: [], analysers: [], skipped: [], notes: [] };
const activities = {
  searchSource: async () => [],
  // One source, so that a made-up depth costs little.
  researchFacts: async () => ({ sources: ['one'], model: null, embeddingModel: null, window: 4000 }),
  synthesizeAnswer: async () => ({ text: 'an answer' }),
  planReview: async () => nothingToReview,
};
const served = serve({ token }, alone());
const authorization = `Bearer ${token}`;

type Same<T, S extends z.ZodType> = [keyof T, keyof z.output<S>] extends [keyof z.output<S>, keyof T] ? true : never;

/** Fails to compile where a type has a field that its schema does not describe. */
export const isDescribed: [
  Same<RunView, typeof answers.run>,
  Same<Progress, typeof answers.progress>,
  Same<TaskProgress, typeof answers.taskProgress>,
  Same<FanIn, typeof answers.fanIn>,
  FanIn['stoppedBy'] extends z.output<typeof answers.stopReason> ? true : never,
] = [true, true, true, true, true];

/** A namespace of its own, as runs of other tests have no worker any more, and are answered for with 503. */
function alone(): Pick<Stage, 'fanfold'> {
  const { address, codePath } = inject('temporal');
  const namespace = `contract-${randomUUID().slice(0, 8)}`;
  let fanfold: FanfoldClient;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    quietLogs();
    await ensureNamespace(address, namespace);
    const connection = await NativeConnection.connect({ address });
    const worker = await createWorker({
      connection,
      namespace,
      taskQueue: namespace,
      ...replacing(activities),
      worker: { workflowBundle: { codePath } },
    });
    const running = worker.run();
    fanfold = new FanfoldClient({
      client: new Client({ connection: await Connection.connect({ address }), namespace }),
      taskQueue: namespace,
    });
    stop = async () => {
      worker.shutdown();
      await running;
    };
  });
  afterAll(() => stop());
  return {
    get fanfold() {
      return fanfold;
    },
  };
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { responses: Record<string, object> }>>;
}

/** Wrong tokens wait for their answer, so that they are asked for here and not with each of hundreds of requests. 422 is for what a schema cannot say: that two tasks share an id, or that `first` is above their number. */
const settings = `
hooks = "hooks.py"
[checks]
ignored_auth.enabled = false
positive_data_acceptance.expected-statuses = ["2xx", "401", "403", "404", "409", "422"]
`;

/** Python 3.11 fails with a SystemError where two threads parse at once, as schemathesis has them do (python/cpython#106905). */
const hooks = `
import ast, threading
lock, parse = threading.RLock(), ast.parse
def alone(*given, **named):
    with lock:
        return parse(*given, **named)
ast.parse = alone
`;

describe('the contract', () => {
  let bin: string | undefined;
  let why = '';
  beforeAll(async () => {
    [bin, why] = await pythonWith('schemathesis==4.32.5');
  }, 240_000);

  it('names every route, and every status that each may answer with', async () => {
    const { body } = await served.get<Document>('/openapi.json', { headers: { authorization } });
    expect(body.openapi).toBe('3.1.0');
    const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(operations.toSorted()).toEqual([
      'get /caller',
      'get /costs',
      'get /healthz',
      'get /kinds',
      'get /limits',
      'get /limits/history',
      'get /metrics',
      'get /readyz',
      'get /runs',
      'get /runs/{id}',
      'get /runs/{id}/bibtex',
      'get /runs/{id}/csv',
      'get /runs/{id}/dead-letters',
      'get /runs/{id}/events',
      'get /runs/{id}/github-annotations',
      'get /runs/{id}/markdown',
      'get /runs/{id}/plan',
      'get /runs/{id}/rdjson',
      'get /runs/{id}/reconciliation',
      'get /runs/{id}/results',
      'get /runs/{id}/sarif',
      'get /runs/{id}/text',
      'post /runs/agent',
      'post /runs/map',
      'post /runs/reconcile',
      'post /runs/research',
      'post /runs/review',
      'post /runs/support',
      'post /runs/tasks',
      'post /runs/{id}/approve',
      'post /runs/{id}/cancel',
      'post /runs/{id}/concurrency',
      'post /runs/{id}/extend',
      'post /runs/{id}/minimum',
      'post /runs/{id}/plan',
      'post /runs/{id}/redrive',
      'post /runs/{id}/reject',
      'post /runs/{id}/reply',
      'post /runs/{id}/settle',
      'post /runs/{id}/sign-off',
      'post /runs/{id}/tasks',
      'post /threads/{id}',
    ]);
    expect(Object.keys(body.paths['/runs/tasks']?.['post']?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '202', '400', '401', '413', '415', '422', '429', '503']),
    );
  });

  it('says of a field what that field is, and of no other the same', async () => {
    const { body } = await served.get<Document>('/openapi.json', { headers: { authorization } });
    const fields = new Map<string, Set<string>>();
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [name, each] of Object.entries((value as { properties?: object }).properties ?? {})) {
        const { description } = each as { description?: string };
        if (description !== undefined) fields.set(description, (fields.get(description) ?? new Set()).add(name));
      }
      for (const each of Object.values(value)) collect(each);
    };
    collect(body);
    const shared = [...fields].filter(([, names]) => names.size > 1).map(([text, names]) => [text, [...names]]);
    expect(shared).toEqual([['Milliseconds since the Unix epoch', expect.anything()]]);
  });

  it('asks for the token at every operation but the probes', async () => {
    const { body } = await served.get<Document>('/openapi.json', { headers: { authorization } });
    for (const [path, methods] of Object.entries(body.paths)) {
      for (const method of Object.keys(methods)) {
        const { status } = await served.get(path.replace('{id}', 'x'), { method: method.toUpperCase() });
        expect(status, `${method} ${path}`).toBe(['/healthz', '/readyz'].includes(path) ? 200 : 401);
      }
    }
  });

  it('is kept under requests made up from it', { timeout: 180_000 }, async ({ skip }) => {
    if (bin === undefined) return skip(why);
    const folder = await mkdtemp(join(tmpdir(), 'fanfold-contract-'));
    await writeFile(join(folder, 'schemathesis.toml'), settings);
    await writeFile(join(folder, 'hooks.py'), hooks);
    const bounds = '--max-examples 20 --seed 1 --workers 1 --request-timeout 15 --max-time 60 --no-color'.split(' ');
    const args = ['run', `${served.url}/openapi.json`, '-H', `Authorization: ${authorization}`, ...bounds];
    const ended = await promisify(execFile)(join(bin, 'schemathesis'), args, { cwd: folder, maxBuffer: 1e8 }).then(
      ({ stdout }) => ({ stdout, failed: false }),
      (error: { stdout: string }) => ({ stdout: error.stdout, failed: true }),
    );
    expect(ended.failed, ended.stdout).toBe(false);
    const [, passed = '0'] = /(\d+) passed/.exec(ended.stdout.split('Test cases:').at(-1) ?? '') ?? [];
    // How many is the machine's to say, within a minute; that each operation is among them is not.
    expect(Number(passed), ended.stdout).toBeGreaterThan(100);
    expect(/Tested: (\d+)/.exec(ended.stdout)?.[1], ended.stdout).toBe(/Selected: (\d+)/.exec(ended.stdout)?.[1]);
    expect(served.messages).toEqual([]);
  });
});
