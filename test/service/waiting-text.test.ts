/** A run that waits for a person is told as text over HTTP as the shell tells it: what there is, until when, and how it is answered. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faces } from '../../src/agents/commands.ts';
import { answerText } from '../../src/cli/report.ts';
import { eventually } from '../support/temporal.ts';
import { newId, serve } from './http-service.ts';

process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-waiting-'));
for (const name of ['OPENAI_API_KEY', 'OPENAI_BASE_URL']) delete process.env[name];
const served = serve({
  answerText: (view, open) =>
    answerText(
      view,
      faces.find(({ kind }) => kind.name === view.kind),
      open,
    ),
});
const told = (id: string): Promise<Record<string, string>> =>
  eventually(async () => {
    const { status, body } = await served.get<Record<string, string>>(`/runs/${id}/text`);
    return status === 200 ? body : undefined;
  });

it('a report that waits to be signed', { timeout: 120_000 }, async () => {
  const id = newId();
  const file = (name: string) => ({ name, content: 'date,account,currency,amount\n2026-03-01,A,EUR,1.00\n' });
  const input = { ledger: file('ledger.csv'), statements: [file('bank.csv')], awaitSignOff: '5 minutes' };
  await served.post('/runs/reconcile', { id, input });
  const { text, markdown } = await told(id);
  expect(text).toMatch(
    /^Everything agrees: 1 matches[^]*Not signed off[^]*waits until .* UTC to be signed: .*sign-off /,
  );
  expect(markdown).toMatch(/^# Reconciliation\n/);
  await served.post(`/runs/${id}/sign-off`, { by: 'Ada' });
  await served.over(id);
  expect((await told(id))['text']).toMatch(/Signed off by Ada at \S+$/);
});

it(
  'a plan that waits to be seen, and nothing of a run that has come to nothing yet',
  { timeout: 120_000 },
  async () => {
    const id = newId();
    const input = { question: 'How is a fan-out kept?', depth: 2, sources: ['package-docs'], reviewPlan: '5 minutes' };
    await served.post('/runs/research', { id, input });
    const { text, markdown } = await told(id);
    expect(text).toMatch(/^Waits for a person until [^]*plan:\n {2}- [^]*Approve: .*approve [^]*Reject: /);
    expect(markdown).toBeUndefined();
    await served.stage.fanfold.cancel(id);
    const slow = newId();
    await served.post('/runs/tasks', {
      id: slow,
      tasks: [{ id: 'a', activity: 'wait', input: { ms: 30_000, value: 1 } }],
    });
    expect((await served.get(`/runs/${slow}/text`)).status).toBe(409);
    await served.stage.fanfold.cancel(slow);
  },
);
