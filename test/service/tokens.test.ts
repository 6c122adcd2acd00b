/** Tokens with holders, roles and tenants: what each may see and do, and in whose name. */
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunView } from '../../src/client.ts';
import type { Problem } from '../../src/http/answers.ts';
import { rights, type Right } from '../../src/http/callers.ts';
import { startService } from '../../src/http.ts';
import { eventually, stage } from '../support/temporal.ts';
import { newId, problemOf, serve, type Answer } from './http-service.ts';

const secretOf = (name: string): string => `token-of-${name}-0123456789`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const holder = (name: string, roles: readonly Right[], tenant?: string) => ({
  name,
  sha256: sha256(secretOf(name)),
  roles,
  ...(tenant === undefined ? {} : { tenant }),
});

function fileOf(content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'fanfold-tokens-')), 'tokens.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  return file;
}

const tokensFile = fileOf({
  tokens: [
    holder('operator', rights),
    ...rights.map((right) => holder(right, [right])),
    holder('starter', ['start', 'control']),
    holder('anna', rights, 'acme'),
    holder('bert', rights, 'bolt'),
    { ...holder('carl', rights, 'core'), mayShare: true },
  ],
});
const on = stage();
const forms = ['/csv', '/sarif', '/rdjson', '/github-annotations', '/markdown', '/bibtex'];
const served = serve({ tokensFile }, on);

interface Asking {
  readonly as: string;
  readonly body?: unknown;
}
function ask<B = RunView>(path: string, { as, body }: Asking): Promise<Answer<B>> {
  const authorization = `Bearer ${secretOf(as)}`;
  if (body === undefined) return served.get<B>(path, { headers: { authorization } });
  const headers = { authorization, 'content-type': 'application/json' };
  return served.get<B>(path, { method: 'POST', headers, body: JSON.stringify(body) });
}
const echo = { tasks: [{ id: 'a', activity: 'echo', input: 'secret' }] };
const long = { tasks: [{ id: 'a', activity: 'wait', input: { ms: 45_000 } }] };

describe('a conversation', () => {
  const hello = { agent: 'desk', message: 'Hello' };

  it("is not begun under the id of another's run, of which nothing is said", async () => {
    const { body } = await ask('/runs/tasks', { as: 'anna', body: echo });
    const foreign = await ask<Problem>(`/threads/${body.runId}`, { as: 'bert', body: hello });
    expect(problemOf(foreign)).toMatchObject({ status: 409, title: 'Id taken' });
    const own = await ask<Problem>(`/threads/${body.runId}`, { as: 'anna', body: hello });
    expect(problemOf(own).detail).toContain("a run of kind 'tasks'");
  });
});

describe('a row of the cache that is declared shared', () => {
  const task = { id: 'a', activity: 'echo', cacheKey: `weather-${newId()}`, shared: true };
  const start = (as: string, input: unknown) =>
    ask<Problem>('/runs/tasks', { as, body: { tasks: [{ ...task, input }] } });

  it('is declared by no tenant, at the start or later, unless the operator lets it', async () => {
    expect(problemOf(await start('anna', 'poison'))).toMatchObject({ status: 403, field: 'tasks[0].shared' });
    const wrapped = await ask<Problem>('/runs/tasks', {
      as: 'anna',
      body: { input: { tasks: [{ ...task, shared: true }] } },
    });
    expect(problemOf(wrapped).status).toBe(403);
    const { body: open } = await ask('/runs/tasks', { as: 'anna', body: long });
    const added = await ask<Problem>(`/runs/${open.runId}/tasks`, { as: 'anna', body: { items: [task] } });
    expect(problemOf(added)).toMatchObject({ status: 403, field: 'items[0].shared' });
    await ask(`/runs/${open.runId}/cancel`, { as: 'anna', body: {} });
    const result = async (as: string, input: unknown) => {
      const { body } = await ask('/runs/tasks', { as, body: { tasks: [{ ...task, input }] } });
      return eventually(async () => (await ask(`/runs/${body.runId}`, { as })).body.fanIn?.mergedResults);
    };
    expect(await result('carl', 'sun')).toEqual(['sun']);
    expect(await result('operator', 'never made')).toEqual(['sun']);
  });
});

