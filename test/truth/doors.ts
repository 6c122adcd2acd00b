/** The doors by which a person or a program learns what became of a run: each asks the same and answers in one form. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import type { FanfoldClient, RunView } from '../../src/client.ts';
import type { FanIn } from '../../src/core/fan-in.ts';
import type { TaskResult } from '../../src/core/task.ts';
import { startService } from '../../src/http.ts';
import type { Stage } from '../support/temporal.ts';

/** What a door tells: the run and all of its results, or an error by its type. */
export interface Told {
  readonly error?: { readonly type: string; readonly message: string };
  readonly view?: Pick<RunView, 'status' | 'answer' | 'error' | 'resultsProblem'> & {
    readonly fanIn?: FanIn | undefined;
  };
  readonly results?: readonly TaskResult[];
  /** What a command ended with. */
  readonly code?: number;
}

export interface Asked {
  readonly kind: string;
  readonly input: object;
  readonly id?: string;
  /** The command line for the same, without `--id` and `--json`; absent where the shell has none. */
  readonly command?: readonly string[];
}

export interface Door {
  /** Starts a run, waits for its end, and reads it; `FanfoldClient.run` in other words. */
  ask(asked: Asked): Promise<Told>;
  /** Reads a run that is over. */
  read?(runId: string): Promise<Told>;
}

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export const newId = (): string => `truth-${randomUUID().slice(0, 8)}`;

async function told(work: () => Promise<Told>): Promise<Told> {
  try {
    return await work();
  } catch (error) {
    const { type, message } = error as { type?: string; message: string };
    return { error: { type: type ?? (error as Error).name, message } };
  }
}

async function all<T>(from: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of from) found.push(each);
  return found;
}

function clientDoor(client: () => FanfoldClient): Required<Door> {
  const read = (runId: string): Promise<Told> =>
    told(async () => {
      const view = await client().get(runId);
      return view.fanIn ? { view, results: await all(client().results(runId)) } : { view };
    });
  return {
    read,
    ask: ({ kind, input, id = newId() }) =>
      told(async () => {
        await client().start(kind, input, { id });
        await client().result(id);
        return read(id);
      }),
  };
}

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** @param client what its service reads and starts runs with */
function httpDoor(client: () => FanfoldClient): Required<Door> & { close(): Promise<void> } {
  const service = (() => {
    let started: ReturnType<typeof startService> | undefined;
    return () => (started ??= startService({ client: client(), port: 0, startsPerSecond: 1000, onMessage: () => {} }));
  })();
  const call = async <B>(path: string, body?: object): Promise<B> => {
    const { url } = await service();
    const posted = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(url + path, body ? posted : {});
    const answer: unknown = await response.json();
    if (response.ok) return answer as B;
    const { status, detail } = answer as Problem;
    throw Object.assign(new Error(detail), { type: `${status}` });
  };
  const read = (runId: string): Promise<Told> =>
    told(async () => {
      const path = `/runs/${encodeURIComponent(runId)}`;
      const view = await call<RunView>(path);
      if (!view.fanIn) return { view };
      const results: TaskResult[] = [];
      for (let after: number | undefined = 0; after !== undefined;) {
        const page: { results: TaskResult[]; next?: number } = await call(`${path}/results?after=${after}&limit=1000`);
        results.push(...page.results);
        after = page.next;
      }
      return { view, results };
    });
  return {
    read,
    ask: ({ kind, input, id = newId() }) =>
      told(async () => {
        await call(`/runs/${kind}`, { id, input });
        await client().result(id);
        return read(id);
      }),
    close: async () => (await service()).close(),
  };
}

function shellDoor(on: Stage, home: string, cwd: string): Required<Door> {
  const run = async (...args: string[]): Promise<Told> => {
    const env = {
      ...process.env,
      TEMPORAL_ADDRESS: inject('temporal').address,
      FANFOLD_TASK_QUEUE: on.taskQueue,
      FANFOLD_HOME: home,
      NO_COLOR: '1',
    };
    const { code, stdout } = await promisify(execFile)(process.execPath, [main, ...args, '--json'], {
      env,
      cwd,
      maxBuffer: 64_000_000,
    }).then(
      (done) => ({ code: 0, stdout: done.stdout }),
      (failed: { code: number; stdout: string }) => failed,
    );
    const answer = JSON.parse(stdout) as RunView;
    if (!('status' in answer)) return { code, error: (answer as { error: { type: string; message: string } }).error };
    const { fanIn } = answer;
    return fanIn && !answer.resultsInPages ? { code, view: answer, results: fanIn.results } : { code, view: answer };
  };
  return {
    read: (runId) => run('watch', runId),
    ask: ({ command = [], id = newId() }) => run(...command, '--id', id),
  };
}

/** Those by which runs are started and read from outside; `close` ends their service. */
export function outerDoors(on: Stage, client: () => FanfoldClient, home: string, cwd: string) {
  const { close, ...http } = httpDoor(client);
  return { doors: { client: clientDoor(client), http, shell: shellDoor(on, home, cwd) }, close };
}

/** A workflow of one's own that has the run as its child. */
export function workflowDoor(on: Stage, client: () => FanfoldClient): Door {
  return {
    ask: ({ kind, input, id = newId() }) =>
      told(async () => {
        const type = client().kinds.asked(kind).workflow;
        const outcome = (await on.run('childOf', type, id, input)) as {
          fanIn: FanIn;
          answer?: unknown;
          failure?: { type: string; message: string };
          resultsInPages?: true;
        };
        if (outcome.failure) return { error: outcome.failure };
        return {
          view: { status: 'completed', fanIn: outcome.fanIn, answer: outcome.answer },
          results: outcome.resultsInPages ? await all(client().results(id)) : outcome.fanIn.results,
        };
      }),
  };
}
