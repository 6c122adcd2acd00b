/** A worker and a client on the tests' server, with a task queue of their own so that files do not meet. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Client, Connection, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { ApplicationFailure, DataConverter, ExternalStorage } from '@temporalio/common';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { afterAll, beforeAll, inject } from 'vitest';
import { FanfoldClient } from '../../src/client.ts';
import { readConfig } from '../../src/config.ts';
import {
  agentParts,
  createWorker,
  demoPart,
  openExternalStorage,
  type Activity,
  type CreateWorkerOptions,
  type FanfoldWorker,
  type Part,
} from '../../src/worker.ts';

export interface Stage {
  readonly client: Client;
  readonly fanfold: FanfoldClient;
  readonly taskQueue: string;
  readonly worker: FanfoldWorker;
  start(type: string, ...args: unknown[]): Promise<WorkflowHandle>;
  /** Runs a workflow to its result. */
  run(type: string, ...args: unknown[]): Promise<unknown>;
  /** Runs a workflow that fails, to the failure that failed it. */
  failure(type: string, ...args: unknown[]): Promise<ApplicationFailure>;
}

export function quietLogs(): void {
  try {
    const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
    Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });
  } catch {
    // Another file of this process has installed it.
  }
}

/** In a folder of this process, which goes with it. */
function storageOfTests(): ExternalStorage {
  const home = path.join(tmpdir(), `fanfold-tests-${process.pid}`);
  process.once('exit', () => rmSync(home, { recursive: true, force: true }));
  return openExternalStorage({ home, environment: {} });
}

/** The parts of a worker, in which activities of one's own stand for fanfold's of the same name. */
export function replacing(
  given: Record<string, Activity>,
  { home = readConfig().home, limits = {} }: Pick<CreateWorkerOptions, 'limits' | 'home'> = {},
): Pick<CreateWorkerOptions, 'agents' | 'parts' | 'activities'> {
  const left = new Map(Object.entries(given));
  const replaced = (part: Part): Part => {
    const activities = Object.entries(part.activities).map(([name, activity]) => {
      const own = left.get(name);
      left.delete(name);
      return [name, own ?? activity] as const;
    });
    return { ...part, activities: Object.fromEntries(activities) };
  };
  const agents = agentParts({
    home,
    environment: process.env,
    limits,
    settings: { file: undefined },
  });
  return {
    agents: agents.map(replaced),
    parts: [replaced(demoPart())],
    activities: Object.fromEntries(left),
  };
}

export interface StageOptions extends Pick<CreateWorkerOptions, 'limits' | 'home' | 'onMessage'> {
  /** Of the worker and the client, beside where large payloads go. */
  readonly dataConverter?: DataConverter;
  /** The address of another server. @default the one of all tests */
  readonly server?: () => Promise<string>;
  /** Parts of the worker beside fanfold's own. */
  readonly ownParts?: readonly Part[];
}

/** Call at the top of a test file; what it returns may be used inside tests. */
export function stage(
  activities: Record<string, (...args: never[]) => unknown> = {},
  storage: () => ExternalStorage | Promise<ExternalStorage> = storageOfTests,
  { dataConverter = {}, server, ownParts = [], ...options }: StageOptions = {},
): Stage {
  const { address: usual, codePath } = inject('temporal');
  const taskQueue = `test-${randomUUID().slice(0, 8)}`;
  let client: Client;
  let worker: FanfoldWorker;
  let running: Promise<void>;

  beforeAll(async () => {
    quietLogs();
    const address = (await server?.()) ?? usual;
    const connection = await NativeConnection.connect({ address });
    const externalStorage = await storage();
    const replaced = replacing(activities, options);
    worker = await createWorker({
      ...options,
      connection,
      taskQueue,
      ...replaced,
      parts: [...(replaced.parts ?? []), ...ownParts],
      externalStorage,
      worker: { workflowBundle: { codePath }, dataConverter: { externalStorage, ...dataConverter } },
    });
    running = worker.run();
    client = new Client({
      connection: await Connection.connect({ address }),
      dataConverter: { externalStorage, ...dataConverter },
    });
  });
  afterAll(async () => {
    worker.shutdown();
    await running;
  });

  const start: Stage['start'] = (type, ...args) =>
    client.workflow.start(type, {
      taskQueue,
      workflowId: `${type}-${randomUUID().slice(0, 8)}`,
      args,
      workflowExecutionTimeout: '50s',
    });
  return {
    get client() {
      return client;
    },
    get fanfold() {
      return new FanfoldClient({ client, taskQueue });
    },
    taskQueue,
    get worker() {
      return worker;
    },
    start,
    run: async (type, ...args) => (await start(type, ...args)).result(),
    async failure(type, ...args) {
      const thrown: unknown = await (await start(type, ...args)).result().catch((error: unknown) => error);
      if (thrown instanceof WorkflowFailedError && thrown.cause) return thrown.cause as ApplicationFailure;
      throw new Error(`${type} did not fail: ${JSON.stringify(thrown)}`);
    },
  };
}

/** Resolves once `look` gives a value; the test's own timeout bounds it. */
export async function eventually<R>(look: () => Promise<R | undefined> | R | undefined): Promise<R> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