describe('FANFOLD_TOKEN', () => {
  it('of fewer than 16 characters is refused at the start, with what to do', async () => {
    const started = startService({ client: on.fanfold, port: 0, token: 'fifteen-letters' });
    await expect(started).rejects.toMatchObject({
      type: 'InvalidInput',
      message: expect.stringMatching(/at least 16.*randomBytes/),
    });
  });

  it('has all rights, beside a file of tokens', async () => {
    const service = await startService({ client: on.fanfold, port: 0, token: 'sixteen-letters!', tokensFile });
    const headers = { authorization: 'Bearer sixteen-letters!' };
    expect((await fetch(`${service.url}/runs`, { headers })).status).toBe(200);
    expect((await fetch(`${service.url}/runs`)).status).toBe(401);
    await service.close();
  });
});

describe('a role', () => {
  let id: string;
  beforeAll(async () => {
    id = newId();
    await ask('/runs/tasks', { as: 'operator', body: { id, ...long } });
  });

  const reads = ['', '/text', '/results', '/dead-letters', '/reconciliation', ...forms].map(
    (path): [string, Right[], undefined] => [`/runs/{id}${path}`, ['read'], undefined],
  );
  const needs: [path: string, roles: Right[], body?: unknown][] = [
    ['/runs', ['read']],
    ...reads,
    ['/runs/{id}/events', ['read']],
    ['/costs', ['read']],
    ['/limits', ['read']],
    ['/limits/history', ['read']],
    ['/metrics', ['read']],
    ['/runs/tasks', ['start'], echo],
    ['/runs/map', ['start'], {}],
    ['/runs/nothing', ['start'], {}],
    ['/runs/{id}/redrive', ['start'], {}],
    ['/runs/{id}/settle', ['control'], { name: 'none' }],
    ['/runs/{id}/extend', ['control'], { by: 1 }],
    ['/runs/{id}/cancel', ['control'], { task: 'none' }],
    ['/runs/{id}/concurrency', ['control'], { concurrency: 0 }],
    ['/runs/{id}/minimum', ['control'], { ratio: 7 }],
    ['/runs/{id}/tasks', ['control', 'start'], { items: [] }],
    ['/runs/{id}/approve', ['approve'], { callId: 'a' }],
    ['/runs/{id}/reject', ['approve'], { callId: 'a' }],
    ['/runs/{id}/sign-off', ['approve'], {}],
    ['/runs/{id}/reply', ['start'], { text: 'a' }],
    ['/runs/{id}/plan', ['start'], { questions: ['a'] }],
    ['/threads/{id}', ['start'], { agent: 'a', message: 'a' }],
  ];

  it.each(needs)('is needed for %s: %j', async (path, roles, body) => {
    for (const right of rights) {
      const init = body === undefined ? {} : { body };
      const answer = await ask<Problem>(path.replace('{id}', path.endsWith('events') ? 'none' : id), {
        as: right,
        ...init,
      });
      const isEnough = roles.every((role) => role === right);
      expect(answer.status === 403, right).toBe(!isEnough);
      if (!isEnough)
        expect(problemOf(answer)).toMatchObject({ title: 'Role required', detail: expect.stringContaining(right) });
    }
  });

  it('of every route of the document is among these', async () => {
    const { body } = await ask<{ paths: Record<string, object> }>('/openapi.json', { as: 'read' });
    // The last two say what a token is good for, so that any will do.
    const free = ['/healthz', '/readyz', '/kinds', '/caller'];
    const started = Object.keys(body.paths).filter((path) => /^\/runs\/[a-z]+$/.test(path));
    expect(
      Object.keys(body.paths)
        .filter((path) => !free.includes(path) && !started.includes(path))
        .toSorted(),
    ).toEqual(
      needs
        .map(([path]) => path)
        .filter((path) => !/^\/runs\/[a-z]+$/.test(path))
        .toSorted(),
    );
    for (const path of started) expect((await ask<Problem>(path, { as: 'read', body: {} })).status, path).toBe(403);
  });

  it.each([
    ['read', { subject: 'read', roles: ['read'] }],
    ['anna', { subject: 'anna', roles: [...rights], tenant: 'acme' }],
  ])('is what a token itself says it has: %s', async (as, caller) => {
    expect((await ask('/caller', { as })).body).toEqual(caller);
    expect((await ask('/kinds', { as })).status).toBe(200);
    expect((await served.get('/caller')).status).toBe(401);
  });

  it('to start or to steer shows nothing of what a run has', async () => {
    const own = newId();
    const fields = ['kind', 'runId', 'startedAt', 'status'];
    const { body: started } = await ask('/runs/tasks', { as: 'operator', body: { id: own, ...echo } });
    await eventually(async () => ((await on.fanfold.get(started.runId)).status === 'completed' ? true : undefined));
    const joined = await ask('/runs/tasks', { as: 'start', body: { id: own, ...echo } });
    expect(joined.status).toBe(200);
    expect(Object.keys(joined.body).toSorted()).toEqual(['closedAt', ...fields]);
    const steered = await ask(`/runs/${id}/concurrency`, { as: 'control', body: { concurrency: 3 } });
    expect(steered.status).toBe(200);
    expect(Object.keys(steered.body).toSorted()).toEqual(fields);
  });
});

