/** A live service over the tests' server and a worker, and how tests speak to it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import type { RunView } from '../../src/client.ts';
import type { Problem } from '../../src/http/answers.ts';
import { startService, type RunningService, type ServiceOptions } from '../../src/http.ts';
import { eventually, stage, type Stage } from '../support/temporal.ts';

export interface Answer<B> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: B;
}

export interface Served {
  readonly stage: Pick<Stage, 'fanfold'>;
  readonly url: string;
  readonly messages: readonly string[];
  get<B = RunView>(path: string, init?: RequestInit): Promise<Answer<B>>;
  post<B = RunView>(path: string, body?: unknown): Promise<Answer<B>>;
  /** The run once it is over. */
  over(id: string): Promise<RunView>;
}

/** Call at the top of a test file. */
export function serve(options: Partial<ServiceOptions> = {}, staged: Pick<Stage, 'fanfold'> = stage()): Served {
  const messages: string[] = [];
  let service: RunningService;
  beforeAll(async () => {
    const onMessage = (message: string): void => void messages.push(message);
    service = await startService({ client: staged.fanfold, port: 0, startsPerSecond: 1000, onMessage, ...options });
  });
  afterAll(() => service.close());
  const ask = async <B>(path: string, init: RequestInit): Promise<Answer<B>> => {
    const response = await fetch(service.url + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as B };
  };
  const over = (id: string): Promise<RunView> =>
    eventually(async () => {
      const { body } = await ask<RunView>(`/runs/${id}`, {});
      return body.status === 'running' ? undefined : body;
    });
  return {
    stage: staged,
    get url() {
      return service.url;
    },
    messages,
    get: <B>(path: string, init: RequestInit = {}) => ask<B>(path, init),
    post: <B>(path: string, body?: unknown) =>
      ask<B>(path, { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body), headers: json }) }),
    over,
  };
}

const json = { 'content-type': 'application/json' };

export function newId(): string {
  return `http-${randomUUID().slice(0, 8)}`;
}

/** What every problem document has. */
export function problemOf({ status, headers, body }: Answer<Problem>): Problem {
  if (headers.get('content-type') !== 'application/problem+json') {
    throw new Error(`${status} is no problem document: ${JSON.stringify(body)}`);
  }
  if (body.status !== status || !body.type.startsWith('urn:problem-type:fanfold:') || !body.title || !body.detail) {
    throw new Error(`This problem document is not whole: ${JSON.stringify(body)}`);
  }
  return body;
}
