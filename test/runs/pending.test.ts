/** What waits for a person, where the workflow that knows does not answer: not known, and never nothing. */
import { QueryNotRegisteredError, ServiceError, type Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { Kinds } from '../../src/runs/kinds.ts';
import { readApprovals, unansweredBy, withWaitingCalls } from '../../src/runs/pending.ts';
import type { RunSummary } from '../../src/runs/run-view.ts';
import { runAttributes } from '../../src/runs/namespace.ts';
import { canSearchBy } from '../../src/runs/searchable.ts';
import { supportKind } from '../../src/agents/support/kind.ts';

/** A client whose runs answer their queries so, by their ids. */
function clientOf(answers: Readonly<Record<string, () => Promise<unknown>>>): Client {
  return {
    options: {},
    withDeadline: <R>(_at: number, work: () => Promise<R>) => work(),
    workflow: { getHandle: (id: string) => ({ query: () => answers[id]?.() }) },
  } as unknown as Client;
}

const late = () =>
  Promise.reject(
    new ServiceError('Failed to query Workflow', {
      cause: Object.assign(new Error('late'), { code: 4, details: 'late', metadata: {} }),
    }),
  );
const invalid = (message: string) =>
  Promise.reject(Reflect.construct(QueryNotRegisteredError, [message, 3]) as QueryNotRegisteredError);
const unknown = () => invalid('Workflow did not register a handler for approvals. Registered queries: [progress]');
// Of what a handler throws, and of a workflow that cannot be replayed, Temporal's client makes the same error.
const broken = () => invalid('Cannot read properties of undefined');
const client = clientOf({ late, unknown, broken, none: async () => [], two: async () => [{}, {}] });

test('a workflow without the query has nothing that waits, and one that fails or is late has not said so', async () => {
  await expect(readApprovals(client, 'unknown', 'approvals')).resolves.toEqual([]);
  await expect(readApprovals(client, 'late', 'approvals')).rejects.toThrow(ServiceError);
  await expect(readApprovals(client, 'broken', 'approvals')).rejects.toThrow('Cannot read');
});

test('why nobody answered is said by name', () => {
  const lateError = new ServiceError('Failed', {
    cause: Object.assign(new Error('x'), { code: 4, details: '', metadata: {} }),
  });
  expect(unansweredBy(lateError)).toEqual({ type: 'Unreachable', message: 'no worker answered in time' });
  expect(unansweredBy(new Error('no key for it')).message).toBe('no key for it');
});

test('in a list a count is there only where the run has said it', async () => {
  const kinds = new Kinds([supportKind]);
  const runs: RunSummary[] = ['late', 'broken', 'unknown', 'none', 'two'].map((runId) => ({
    runId,
    kind: supportKind.name,
    status: 'running',
    startedAt: 0,
  }));
  const counted = await withWaitingCalls({ temporal: client, kinds }, runs);
  expect(counted.map(({ runId, waitingCalls }) => [runId, waitingCalls])).toEqual([
    ['late', undefined],
    ['broken', undefined],
    ['unknown', 0],
    ['none', 0],
    ['two', 2],
  ]);
});

test('a server that does not answer has not said which attributes a namespace lacks, and is asked again the next time', async () => {
  let asked = 0;
  const operatorService = {
    listSearchAttributes: async () => {
      if (++asked === 1) throw Object.assign(new Error('14 UNAVAILABLE'), { code: 14, details: '', metadata: {} });
      return { customAttributes: Object.fromEntries(Object.values(runAttributes).map((name) => [name, 2])) };
    },
  };
  const found = { options: { connection: { operatorService }, namespace: 'default' } } as unknown as Client;
  await expect(canSearchBy(found, runAttributes.redriveOf)).rejects.toThrow('UNAVAILABLE');
  await expect(canSearchBy(found, runAttributes.redriveOf)).resolves.toBe(true);
  expect(asked).toBe(2);
});