describe("a tenant's token", () => {
  let id: string;
  beforeAll(async () => {
    id = newId();
    expect(await ask('/runs/tasks', { as: 'anna', body: { id, ...long } })).toMatchObject({ status: 202 });
    await eventually(async () => ((await on.fanfold.progress(id))?.[0]?.running === 1 ? true : undefined));
  });

  it('starts runs of the tenant, as the run itself says', async () => {
    expect((await ask(`/runs/${id}`, { as: 'anna' })).body).toMatchObject({ runId: id, tenant: 'acme' });
    const { raw } = await on.client.workflow.getHandle(id).describe();
    expect(raw.workflowExecutionInfo?.priority?.fairnessKey).toBe('acme');
  });

  it.each([
    ['/runs/{id}'],
    ['/runs/{id}/text'],
    ['/runs/{id}/results'],
    ['/runs/{id}/dead-letters'],
    ['/runs/{id}/events'],
    ['/runs/{id}/reconciliation'],
    ...forms.map((path): [string] => [`/runs/{id}${path}`]),
    ['/runs/{id}/settle', {}],
    ['/runs/{id}/extend', { by: '1s' }],
    ['/runs/{id}/cancel', {}],
    ['/runs/{id}/concurrency', { concurrency: 1 }],
    ['/runs/{id}/minimum', { ratio: 0 }],
    ['/runs/{id}/tasks', { items: [{ id: 'x', activity: 'echo' }] }],
    ['/runs/{id}/redrive', {}],
    ['/runs/{id}/approve', { callId: 'a' }],
    ['/runs/{id}/reject', { callId: 'a' }],
    ['/runs/{id}/sign-off', {}],
    ['/runs/{id}/plan'],
    ['/runs/{id}/plan', { questions: ['a'] }],
  ])('of another finds no run at %s, as if it were not there', async (path, body?: unknown) => {
    const init = body === undefined ? {} : { body };
    const foreign = problemOf(await ask<Problem>(path.replace('{id}', id), { as: 'bert', ...init }));
    const absent = problemOf(await ask<Problem>(path.replace('{id}', 'no-such-run'), { as: 'bert', ...init }));
    const same = ({ instance: _instance, detail, ...rest }: Problem): object => ({
      ...rest,
      detail: detail.replace(/'.*'/, ''),
    });
    expect(foreign.status).toBe(404);
    expect(same(foreign)).toEqual(same(absent));
    expect((await on.fanfold.get(id)).status).toBe('running');
  });

  it('of another cannot join the run by its id', async () => {
    const answer = problemOf(await ask<Problem>('/runs/tasks', { as: 'bert', body: { id, ...echo } }));
    expect(answer).toMatchObject({ status: 409, title: 'Id taken' });
    expect(JSON.stringify(answer)).not.toContain('acme');
    expect(await ask('/runs/tasks', { as: 'anna', body: { id, ...long } })).toMatchObject({ status: 200 });
  });

  it('lists its own runs, and the operator all', async () => {
    const other = newId();
    await ask('/runs/tasks', { as: 'bert', body: { id: other, ...echo } });
    const listed = async (as: string): Promise<string[]> =>
      (await ask<{ runs: RunView[] }>('/runs?limit=1000', { as })).body.runs.map(({ runId }) => runId);
    await eventually(async () => ((await listed('operator')).includes(other) ? true : undefined));
    expect(await listed('anna')).toContain(id);
    expect(await listed('anna')).not.toContain(other);
    expect(await listed('bert')).toContain(other);
    expect(await listed('bert')).not.toContain(id);
    const asked = (await ask<{ runs: RunView[] }>('/runs?limit=1000&tenant=acme', { as: 'bert' })).body.runs;
    expect(asked.map(({ runId }) => runId)).not.toContain(id);
  });

  it.each([
    ['options.tenant', { tenant: 'bolt' }],
    ['options.tenantWeight', { tenantWeight: 1000 }],
    ['options.priority', { priority: 1 }],
  ])('may not take what is others’ by %s, at a start or a redrive', async (field, options) => {
    expect(problemOf(await ask<Problem>('/runs/tasks', { as: 'anna', body: { ...echo, options } }))).toMatchObject({
      status: 403,
      field,
    });
    const redrive = await ask<Problem>(`/runs/${id}/redrive`, { as: 'anna', body: { options } });
    expect(problemOf(redrive)).toMatchObject({ status: 403, field });
  });

  it('reads objects of the store below its own name alone', async () => {
    const source = (key: string) => ({ activity: 'echo', source: { kind: 'stored', key, format: 'jsonl' } });
    for (const key of ['items/bolt/today.jsonl', 'items/today.jsonl', 'items/acme-2/today.jsonl'])
      expect(problemOf(await ask<Problem>('/runs/map', { as: 'anna', body: source(key) }))).toMatchObject({
        status: 403,
        field: 'source.key',
      });
    expect(await ask('/runs/map', { as: 'anna', body: source('items/acme/today.jsonl') })).toMatchObject({
      status: 202,
    });
  });

  it('redrives its own runs as the tenant', async () => {
    const { body } = await ask('/runs/tasks', { as: 'anna', body: echo });
    await eventually(async () => ((await on.fanfold.get(body.runId)).status === 'completed' ? true : undefined));
    const { body: again } = await ask(`/runs/${body.runId}/redrive`, { as: 'anna', body: {} });
    expect(again.tenant ?? (await ask(`/runs/${again.runId}`, { as: 'anna' })).body.tenant).toBe('acme');
  });

  it('is told nothing that is counted over all tenants', async () => {
    expect(problemOf(await ask<Problem>('/metrics', { as: 'anna' }))).toMatchObject({ status: 403 });
    expect(await ask('/metrics', { as: 'operator' })).toMatchObject({ status: 200 });
  });
});

