/** The report page of runs of several kinds, as a person sees it: wide and narrow, light and dark. */
import type { Page } from 'playwright-core';
import { describe, expect, it, type TestContext } from 'vitest';
import { faces } from '../../src/agents/commands.ts';
import { reportPage } from '../../src/cli/report.ts';
import { fanIn } from '../../src/core/fan-in.ts';
import { reconcile } from '../../src/agents/reconcile/pure/match.ts';
import { matchDefaults, type Line } from '../../src/agents/reconcile/pure/lines.ts';
import { reconciliationReport } from '../../src/agents/reconcile/pure/report.ts';
import type { FileRead, ReconciliationAnswer } from '../../src/agents/reconcile/pure/types.ts';
import { reconciliationText } from '../../src/agents/reconcile/pure/markdown.ts';
import type { TaskResult } from '../../src/core/task.ts';
import type { RunView } from '../../src/runs/run-view.ts';
import { barriers, layoutFaults, sideways, useBrowser } from './browser.ts';
import { documented, hostile, long, running, views as pages } from './views.ts';

const ready = useBrowser();
const startedAt = Date.UTC(2026, 2, 1);
const result = (id: string, at: number, more: Partial<TaskResult> = {}): TaskResult =>
  ({ id, success: true, result: 1, durationMs: 100, attempts: 1, startedAt: startedAt + at, ...more }) as TaskResult;
const failed = (id: string, message: string): TaskResult => ({
  id,
  success: false,
  error: { kind: 'failed', name: 'Error', message },
  durationMs: 50,
  attempts: 1,
  startedAt: startedAt + 200,
});
const view = (kind: string, results: readonly TaskResult[], more: object = {}): RunView => ({
  runId: `${kind}-1`,
  kind,
  status: 'completed',
  startedAt,
  closedAt: startedAt + 400,
  fanIn: fanIn(results, { elapsedMs: 400, stoppedBy: 'allSettled' }),
  ...more,
});

function reconciliation(): ReconciliationAnswer {
  const line = (place: string, amount: string, reference: string): Line => ({
    place,
    date: '2026-03-01',
    amount,
    reference,
    counterparty: hostile,
  });
  const ledger = [line('ledger.csv:2', '1234567.80', 'R1'), line('ledger.csv:3', '5.00', 'R2')];
  const statement = [line('bank.csv:2', '1234567.80', 'R1'), line('bank.csv:3', '6.00', 'R2')];
  const where = { account: 'DE02120300000000202051', currency: 'EUR' };
  const file = (name: string, role: FileRead['role']): FileRead => ({
    name,
    role,
    format: 'CSV',
    sha256: 'a'.repeat(64),
    bytes: 100,
    lines: 2,
    chunks: [],
    balances: [],
    notes: [],
  });
  const report = reconciliationReport({
    files: [file('ledger.csv', 'ledger'), file('bank.csv', 'statement')],
    balances: [],
    read: [
      { ...where, role: 'ledger', lines: 2, total: '1234572.80' },
      { ...where, role: 'statement', lines: 2, total: '1234573.80' },
    ],
    compared: [{ ...where, found: reconcile(ledger, statement, matchDefaults) }],
    rule: matchDefaults,
  });
  const stored = { key: 'reconcile/report/b', sha256: 'b'.repeat(64), bytes: 1 };
  const madeAt = '2026-03-02T00:00:00.000Z';
  return {
    report,
    complete: true,
    stored,
    text: reconciliationText(report),
    madeAt,
    signOff: { state: 'notSignedOff' },
  };
}

const views: Record<string, RunView> = {
  reconcile: view('reconcile', [result('ledger.csv', 0), result(`2026-03 ${long}`, 100)], { answer: reconciliation() }),
  research: view('research', [result('arxiv', 0), failed(hostile, `${hostile} ${long}`)], {
    answer: { text: `An answer. ${long} ${hostile}`, citations: [], note: '' },
  }),
  map: view(
    'map',
    Array.from({ length: 500 }, (_, index) => result(`row-${index}`, index)),
  ),
  failed: view('tasks', [failed(long, long)], { status: 'failed', error: { type: 'TaskFailedError', message: long } }),
  cancelled: view('tasks', [], { status: 'cancelled' }),
  running: running('running'),
  waiting: pages['approvals'] as RunView,
  plan: pages['plan'] as RunView,
  items: pages['items'] as RunView,
};
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 800 } } as const;

type Scheme = 'light' | 'dark';

/** Skips, with the reason in words, where the machine has no browser. */
async function look(
  context: Pick<TestContext, 'skip'>,
  kind: string,
  width: keyof typeof sizes,
  colorScheme: Scheme,
): Promise<Page> {
  const page = await ready(context).newPage({ viewport: sizes[width], colorScheme });
  page.on('pageerror', (error) => void wrong.push(error.message));
  page.on('console', (message) => void (message.type() === 'error' && wrong.push(message.text())));
  page.on('request', (request) => void wrong.push(request.url()));
  await page.setContent(reportPage(views[kind] as RunView, { face: faces.find((face) => face.kind.name === kind) }));
  return page;
}
const wrong: string[] = [];

