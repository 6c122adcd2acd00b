/** The page in every state, as a person sees it: wide, on a tablet and on a telephone, light and dark; its token, its list, very many tasks. */
import type { Page } from 'playwright-core';
import { describe, expect, it, type TestContext } from 'vitest';
import { barriers, drawn, layoutFaults, sideways, useBrowser } from './browser.ts';
import { kinds, openapi, openPage, origin, type Answers, type Opened, type PageAsked } from './stubbed.ts';
import { documented, ended, failure, hostile, long, ok, views } from './views.ts';

const ready = useBrowser();
const open = (context: Pick<TestContext, 'skip'>, ...how: PageAsked): Promise<Opened> =>
  openPage(ready(context), ...how);
const summary = (runId: string, more: object = {}) => ({
  runId,
  kind: 'tasks',
  status: 'completed',
  startedAt: Date.now() - 60_000,
  closedAt: Date.now() - 50_000,
  ...more,
});
const list = {
  runs: [
    summary('one', { status: 'running', closedAt: undefined }),
    summary('asks', { kind: 'support', status: 'running', closedAt: undefined, waits: true }),
    summary('two', { status: 'failed', tenant: 'acme' }),
    summary(hostile, { asked: `${hostile} ${long}` }),
    summary('asked', { asked: 'Where do herons nest?' }),
    summary('x'.repeat(200), { unreadable: { type: 'CodecMismatch', message: 'No key is here' } }),
  ],
};
const limits = {
  limits: [
    {
      name: 'openai',
      settings: { concurrency: 4, perMinute: 60 },
      inFlight: 4,
      queued: 8,
      concurrency: 4,
      throttled: 3,
      succeeded: 100,
      processes: 2,
      pausedUntil: Date.now() + 60_000,
      tokensLeft: 16_667,
    },
  ],
};

const spent = { calls: 1204, inputTokens: 18_204_119, outputTokens: 412_008 };
const costs = {
  since: '2026-11-01',
  tenants: [
    { ...spent, cost: 0.0042, models: [] },
    {
      ...spent,
      tenant: 'acme',
      cost: 51.2,
      unpriced: 12,
      models: [],
      budget: { cost: 50, tokens: 20_000_000, used: { ...spent, cost: 51.2 }, spent: '50 a month', until: 0 },
    },
    { ...spent, tenant: hostile, models: [], budget: { cost: 2, per: 'day', used: spent, until: 0 } },
    { ...spent, tenant: 'x'.repeat(120), models: [] },
  ],
};

/** From before the page was opened. */
const history = {
  everyMs: 10_000,
  samples: [50, 40, 30, 20, 10].map((minutes) => ({
    at: Date.now() - minutes * 60_000,
    limits: [{ ...limits.limits[0], inFlight: 2, queued: minutes / 5 - 1, throttled: 1 }],
  })),
};

interface Look {
  readonly path: string;
  readonly answers: Answers;
  /** What is there once it is whole. */
  readonly shows: string;
}

const looks: Record<string, Look> = {
  'the list': { path: '/', answers: { 'GET /runs': list }, shows: 'one' },
  'no run yet': { path: '/', answers: { 'GET /runs': { runs: [] } }, shows: 'There is no run yet' },
  'no service': { path: '/', answers: { 'GET /runs': 'dead' }, shows: 'Not reachable' },
  'no right': { path: '/', answers: { 'GET /runs': 403 }, shows: 'Detail of 403' },
  'a token asked for': {
    path: '/',
    answers: { 'GET /runs': 401, 'GET /kinds': 401 },
    shows: 'This service asks for a token',
  },
  'no such run': { path: '/runs/none', answers: { 'GET /runs/none/events': 404 }, shows: 'Detail of 404' },
  limits: {
    path: '/limits',
    answers: { 'GET /limits': limits, 'GET /limits/history': history },
    shows: 'at most 9 in 5',
  },
  'limits and what tenants cost': {
    path: '/limits',
    answers: { 'GET /limits': limits, 'GET /limits/history': history, 'GET /costs': costs },
    shows: '51.2 of 50, 18,616,127 of 20,000,000 tokens a month: spent',
  },
  'costs that nobody can say': {
    path: '/limits',
    answers: { 'GET /limits': { limits: [] }, 'GET /costs': 503 },
    shows: 'Detail of 503',
  },
  'no limits': { path: '/limits', answers: { 'GET /limits': { limits: [] } }, shows: 'There are no named limits' },
  'a start': {
    path: '/start/research',
    answers: { 'GET /openapi.json': openapi, 'GET /kinds': kinds },
    shows: 'Question',
  },
  'a run with its answer as a document': {
    path: '/runs/answered',
    answers: {
      'GET /runs/answered/events': views['answered'] ?? 404,
      'GET /runs/answered/text': { text: 'An answer.', aligned: false, markdown: documented },
    },
    shows: 'Where herons nest',
  },
  ...Object.fromEntries(
    Object.entries(views).map(([name, view]) => [
      `a run: ${name}`,
      {
        path: `/runs/${name}`,
        answers: {
          'GET /kinds': kinds,
          [`GET /runs/${name}/events`]: view,
          [`GET /runs/${name}/text`]: { text: 'An answer.', aligned: false },
        },
        shows: name,
      },
    ]),
  ),
};
const sizes = { wide: 1280, medium: 768, narrow: 360 } as const;

