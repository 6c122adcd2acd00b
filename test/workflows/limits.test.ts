/** Limits on a real server: where tasks wait, what they are refused, and what a refusal costs. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { reserveTokens } from '../../src/limits/tokens.ts';
import { throttled } from '../../src/limits/throttled.ts';
import { stage } from '../support/temporal.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-limits-'));
let running = 0;
let most = 0;
const attempts = new Map<string, number[]>();

interface Call {
  readonly id: string;
  readonly ms?: number;
  /** How many attempts are refused for lack of room, and how many fail after that. */
  readonly refused?: number;
  readonly failing?: number;
  readonly kind?: 'foreign' | 'quota';
}

const activities = {
  async call({ id, ms = 5, refused = 0, failing = 0, kind }: Call): Promise<string> {
    const { info } = Context.current();
    const seen = attempts.get(id) ?? [];
    attempts.set(id, [...seen, info.attempt]);
    running++;
    most = Math.max(most, running);
    try {
      await new Promise((resolve) => setTimeout(resolve, ms));
    } finally {
      running--;
    }
    if (kind === 'quota')
      throw Object.assign(new Error('You exceeded it'), { status: 429, code: 'insufficient_quota' });
    if (seen.length < refused && kind === 'foreign')
      throw Object.assign(new Error('slow down'), { status: 429, headers: { 'retry-after-ms': '20' } });
    if (seen.length < refused) throw throttled('no room', 20);
    if (seen.length < refused + failing) throw ApplicationFailure.retryable('it broke', 'Broken');
    return id;
  },
};
const spent: { id: string; at: number }[] = [];
const spending = {
  async spend(id: string): Promise<string> {
    const settle = await reserveTokens(4000);
    spent.push({ id, at: Date.now() });
    await settle(4000);
    return id;
  },
};
const on = stage({ ...activities, ...spending }, undefined, {
  home,
  limits: { narrow: { concurrency: 2, adapt: false }, learning: {}, tokens: { tokensPerMinute: 60_000 } },
});
const call = (input: Call, limit?: string) => ({ id: input.id, activity: 'call', input, ...(limit ? { limit } : {}) });

describe('a task with a limit', () => {
  test('waits at the limit, so that never more run at once', async () => {
    most = 0;
    const tasks = Array.from({ length: 12 }, (_, index) => call({ id: `n${index}`, ms: 30 }, 'narrow'));
    const view = await on.fanfold.run('tasks', { tasks });
    expect(view.fanIn).toMatchObject({ successCount: 12 });
    expect(most).toBe(2);
  });

  test('waits without end while its own time has not begun', async () => {
    const tasks = Array.from({ length: 6 }, (_, index) => call({ id: `w${index}`, ms: 400 }));
    const view = await on.fanfold.run('tasks', { tasks, options: { limit: 'narrow', taskTimeout: '900ms' } });
    expect(view.fanIn).toMatchObject({ successCount: 6 });
  });

  test('is cut by its own time, once', async () => {
    const options = { limit: 'narrow', taskTimeout: '300ms', attempts: 3 } as const;
    const view = await on.fanfold.run('tasks', { tasks: [call({ id: 'slow', ms: 2000 })], options });
    expect(view.fanIn?.results[0]).toMatchObject({ success: false, error: { kind: 'timedOut' } });
    expect(attempts.get('slow')).toEqual([1]);
  });

  test.each(['own', 'foreign'] as const)('is refused for lack of room at no cost: %s errors', async (kind) => {
    const id = `refused-${kind}`;
    const input = { id, refused: 4, failing: 1, ...(kind === 'foreign' ? { kind } : {}) };
    const view = await on.fanfold.run('tasks', { tasks: [call(input, 'learning')], options: { attempts: 2 } });
    expect(view.fanIn).toMatchObject({ successCount: 1 });
    expect(attempts.get(id)).toEqual([1, 1, 1, 1, 1, 2]);
  });

  test('fails after as many attempts as it was given, with its own error', async () => {
    const tasks = [call({ id: 'broken', refused: 1, failing: 9 }, 'learning')];
    const view = await on.fanfold.run('tasks', { tasks, options: { attempts: 2 } });
    expect(view.fanIn?.results[0]).toMatchObject({ error: { kind: 'failed', name: 'Broken', message: 'it broke' } });
    expect(attempts.get('broken')).toEqual([1, 1, 2]);
  });

  test('fails at once where the money is used up', async () => {
    const view = await on.fanfold.run('tasks', { tasks: [call({ id: 'poor', kind: 'quota' }, 'learning')] });
    expect(view.fanIn?.failureCount).toBe(1);
    expect(attempts.get('poor')).toEqual([1]);
  });

  test('is cut by the deadline, also while it waits to be tried again', async () => {
    const tasks = [call({ id: 'late', refused: 1000 }, 'learning')];
    const view = await on.fanfold.run('tasks', { tasks, options: { deadline: '1s' } });
    expect(view.fanIn).toMatchObject({ stoppedBy: 'deadline', failureCount: 1 });
  });
});

test('a call waits for the tokens of its minute, which costs it no attempt', async () => {
  const tasks = ['a', 'b', 'c'].map((id) => ({ id, activity: 'spend', input: id }));
  const view = await on.fanfold.run('tasks', { tasks, options: { limit: 'tokens', attempts: 1 } });
  expect(view.fanIn).toMatchObject({ successCount: 3 });
  // Ten seconds' worth are there at once, which is two of them; the third has to wait for 2000 more.
  expect((spent[2]?.at ?? 0) - (spent[0]?.at ?? 0)).toBeGreaterThan(1900);
});

describe('a limit that is not there', () => {
  test('is refused by name, of a task and of a run, before anything is scheduled', async () => {
    const ofTask = await on.fanfold.run('tasks', { tasks: [call({ id: 'a' }), call({ id: 'b' }, 'nope')] });
    expect(ofTask.error).toMatchObject({ type: 'InvalidOptionsError' });
    expect(ofTask.error?.message).toMatch(/tasks\[1\]\.limit.*'narrow', 'learning', 'tokens'.*'nope'/);
    const ofRun = await on.fanfold.run('tasks', { tasks: [call({ id: 'a' })], options: { limit: 'nope' } });
    expect(ofRun.error?.message).toMatch(/`limit` must name a limit/);
    expect(attempts.has('a')).toBe(false);
  });

  test('is refused in a workflow of one’s own as well', async () => {
    const failure = await on.failure('limited', ['x'], 'nope');
    expect(failure.message).toMatch(/'nope'/);
  });
});

test('a workflow of one’s own puts its activities under a limit by one word', async () => {
  most = 0;
  const ids = Array.from({ length: 8 }, (_, index) => `own${index}`);
  expect(await on.run('limited', ids, 'narrow')).toEqual(ids);
  expect(most).toBeLessThanOrEqual(2);
});

test('a run says how it is queued, and what cannot be meant is refused', async () => {
  const { runId } = await on.fanfold.start('tasks', { tasks: [], options: { priority: 1, tenant: 'blue' } });
  const { priority } = await on.client.workflow.getHandle(runId).describe();
  expect(priority).toMatchObject({ priorityKey: 1, fairnessKey: 'blue' });
  await expect(on.fanfold.start('tasks', { tasks: [], options: { priority: 9 } })).rejects.toMatchObject({
    field: 'priority',
  });
  const other = await on.fanfold.start('tasks', { tasks: [] }, { id: 'x'.repeat(200) });
  const described = await on.client.workflow.getHandle(other.runId).describe();
  expect(described.priority?.fairnessKey).toHaveLength(64);
});
