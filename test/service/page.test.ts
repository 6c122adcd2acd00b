/** The page of a real service: who gets it, under which policy, and a person who never needs a terminal. */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it, type TestContext } from 'vitest';
import type { RunView } from '../../src/client.ts';
import { faces } from '../../src/agents/commands.ts';
import { answerText } from '../../src/cli/report.ts';
import { startService } from '../../src/http.ts';
import { barriers, useBrowser } from '../browser/browser.ts';
import { lasting } from '../support/lasting.ts';
import { eventually } from '../support/temporal.ts';
import { newId, problemOf, serve } from './http-service.ts';

process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-page-'));
delete process.env['DATABASE_URL'];
delete process.env['OPENAI_BASE_URL'];
delete process.env['OPENAI_API_KEY'];

const faceOf = (view: RunView) => faces.find(({ kind }) => kind.name === view.kind);
const served = serve({ answerText: (view, open) => answerText(view, faceOf(view), open) });
const locked = serve({ token: 'open-sesame-open-sesame' });
const ready = useBrowser();
const html = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8' };
const wait = (id: string, ms: number) => ({ id, activity: 'wait', input: { ms, value: id } });

/** A tab of the service, and everything that went wrong in it. */
async function openTab(
  context: Pick<TestContext, 'skip'>,
  path: string,
  url = served.url,
): Promise<{ page: Page; wrong: string[] }> {
  const wrong: string[] = [];
  const page = await ready(context).newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => void wrong.push(error.message));
  page.on('console', (message) => void (message.type() === 'error' && wrong.push(message.text())));
  page.on('request', (request) => void (request.url().startsWith(url) || wrong.push(request.url())));
  await page.goto(url + path);
  return { page, wrong };
}

describe('the page', () => {
  it.each(['/', '/runs', '/runs/any?task=a', '/limits', '/start', '/start/tasks'])(
    'is what a browser gets at %s, with nothing of a run in it, under a policy that lets it ask this service alone',
    async (path) => {
      const { status, headers, body } = await served.get<string>(path, { headers: html });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; .*connect-src 'self'; .*frame-ancestors 'none'$/,
      );
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:/);
      expect(body).not.toMatch(/<script>|<style|style=|onload=|https?:/);
    },
  );

  it('leaves the API as it is for who asks it', async () => {
    for (const accept of ['application/json', '*/*', 'text/event-stream', 'text/htmlx']) {
      expect((await served.get('/runs', { headers: { accept } })).body, accept).toHaveProperty('runs');
      expect((await served.get('/limits', { headers: { accept } })).body, accept).toHaveProperty('limits');
    }
    expect(problemOf(await served.get('/runs/no-such-run')).status).toBe(404);
    expect(problemOf(await served.get('/start')).status).toBe(404);
    expect(problemOf(await served.get('/runs/no-such-run/results', { headers: html })).status).toBe(404);
  });

  it('is whole within 100 kB, and kept by a browser until it changes', async () => {
    const { body } = await served.get<string>('/', { headers: html });
    const files = [...body.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toHaveLength(3);
    let bytes = 0;
    for (const file of files) {
      const response = await fetch(served.url + file);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      bytes += gzipSync(await response.text()).length;
    }
    expect(bytes).toBeLessThan(100_000);
  });

  it('opens by a link from anywhere, though no page of another site may ask the API', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await served.get('/runs/any', { headers: { ...html, ...foreign } })).status).toBe(200);
    expect((await served.get('/runs', { headers: foreign })).status).toBe(403);
    expect((await locked.get('/', { headers: html })).status).toBe(200);
    expect((await locked.get('/runs')).status).toBe(401);
  });
});