describe.each(Object.entries(looks))('%s', (_name, { path, answers, shows }) => {
  // One page for all of them, which loads once: a window that is made narrower is what people do, too.
  it('fits every window: nothing is cut, over another, or to be moved sideways', async (context) => {
    const { page, wrong } = await open(context, path, answers);
    await page.getByText(shows).first().waitFor();
    for (const [name, width] of Object.entries(sizes)) {
      await page.setViewportSize({ width, height: 800 });
      await drawn(page);
      expect(await sideways(page), name).toBe(0);
      expect(await layoutFaults(page), name).toEqual([]);
    }
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('can be read and used by everybody, where it is light and where it is dark', async (context) => {
    const { page } = await open(context, path, answers);
    await page.getByText(shows).first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await barriers(page), colorScheme).toEqual([]);
    }
    await page.close();
  });
});

describe('the token', () => {
  it('is asked for once, sent as the API wants it, kept for the tab, and forgotten where it is wrong', async (context) => {
    const right = 'Bearer 0123456789abcdef';
    const guarded =
      (answer: object): Answers[string] =>
      (route) =>
        route.request().headers()['authorization'] === right ? answer : 401;
    const { page, wrong, asked } = await open(context, '/', {
      'GET /runs': guarded(list),
      'GET /kinds': guarded(kinds),
      'GET /caller': guarded({ roles: ['read'] }),
    });
    await page.getByLabel('Token').fill('a-wrong-token-of-them');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByText('The service does not know this token.').waitFor();
    await page.getByLabel('Token').fill('0123456789abcdef');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'one', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'one', exact: true }).waitFor();
    expect(asked.findLast(({ what }) => what.startsWith('GET /runs'))?.token).toBe(right);
    expect(await page.evaluate('[localStorage.length, document.cookie]')).toEqual([0, '']);
    expect(page.url()).not.toContain('0123456789abcdef');
    await page.getByRole('button', { name: 'Forget token' }).click();
    await page.getByText('This service asks for a token').waitFor();
    expect(wrong).toEqual([]);
    await page.close();
  });
});