describe('a person', () => {
  const message = 'I was charged twice, please refund the money';
  async function waiting(): Promise<{ id: string; callId: string }> {
    const { body } = await ask('/runs/support', { as: 'starter', body: { input: { message, customer: 7 } } });
    const callId = await eventually(async () => (await on.fanfold.get(body.runId)).approvals?.[0]?.callId);
    return { id: body.runId, callId };
  }

  it('who decides is the holder of the token, not a name in the body', async () => {
    const { id, callId } = await waiting();
    const asOther = await ask<Problem>(`/runs/${id}/reject`, { as: 'approve', body: { callId, by: 'the boss' } });
    expect(problemOf(asOther)).toMatchObject({
      status: 403,
      field: 'by',
      detail: expect.stringContaining("'approve'"),
    });
    expect(await ask<Problem>(`/runs/${id}/approve`, { as: 'starter', body: { callId } })).toMatchObject({
      status: 403,
    });
    expect(await ask(`/runs/${id}/reject`, { as: 'approve', body: { callId, reason: 'no' } })).toMatchObject({
      status: 200,
    });
    const { events = [] } = await on.client.workflow.getHandle(id).fetchHistory();
    const update = events?.find(
      (event) => event.workflowExecutionUpdateAcceptedEventAttributes,
    )?.workflowExecutionUpdateAcceptedEventAttributes;
    const data = update?.acceptedRequest?.input?.args?.payloads?.[0]?.data;
    expect(JSON.parse(Buffer.from(data ?? []).toString())).toEqual({ callId, by: 'approve', reason: 'no' });
  });

  it('who signs at the start needs the role and the own name', async () => {
    const file = (name: string) => ({ name, content: 'date,amount\n' });
    const input = (by: string) => ({
      input: { ledger: file('ledger.csv'), statements: [file('bank.csv')], signOff: { by } },
    });
    expect(problemOf(await ask<Problem>('/runs/reconcile', { as: 'start', body: input('start') }))).toMatchObject({
      status: 403,
      title: 'Role required',
    });
    expect(problemOf(await ask<Problem>('/runs/reconcile', { as: 'operator', body: input('the boss') }))).toMatchObject(
      { status: 403, field: 'signOff.by' },
    );
    expect(await ask('/runs/reconcile', { as: 'operator', body: input('operator') })).toMatchObject({ status: 202 });
  });
});