describe('a person at the page', () => {
  it('is new here, and never needs the terminal again', { timeout: 240_000 }, async (context) => {
    ready(context);
    // One that takes the question and never answers.
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const dev = await lasting(['dev', '--port', '0'], {
      // A server, a queue and a folder of its own, as of somebody who has nothing yet.
      environment: {
        TEMPORAL_ADDRESS: undefined,
        FANFOLD_SOURCE_WIKIPEDIA_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      },
    });
    try {
      const { page: address = '' } = dev.facts;
      const { page, wrong } = await openTab(context, '', address);
      const dialog = page.getByRole('dialog');
      const idOf = () => decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');

      await page.getByText('There is no run yet').waitFor();
      await page.getByRole('link', { name: /^research/ }).click();
      await page.getByRole('button', { name: 'Question: fill in the example' }).click();
      expect(await page.getByLabel('Question', { exact: true }).inputValue()).toMatch(/\?$/);
      await page.getByText('More of the research').click();
      await page.getByLabel('Sources').fill('package-docs\npackage-readmes\nwikipedia');
      await page.getByText('Stopping rule and limits').click();
      await page.getByLabel(/^Deadline/).fill('10 minutes');
      await page.getByRole('button', { name: 'Start the run' }).click();
      await page.waitForURL(/\/runs\/research-/);
      await page.getByRole('button', { name: 'succeeded 2' }).waitFor();
      await page.getByText(/^the 2 needed succeeded, \d+ min \d+ s left$/).waitFor();
      await page.getByRole('button', { name: 'running 1' }).click();
      await page.getByRole('row', { name: /wikipedia/ }).waitFor();
      expect(await page.getByRole('row').count()).toBe(1);
      expect(await barriers(page)).toEqual([]);
      await page.getByRole('button', { name: 'Settle now …' }).click();
      await dialog.getByRole('button', { name: 'Settle now' }).click();
      await page.getByText('completed, 1 of 3 failed', { exact: true }).waitFor();
      await page.getByText('somebody said to go on with what there was').waitFor();
      await page.getByRole('region', { name: 'Answer' }).first().waitFor();

      await page.getByRole('link', { name: 'Start', exact: true }).click();
      await page.getByRole('link', { name: /^support/ }).click();
      await page.getByLabel('Message', { exact: true }).fill('Refund the double charge of order 1042');
      await page.getByRole('button', { name: 'Customer: fill in the example' }).click();
      await page.getByRole('button', { name: 'Start the run' }).click();
      await page.getByText('1 call waits for approval').waitFor();
      const support = idOf();
      await page.getByRole('link', { name: 'Runs', exact: true }).click();
      const asking = page.getByRole('row', { name: new RegExp(`waiting for a person.*${support}`) });
      await asking.waitFor();
      await page.getByLabel('State').selectOption('waiting');
      await page.getByText('1 run', { exact: true }).waitFor();
      await asking.waitFor();
      await page.getByRole('link', { name: support }).click();
      await page.getByRole('button', { name: 'Approve …' }).click();
      await page.getByLabel('Your name').fill('Ada');
      await dialog.getByRole('button', { name: 'Approve' }).click();
      await page.getByText('Approved: refund.').waitFor();
      await page.getByRole('region', { name: 'Answer' }).first().waitFor();
      const { answer } = (await (await fetch(`${address}runs/${support}`)).json()) as RunView;
      expect(answer).toMatchObject({ actions: [{ by: 'Ada' }] });

      await page.getByRole('link', { name: 'Start', exact: true }).click();
      await page.getByRole('link', { name: /^map/ }).click();
      await page.getByLabel('Activity', { exact: true }).fill('wait');
      await page
        .getByLabel('Source', { exact: true })
        .fill('{ "kind": "list", "items": [{ "ms": 5, "value": 1 }, { "ms": "never" }] }');
      await page.getByText('Stopping rule and limits').click();
      await page.getByLabel(/^Min success ratio/).fill('1');
      await page.getByRole('button', { name: 'Start the run' }).click();
      await page.getByRole('button', { name: 'Redrive …' }).click();
      await page.getByText('1 task without a result, 1 cause').waitFor();
      await page.getByText('failed', { exact: true }).first().waitFor();
      const failed = idOf();
      await dialog.getByRole('button', { name: 'Redrive' }).click();
      await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(failed));
      const again = idOf();
      await page.getByRole('link', { name: failed }).click();
      await page.getByText(`redriven by ${again}`).waitFor();
      await page.getByRole('link', { name: again }).click();
      await page.getByText(`redrive of ${failed}`).waitFor();
      expect(wrong).toEqual([]);
      await page.close();
    } finally {
      await dev.stop();
      silent.close();
    }
  });

  it('cancels a run', { timeout: 120_000 }, async (context) => {
    const id = newId();
    await served.post('/runs/tasks', { id, tasks: [wait('straggler', 45_000)] });
    const { page } = await openTab(context, `/runs/${id}`);
    await page.getByRole('row', { name: /straggler/ }).waitFor();
    await page.getByRole('button', { name: 'Cancel …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText('The run was cancelled').first().waitFor();
    await page.close();
  });

  it(
    'compares files, and signs the report that was read while they are what they were',
    { timeout: 120_000 },
    async (context) => {
      const id = newId();
      const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text, 'latin1') });
      const lines = 'date,account,currency,amount,text\n2026-03-01,A,EUR,1.00,';
      const ledger = csv('ledger.csv', `${lines}caf\u00e9\n`);
      const bank = csv('bank.csv', `${lines}rent\n`);
      const { page } = await openTab(context, '/start/reconcile');
      await page.getByLabel('Ledger', { exact: true }).setInputFiles(ledger);
      await page.getByLabel('Statements', { exact: true }).setInputFiles([bank]);
      await page.getByText('More of the reconcile').click();
      await page.getByLabel('Await sign off').fill('60s');
      await page.getByText('Its id').click();
      await page.getByLabel('Id (may be left out)').fill(id);
      const started = page.waitForRequest((request) => request.url().endsWith('/runs/reconcile'));
      await page.getByRole('button', { name: 'Start the run' }).click();
      // What is text goes as text, and other bytes as they are.
      expect((await started).postDataJSON()).toMatchObject({
        input: {
          ledger: { name: 'ledger.csv', base64: ledger.buffer.toString('base64') },
          statements: [{ name: 'bank.csv', content: bank.buffer.toString() }],
        },
      });
      await page
        .getByRole('group', { name: 'reconciliation' })
        .getByRole('heading', { name: 'Reconciliation' })
        .waitFor();
      // Who signs reads first what did not match.
      const saved = async (): Promise<string> => {
        const download = page.waitForEvent('download');
        await page.getByRole('button', { name: 'Save as csv' }).click();
        expect((await download).suggestedFilename()).toBe(`${id}.csv`);
        return readFile(await (await download).path(), 'utf8');
      };
      const before = await saved();
      expect(before).toMatch(/^outcome,.*,suggestions\n$/);
      const sent = page.waitForRequest((request) => request.url().endsWith('/sign-off'));
      await page.getByRole('button', { name: 'Sign off …' }).click();
      await page.getByLabel('Your name').fill('Ada');
      const files = page.getByLabel('Files that were compared');
      await files.setInputFiles([ledger, csv('bank.csv', `${lines}changed\n`)]);
      await page.getByRole('dialog').getByRole('button', { name: 'Sign off' }).click();
      await page
        .getByRole('dialog')
        .getByText(/bank\.csv/)
        .waitFor();
      await files.setInputFiles([ledger, bank]);
      await page.getByRole('dialog').getByRole('button', { name: 'Sign off' }).click();
      const { answer } = await served.over(id);
      expect(answer).toMatchObject({ signOff: { by: 'Ada' } });
      // What is signed is the report that was seen.
      const { stored } = answer as { stored: { sha256: string } };
      expect((await sent).postDataJSON()).toMatchObject({ by: 'Ada', reportSha256: stored.sha256 });
      await page.getByRole('region', { name: 'Answer' }).first().waitFor();
      expect(await saved()).toBe(before);
      await page.close();
    },
  );

  it('changes the plan of a research before anything is asked', { timeout: 120_000 }, async (context) => {
    const id = newId();
    const input = { question: 'How is a fan-out kept when a worker crashes?', depth: 2, sources: ['package-docs'] };
    await served.post('/runs/research', { id, input: { ...input, reviewPlan: '5 minutes' } });
    const { page, wrong } = await openTab(context, `/runs/${id}`);
    await page.getByRole('heading', { name: 'The plan waits for a person' }).waitFor();
    await page.getByRole('button', { name: 'Change …' }).click();
    await page.getByLabel('Questions, one a line').fill('What does a heartbeat carry?\nWho tries a task again?');
    await page.getByLabel('Your name').fill('Ada');
    await page.getByRole('button', { name: 'Ask these' }).click();
    await page.getByText('The plan was changed: it goes on with 2 questions.').waitFor();
    await page.getByRole('heading', { name: 'The plan waits for a person' }).waitFor({ state: 'detached' });
    // It was taken, so that none waits any more; what it does then is the workflow's to show.
    expect((await served.get(`/runs/${id}/plan`)).status).toBe(409);
    await served.stage.fanfold.cancel(id);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it(
    'watches a run as it goes on, and misses nothing though the service was away',
    { timeout: 120_000 },
    async (context) => {
      const id = newId();
      const tasks = Array.from({ length: 30 }, (_, index) => wait(`t-${index}`, 100 + index * 150));
      await served.post('/runs/tasks', { id, tasks });
      const client = served.stage.fanfold;
      const first = await startService({ client, port: 0 });
      const { page } = await openTab(context, `/runs/${id}`, first.url);
      await page.getByRole('button', { name: /^succeeded \d/ }).waitFor();
      await first.close();
      await page.getByText('It is tried again by itself').waitFor();
      const second = await startService({ client, port: Number(new URL(first.url).port) });
      await page.getByRole('button', { name: 'succeeded 30' }).waitFor();
      await page.getByText('30 of 30 tasks').waitFor();
      await page.close();
      await second.close();
    },
  );

  it('enters the token of a service that asks for one', async (context) => {
    const { page } = await openTab(context, '/', locked.url);
    await page.getByLabel('Token').fill('open-sesame-open-sesame');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    await page.close();
  });
});