describe.each(Object.keys(views))('the report of a run: %s', (kind) => {
  it.for(['wide', 'narrow'] as const)('fits a %s window without moving sideways', async (width, context) => {
    const page = await look(context, kind, width, 'light');
    expect(await sideways(page)).toBe(0);
    expect(await layoutFaults(page)).toEqual([]);
    await page.close();
  });

  it.for(['light', 'dark'] as const)('can be read where the person likes it %s', async (scheme, context) => {
    const page = await look(context, kind, 'wide', scheme);
    expect(await barriers(page)).toEqual([]);
    const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(background === 'rgb(246, 247, 249)').toBe(scheme === 'light');
    await page.close();
  });

  it('runs nothing and asks for nothing, whatever its texts are', async (context) => {
    wrong.length = 0;
    const page = await look(context, kind, 'wide', 'light');
    expect(await page.title()).toContain('fanfold');
    expect(await page.locator('img, link, iframe, object').count()).toBe(0);
    // The run as JSON, and the view of it.
    expect(await page.locator('script').count()).toBe(2);
    expect(wrong).toEqual([]);
    await page.close();
  });
});

describe('the report of a reconciliation', () => {
  it('says whether somebody signed, keeps its columns under each other, and scrolls them where they are too wide', async (context) => {
    const page = await look(context, 'reconcile', 'narrow', 'light');
    const text = page.getByRole('region', { name: 'Answer' }).locator('pre');
    expect(await text.textContent()).toContain('Not signed off');
    const [whiteSpace, scrolls] = await page.evaluate<[string, boolean]>(
      "(({ scrollWidth, clientWidth }, { whiteSpace }) => [whiteSpace, scrollWidth > clientWidth])(document.querySelector('pre'), getComputedStyle(document.querySelector('pre')))",
    );
    expect([whiteSpace, scrolls]).toEqual(['pre', true]);
    await page.close();
  });
});

describe('the report of any run', () => {
  it('has the answer as a document where its kind writes one, and the text of a terminal behind it', async (context) => {
    const page = await ready(context).newPage({ viewport: sizes.narrow });
    const of = views['research'] as RunView;
    const face = faces.find((each) => each.kind.name === 'research');
    await page.setContent(reportPage(of, { face, markdown: documented }));
    await page.getByRole('heading', { name: 'Where herons nest' }).waitFor();
    expect(await sideways(page)).toBe(0);
    await page.getByRole('button', { name: 'Text' }).click();
    await page.getByText('An answer.').waitFor();
    await page.close();
  });

  it('is of a run that goes on as it was when it was written', async (context) => {
    const page = await look(context, 'running', 'wide', 'light');
    await page.getByText('1 of 3 needed succeeded').waitFor();
    expect(await page.getByRole('row').count()).toBe(5);
    await page.close();
  });

  it('shows what waits for a person, and lets nobody decide it there', async (context) => {
    const page = await look(context, 'waiting', 'wide', 'light');
    await page.getByRole('heading', { name: '1 call waits for approval' }).waitFor();
    await page.getByText('"payment": "P-1"').waitFor();
    expect(await page.getByRole('button', { name: /Approve|Reject/ }).count()).toBe(0);
    const plan = await look(context, 'plan', 'wide', 'light');
    await plan.getByRole('listitem').filter({ hasText: 'Where do grey herons nest?' }).waitFor();
    expect(await plan.getByRole('button', { name: /Change|Approve/ }).count()).toBe(0);
    await page.close();
    await plan.close();
  });

  it('is of a map run with the results that are in pages, and says how many more there are', async (context) => {
    const browser = ready(context);
    const { results, ...counts } = fanIn([result('row-0', 0), failed('row-1', 'no')], {
      elapsedMs: 400,
      stoppedBy: 'allSettled',
    });
    const of = { ...counts, results: [], successCount: 9, failureCount: 1 };
    const page = await browser.newPage();
    await page.setContent(reportPage(view('map', [], { fanIn: of, resultsInPages: true }), { results }));
    expect(await page.getByRole('row').count()).toBe(2);
    await page.getByText('8 tasks are counted above and not listed').waitFor();
    await page.close();
  });

  it('opens a task, and closes it', async (context) => {
    const page = await look(context, 'map', 'wide', 'light');
    await page.getByRole('row').nth(3).click();
    await page
      .getByRole('region', { name: /^Task / })
      .getByRole('button', { name: 'Close' })
      .click();
    expect(await page.getByRole('region', { name: /^Task / }).count()).toBe(0);
    await page.close();
  });

  it('prints its rows, which on a screen are scrolled', async (context) => {
    const page = await look(context, 'map', 'wide', 'light');
    expect(await page.getByRole('row').count()).toBeLessThan(60);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    await expect.poll(() => page.getByRole('row').count()).toBe(500);
    await page.close();
  });

  it('is nothing else than its own code and style, which its policy names', () => {
    const text = reportPage(view('tasks', [result('</script><script>alert(1)</script>', 0)]));
    expect(text.match(/<script/g)).toHaveLength(2);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(text) ?? [];
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'/);
  });
});
