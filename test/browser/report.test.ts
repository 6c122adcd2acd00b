/** The report page of runs of several kinds, as a person sees it: wide and narrow, light and dark. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
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
import { openBrowser } from './browser.ts';

let browser: Browser | undefined;
let why = '';
beforeAll(async () => {
  const opened = await openBrowser();
  if (typeof opened === 'string') why = opened;
  else browser = opened;
});
afterAll(() => browser?.close());

const hostile = '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>';
const long = `DE02120300000000202051-${'0123456789'.repeat(20)}`;
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
};
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 800 } } as const;

type Scheme = 'light' | 'dark';

/** Skips, with the reason in words, where the machine has no browser. */
async function look(
  { skip }: Pick<TestContext, 'skip'>,
  kind: string,
  width: keyof typeof sizes,
  colorScheme: Scheme,
): Promise<Page> {
  if (!browser) return skip(why);
  const page = await browser.newPage({ viewport: sizes[width], colorScheme });
  page.on('pageerror', (error) => void wrong.push(error.message));
  page.on('console', (message) => void (message.type() === 'error' && wrong.push(message.text())));
  page.on('request', (request) => void wrong.push(request.url()));
  await page.setContent(
    reportPage(
      views[kind] as RunView,
      faces.find((face) => face.kind.name === kind),
    ),
  );
  return page;
}
const wrong: string[] = [];

/** WCAG 2: of every text that is shown, against the nearest background; the smallest contrast and its text. */
const leastContrast = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [r, g, b] = channels(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    if (!element) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? backgroundOf(element.parentElement) : backgroundColor;
  };
  let least = { contrast: 21, text: '' };
  for (const element of document.body.querySelectorAll('*')) {
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.textContent.trim()).join('');
    if (text === '') continue;
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(backgroundOf(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < least.contrast) least = { contrast, text: text.slice(0, 50) };
  }
  return least;
})()`;

describe.each(Object.keys(views))('the report of a run: %s', (kind) => {
  it.for(['wide', 'narrow'] as const)('fits a %s window without moving sideways', async (width, context) => {
    const page = await look(context, kind, width, 'light');
    const [scroll, client] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(scroll).toBe(client);
    await page.close();
  });

  it.for(['light', 'dark'] as const)('can be read where the person likes it %s', async (scheme, context) => {
    const page = await look(context, kind, 'wide', scheme);
    const { contrast, text } = await page.evaluate<{ contrast: number; text: string }>(leastContrast);
    expect(contrast, text).toBeGreaterThanOrEqual(4.5);
    const background = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(background === 'rgb(255, 255, 255)').toBe(scheme === 'light');
    await page.close();
  });

  it('runs nothing and asks for nothing, whatever its texts are', async (context) => {
    wrong.length = 0;
    const page = await look(context, kind, 'wide', 'light');
    expect(await page.title()).toContain('fanfold');
    expect(await page.locator('script, img, link').count()).toBe(0);
    expect(wrong).toEqual([]);
    await page.close();
  });
});

describe('the report of a reconciliation', () => {
  it('says whether somebody signed, keeps its columns under each other, and scrolls them where they are too wide', async (context) => {
    const page = await look(context, 'reconcile', 'narrow', 'light');
    const text = page.locator('pre');
    expect(await text.textContent()).toContain('Not signed off');
    const [whiteSpace, scrolls] = await page.evaluate<[string, boolean]>(
      "(({ scrollWidth, clientWidth }, { whiteSpace }) => [whiteSpace, scrollWidth > clientWidth])(document.querySelector('pre'), getComputedStyle(document.querySelector('pre')))",
    );
    expect([whiteSpace, scrolls]).toEqual(['pre', true]);
    await page.close();
  });
});