describe('what the page asks for', () => {
  it('are runs of a kind that stand so', async () => {
    const id = newId();
    await served.post('/runs/tasks', { id, tasks: [{ id: 'a', activity: 'echo' }] });
    await served.over(id);
    const idsOf = async (query: string): Promise<string[]> =>
      (await served.get<{ runs: RunView[] }>(`/runs?limit=1000&${query}`)).body.runs.map(({ runId }) => runId);
    await eventually(async () => ((await idsOf('kind=tasks&status=completed')).includes(id) ? true : undefined));
    expect(await idsOf('kind=map&status=completed')).not.toContain(id);
    for (const status of ['running', 'failed', 'cancelled', 'stuck'])
      expect(await idsOf(`kind=tasks&status=${status}`), status).not.toContain(id);
    expect(problemOf(await served.get('/runs?kind=nothing')).status).toBe(422);
    expect(problemOf(await served.get('/runs?status=odd')).status).toBe(400);
  });

  it('are runs that completed in part, and those that do one of them again', async () => {
    const [whole, part, again] = [newId(), newId(), newId()];
    const tasks = [{ id: 'a', activity: 'echo' }, wait('b', 45_000)];
    const options = { first: 1 };
    await served.post('/runs/tasks', { id: whole, tasks: tasks.slice(0, 1) });
    await served.post('/runs/tasks', { id: part, tasks, options });
    const summaries = async (query: string): Promise<RunView[]> =>
      (await served.get<{ runs: RunView[] }>(`/runs?limit=1000&kind=tasks&${query}`)).body.runs;
    for (const id of [whole, part]) await served.over(id);
    const listed = (id: string) =>
      eventually(async () => (await summaries('')).find(({ runId, status }) => runId === id && status === 'completed'));
    expect(await listed(part)).toMatchObject({ status: 'completed', partial: { failed: 1, total: 2 } });
    expect(await listed(whole)).not.toHaveProperty('partial');
    const idsOf = async (query: string) => (await summaries(query)).map(({ runId }) => runId);
    expect(await idsOf('status=partial')).toContain(part);
    expect(await idsOf('status=partial')).not.toContain(whole);
    expect((await served.get(`/runs/${part}`)).body).toMatchObject({ partial: { failed: 1, total: 2 } });
    await served.post(`/runs/${part}/redrive`, { id: again });
    await eventually(async () => ((await idsOf(`redriveOf=${part}`)).includes(again) ? true : undefined));
    expect(await idsOf(`redriveOf=${part}`)).toEqual([again]);
    expect(await idsOf(`redriveOf=${whole}`)).toEqual([]);
    await served.post(`/runs/${again}/cancel`, {});
  });

  it('are runs of a tenant, where nobody is the tenant', async () => {
    const [ours, theirs] = [newId(), newId()];
    const tasks = [{ id: 'a', activity: 'echo' }];
    await served.post('/runs/tasks', { id: ours, tasks, options: { tenant: 'ours' } });
    await served.post('/runs/tasks', { id: theirs, tasks, options: { tenant: 'theirs' } });
    const idsOf = async (tenant: string) =>
      (await served.get<{ runs: RunView[] }>(`/runs?limit=1000&tenant=${tenant}`)).body.runs.map(({ runId }) => runId);
    await eventually(async () => ((await idsOf('ours')).includes(ours) ? true : undefined));
    expect(await idsOf('ours')).not.toContain(theirs);
    expect(await idsOf('nobody')).toEqual([]);
  });

  it('is the answer of a run as its kind writes it, and 409 where there is none', async () => {
    const id = newId();
    await served.post('/runs/tasks', { id, tasks: [{ id: 'a', activity: 'echo' }] });
    await served.over(id);
    expect(problemOf(await served.get(`/runs/${id}/text`)).status).toBe(409);
  });
});

