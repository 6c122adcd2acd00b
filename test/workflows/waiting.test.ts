/** Runs that wait for a person: first in Temporal's Web UI, and found by it in a list. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { expect, test } from 'vitest';
import { listWaiting } from '../../src/runs/list-waiting.ts';
import type { RunSummary } from '../../src/runs/run-view.ts';
import { eventually, stage } from '../support/temporal.ts';

process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-waiting-'));
delete process.env['DATABASE_URL'];
delete process.env['OPENAI_BASE_URL'];
delete process.env['OPENAI_API_KEY'];

const on = stage();
const refund = { message: 'Refund the double charge of order 1042', customer: 7 };
const all = { limit: 1000, mostLooked: 1000 };

async function found(runId: string): Promise<RunSummary | undefined> {
  return (await listWaiting(on.fanfold, all, {})).runs.find((run) => run.runId === runId);
}

async function details(runId: string): Promise<string> {
  const handle = on.client.workflow.getHandle(runId);
  return (await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails ?? '';
}

/** As the server has it, which a list is a moment behind. */
async function noted(runId: string): Promise<unknown> {
  const { typedSearchAttributes } = await on.client.workflow.getHandle(runId).describe();
  return typedSearchAttributes.getAll().find(({ key }) => key.name === 'FanfoldWaiting')?.value;
}

test('what it waits for is the first line in the Web UI, and it is found by it until a person has spoken', async () => {
  const { runId } = await on.fanfold.start('support', refund);
  const [call] = await eventually(async () => (await on.fanfold.get(runId)).approvals);
  expect((await details(runId)).split('\n')[0]).toMatch(
    /^\*\*waits for approval of refund P-10422, [^*]+\*\* \(until \d{4}-\d\d-\d\d \d\d:\d\d UTC\)$/,
  );
  expect(await noted(runId)).toBe(true);
  expect(await eventually(() => found(runId))).toMatchObject({ status: 'running', waits: true, waitingCalls: 1 });
  await on.fanfold.say(runId, 'reject', { callId: call?.callId, by: 'Ada' });
  expect(await on.fanfold.result(runId)).toMatchObject({ status: 'completed' });
  expect(await noted(runId)).toBe(false);
  expect(await details(runId)).not.toContain('waits for approval');
  await eventually(async () => ((await found(runId)) === undefined ? true : undefined));
});

test('a run that waits for a signature is found, though it lists no calls', async () => {
  const file = (name: string) => ({ name, content: 'date,account,currency,amount\n2026-03-01,A,EUR,1.00\n' });
  const input = { ledger: file('ledger.csv'), statements: [file('bank.csv')], awaitSignOff: '60s' as const };
  const { runId } = await on.fanfold.start('reconcile', input);
  const run = await eventually(() => found(runId));
  expect(run.waitingCalls).toBeUndefined();
  expect((await details(runId)).split('\n')[0]).toMatch(/^\*\*waits for the report to be signed, 1 min 0 s\*\*/);
  await on.fanfold.say(runId, 'sign-off', { by: 'Ada' });
  await on.fanfold.result(runId);
});

test('where its namespace did not note it, a run is asked', async () => {
  const handle = await on.start('support', refund);
  const { workflowId } = handle;
  expect(await eventually(() => found(workflowId))).toMatchObject({ waits: true, waitingCalls: 1 });
  expect(await noted(workflowId)).toBeUndefined();
  await handle.terminate();
});

test('a run that nobody answers for is counted as unknown, and not listed', async () => {
  const silent = await on.client.workflow.start('support', {
    taskQueue: 'nobody-serves-this',
    workflowId: `silent-${on.taskQueue}`,
    args: [refund],
  });
  const { runs } = await eventually(async () => {
    const waiting = await listWaiting(on.fanfold, all, {});
    return waiting.unknown > 0 ? waiting : undefined;
  });
  expect(runs.map(({ runId }) => runId)).not.toContain(silent.workflowId);
  await silent.terminate();
});

test('a run that waits for two persons waits until both have spoken', async () => {
  const workflowId = `two-${on.taskQueue}`;
  const handle = await on.client.workflow.start('twoPersons', {
    taskQueue: on.taskQueue,
    workflowId,
    typedSearchAttributes: new TypedSearchAttributes([
      { key: defineSearchAttributeKey('FanfoldWaiting', 'BOOL'), value: false },
    ]),
  });
  await eventually(async () => ((await noted(workflowId)) === true ? true : undefined));
  expect((await details(workflowId)).split('\n')[0]).toMatch(/^\*\*waits for Ada, 1 min 0 s\*\* .* and 1 more$/);
  await handle.signal('said', 'Ada');
  // A query is answered after what the signal led to.
  expect((await details(workflowId)).split('\n')[0]).toMatch(/^\*\*waits for Bo/);
  expect(await noted(workflowId)).toBe(true);
  await handle.signal('said', 'Bo');
  expect(await handle.result()).toEqual([true, true]);
  expect(await noted(workflowId)).toBe(false);
});

test('of runs that were not looked at it is said where they begin', async () => {
  const ids = [0, 1, 2].map((each) => `unseen-${each}-${on.taskQueue}`);
  for (const id of ids)
    await on.client.workflow.start('support', { taskQueue: 'nobody-serves-this', workflowId: id, args: [refund] });
  const whole = await eventually(async () => {
    const waiting = await listWaiting(on.fanfold, all, {});
    return waiting.unknown >= ids.length ? waiting : undefined;
  });
  expect(whole.next).toBeUndefined();
  const { runs, unknown, next } = await listWaiting(on.fanfold, { limit: 1000, mostLooked: 2 }, {});
  expect(runs.length + unknown).toBeLessThanOrEqual(2);
  expect(next).toBeTypeOf('number');
  const rest = await listWaiting(on.fanfold, all, { before: next });
  expect(rest.unknown).toBeGreaterThan(0);
  for (const id of ids) await on.client.workflow.getHandle(id).terminate();
});