describe('other workflows of the namespace', () => {
  it('are not there for the service, and are left alone', async () => {
    const { workflowId } = await on.start('gathered', [{ id: 'a', ms: 40_000 }]);
    const ways: [string, object | undefined][] = [
      ['', undefined],
      ['/results', undefined],
      ['/events', undefined],
      ['/cancel', {}],
      ['/settle', {}],
      ['/redrive', {}],
    ];
    for (const [path, body] of ways) {
      const init = body === undefined ? {} : { body };
      expect(
        problemOf(await ask<Problem>(`/runs/${workflowId}${path}`, { as: 'operator', ...init })),
        path,
      ).toMatchObject({ status: 404 });
    }
    const joined = await ask<Problem>('/runs/tasks', { as: 'operator', body: { id: workflowId, ...echo } });
    expect(problemOf(joined)).toMatchObject({ status: 409, title: 'Id taken' });
    expect(JSON.stringify(joined.body)).not.toContain('kind');
    const handle = on.client.workflow.getHandle(workflowId);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    const { events } = await handle.fetchHistory();
    expect(events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes)).toBe(false);
    await on.fanfold.settle(workflowId);
  });
});

describe('wrong tokens', () => {
  it('make no right one wait', async () => {
    const own = await startService({ client: on.fanfold, port: 0, tokensFile });
    const wrong = { authorization: 'Bearer wrong-wrong-wrong-wrong' };
    const right = { authorization: `Bearer ${secretOf('read')}` };
    const all = Array.from({ length: 10 }, () =>
      fetch(`${own.url}/limits`, { headers: wrong }).then(({ status }) => status),
    );
    let open = all.length;
    for (const each of all) void each.then(() => open--);
    expect((await fetch(`${own.url}/limits`, { headers: right })).status).toBe(200);
    expect(open).toBeGreaterThan(0);
    await own.close();
    expect(await Promise.all(all)).toEqual(all.map(() => 401));
  });
});