describe("Temporal's Web UI", () => {
  const namesOf = async (id: string): Promise<string[]> => {
    const { events } = await served.stage.fanfold.temporal.workflow.getHandle(id).fetchHistory();
    return (events ?? []).flatMap(({ userMetadata }) => {
      const data = userMetadata?.summary?.data;
      return data ? [JSON.parse(Buffer.from(data).toString()) as string] : [];
    });
  };

  it('names the timer of an approval by what it waits for and how long, and each call by its step', async () => {
    const id = newId();
    const input = { message: 'Refund the double charge of order 1042', customer: 7 };
    await served.post('/runs/support', { id, input });
    await eventually(async () => ((await served.get(`/runs/${id}`)).body.approvals ? true : undefined));
    const names = await namesOf(id);
    expect(names).toEqual(
      expect.arrayContaining([
        'support: customer 7',
        'look-ups: orders',
        'checks: refund-P-10422',
        'waits for approval of refund P-10422, 7 d',
      ]),
    );
    await served.post(`/runs/${id}/cancel`, {});
  });

  it('names a pack by its activity and the calls in it, and the timer of a deadline by its fan-out', async () => {
    const id = newId();
    const tasks = Array.from({ length: 6 }, (_, at) => ({ id: `t-${at}`, activity: 'echo', input: at }));
    await served.post('/runs/tasks', { id, tasks, options: { granularity: 3, deadline: '10m' } });
    await served.over(id);
    expect(await namesOf(id)).toEqual(
      expect.arrayContaining(['deadline of tasks', 'echo: t-0, t-1, t-2', 'echo: t-3, t-4, t-5']),
    );
  });
});