describe('the list of runs', () => {
  it('asks the service for a kind and a state, keeps them in the address, and updates by itself', async (context) => {
    let runs = [summary('one')];
    const { page, asked } = await open(context, '/?kind=tasks', { 'GET /runs': () => ({ runs }), 'GET /kinds': kinds });
    await page.getByRole('link', { name: 'one', exact: true }).waitFor();
    await page.getByLabel('State').selectOption('failed');
    await page.waitForURL(`${origin}/?kind=tasks&status=failed`);
    const wanted = 'GET /runs?kind=tasks&status=failed&waiting=true&limit=50';
    await expect.poll(() => asked.map(({ what }) => what), { timeout: 20_000 }).toContain(wanted);
    runs = [summary('one-later'), ...runs];
    await page.getByRole('link', { name: 'one-later' }).waitFor();
    await page.close();
  });

  it('finds those that wait for a person, and says of how many that is not known', async (context) => {
    const [, asks] = list.runs;
    const { page, asked } = await open(context, '/', {
      'GET /runs': (route) => (route.request().url().includes('status=waiting') ? { runs: [asks], unknown: 2 } : list),
    });
    await page.getByLabel('State').selectOption('waiting for a person');
    await page.getByText('Of 2 open runs it is not known whether they wait for a person').waitFor();
    await page.getByRole('row', { name: /waiting for a person.*asks/ }).waitFor();
    expect(asked.some(({ what }) => what === 'GET /runs?status=waiting&waiting=true&limit=50')).toBe(true);
    await page.close();
  });

  it('says how far it looked for a text, and looks further where it is told to', async (context) => {
    const { page, asked } = await open(context, '/?text=two', { 'GET /runs': { ...list, next: 1 } });
    await page.getByText('1 run with “two” among the newest 6; older ones were not looked at').waitFor();
    expect(await page.getByRole('link', { name: 'one', exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Look through older runs' }).click();
    await expect.poll(() => asked.some(({ what }) => what.includes('limit=200'))).toBe(true);
    await page.close();
  });

  it('stays as it was while the service is away, says so, and goes on by itself', async (context) => {
    let answer: object | 'dead' = list;
    const { page } = await open(context, '/', { 'GET /runs': () => answer });
    await page.getByRole('link', { name: 'one', exact: true }).waitFor();
    answer = 'dead';
    await page.getByText('What is below is as it was').waitFor();
    expect(await page.getByRole('link', { name: 'one', exact: true }).count()).toBe(1);
    answer = list;
    await page.getByText('What is below is as it was').waitFor({ state: 'detached' });
    await page.close();
  });
});

/** Milliseconds of the page's own thread for one step of scrolling through all rows, drawn. */
async function workOfScroll(page: Page, steps: number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Infinity);
  };
  const before = await worked();
  for (let step = 0; step < steps; step++) {
    await page.evaluate(`(({ scrollHeight }, grid) => (grid.scrollTop = (scrollHeight * ${step}) / ${steps}))(
      document.querySelector('[role=grid]'), document.querySelector('[role=grid]'))`);
    await drawn(page);
  }
  return ((await worked()) - before) / steps;
}

describe('a run of very many tasks', () => {
  const total = 100_000;
  const pageOf = (url: URL) => {
    const after = Number(url.searchParams.get('after'));
    const results = Array.from({ length: 1000 }, (_, index) => {
      const at = after + index;
      return at % 1000 === 7 ? failure(`row-${at}`, `status 500 at ${at}`, at) : ok(`row-${at}`, at, 10 + (at % 97));
    });
    return { results, ...(after + 1000 < total ? { next: after + 1000 } : {}) };
  };
  const answers: Answers = {
    'GET /runs/wide/events': {
      ...ended('wide', []),
      kind: 'map',
      resultsInPages: true,
      fanIn: {
        results: [],
        mergedResults: [],
        failedTasks: {},
        successCount: total - 100,
        failureCount: 100,
        successRatio: 0.999,
        totalDurationMs: 1,
        elapsedMs: 2000,
        stoppedBy: 'allSettled',
      },
    },
    'GET /runs/wide/results': (route) => pageOf(new URL(route.request().url())),
  };

  it('has few rows in the document, all of them within reach, and its failures first and as one cause', async (context) => {
    const { page, wrong } = await open(context, '/runs/wide', answers);
    await page.getByRole('button', { name: 'all 100,000' }).waitFor({ timeout: 50_000 });
    const rows = page.getByRole('row');
    expect(await rows.count()).toBeLessThan(60);
    expect(await rows.first().textContent()).toContain('status 500');
    await page.getByText('100 tasks without a result, 1 cause').waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await page.getByRole('row', { selected: false }).nth(5).waitFor();
    const last = page.locator('[aria-rowindex="100000"]');
    await last.waitFor();
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(`${total}`);
    expect(await page.getByRole('grid').getAttribute('aria-activedescendant')).toBe(await last.getAttribute('id'));
    // Far below the 16 ms of a frame on a machine that does nothing else; and no bound on wall time, as others run beside it.
    const work = await workOfScroll(page, 40);
    expect(work).toBeLessThan(60);
    await page.getByRole('button', { name: '100 ×' }).click();
    await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('100');
    expect(wrong).toEqual([]);
    await page.close();
  });
});
