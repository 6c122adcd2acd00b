/** A run whose ids, errors and question are hostile: what the service answers, streams and counts is clean all the same. */
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { newId, serve } from './http-service.ts';
import { stage } from '../support/temporal.ts';

const hostile = '\u009B31m\u202E[x](javascript:alert(1)) \u001B]52;c;x\u0007 <script>x</script> | \u2028event: end';
// oxlint-disable-next-line no-control-regex -- they are what must not be there
const obeyed = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028-\u202E]/;
const shout = async (): Promise<never> => {
  throw ApplicationFailure.nonRetryable(hostile, hostile);
};
const staged = stage({ shout });
const served = serve({}, staged);

test('answers, events, problem documents and metrics hold nothing that a terminal obeys', async () => {
  const id = newId();
  const task = { id: hostile, activity: 'shout' };
  expect((await served.post('/runs/tasks', { id, tasks: [task] })).status).toBe(202);
  const { fanIn } = await served.over(id);
  expect(fanIn?.failedTasks).toHaveProperty(hostile);
  for (const path of [`/runs/${id}`, `/runs/${id}/events`, `/runs/${id}/dead-letters`, '/runs', '/metrics']) {
    const text = await (await fetch(served.url + path)).text();
    expect(text.length, path).toBeGreaterThan(20);
    expect(text, path).not.toMatch(obeyed);
  }
  const bad = await fetch(`${served.url}/runs/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tasks: [{ id: 'a', activity: hostile }], [hostile]: 1 }),
  });
  expect(bad.status).toBe(400);
  expect(await bad.text()).not.toMatch(obeyed);
});

test('what the Web UI shows of a run is one line of what was asked, however long and in whatever script', async () => {
  for (const question of ['活'.repeat(300), hostile, '𐀀'.repeat(300)]) {
    const { runId } = await served.stage.fanfold.start('research', { question, options: {} } as never);
    const handle = staged.client.workflow.getHandle(runId);
    const summary = (await (await handle.describe()).staticSummary()) ?? '';
    await handle.terminate();
    expect(summary).toMatch(/^research: ./);
    expect(summary).not.toMatch(obeyed);
    expect(summary).not.toMatch(/(?<!\\)\]\(/);
    expect(Buffer.from(summary).toString()).toBe(summary);
  }
});
