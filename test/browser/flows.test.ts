/** What is done with a run on the page: walked through, steered, started; and that nothing of it can do anything to the page. */
import { describe, expect, it, type TestContext } from 'vitest';
import { useBrowser } from './browser.ts';
import { kinds, openapi, openPage, origin, type Answers, type Opened, type PageAsked } from './stubbed.ts';
import { ended, failure, hostile, ok, running, views } from './views.ts';

const ready = useBrowser();
const open = (context: Pick<TestContext, 'skip'>, ...how: PageAsked): Promise<Opened> =>
  openPage(ready(context), ...how);

describe('a run', () => {
  it('is walked through by the keyboard: a task opens, is named in the address, and closes again', async (context) => {
    const { page } = await open(context, '/runs/partial', { 'GET /runs/partial/events': views['partial'] ?? 404 });
    const grid = page.getByRole('grid');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/runs/partial?task=b`);
    const detail = page.getByRole('region', { name: 'Task b' });
    await detail.getByText('status 429').waitFor();
    await page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${origin}/runs/partial`);
    await page.close();
  });

  it('shows its rule beside its state, what waits and why, and the time that is left', async (context) => {
    const { page } = await open(context, '/runs/running', { 'GET /runs/running/events': running('running') });
    await page.getByText(/^1 of 3 needed succeeded, 59 min \d+ s left$/).waitFor();
    await page.getByText(/was refused by openai for lack of room, again in/).waitFor();
    await page.getByText('414 ms').waitFor();
    await page.close();
  });

  it('shows the bar of a task that ended with the run, and no wait of it before a redrive began', async (context) => {
    const again = ended('again', [ok('kept', 0, 100), ok('redone', 20_000, 0)]);
    const view = { ...again, startedAt: again.startedAt + 15_000, closedAt: again.startedAt + 20_000 };
    const { page } = await open(context, '/runs/again', { 'GET /runs/again/events': view });
    const lane = page.getByRole('row', { name: /redone/ }).locator('.over-time');
    const [whole, bar, turn] = await Promise.all([
      lane.boundingBox(),
      lane.locator('.bar').boundingBox(),
      lane.locator('.turn').boundingBox(),
    ]);
    if (!whole || !bar || !turn) throw new Error('It has no bar');
    expect(bar.width).toBeGreaterThanOrEqual(3);
    expect(bar.x + bar.width).toBeLessThanOrEqual(whole.x + whole.width + 0.5);
    expect((turn.x - whole.x) / whole.width).toBeCloseTo(0.75, 1);
    await page.close();
  });

  it('runs nothing of what its tasks are called or returned, wherever it is shown', async (context) => {
    const nasty = ended(hostile, [ok(hostile, 0, 1, { [hostile]: hostile }), failure('f', hostile)], {
      answer: { text: hostile },
      error: { type: hostile, message: hostile },
      tenant: hostile,
      redriveOf: 'javascript:document.title="taken"',
    });
    const path = `/runs/${encodeURIComponent(hostile)}`;
    const answers = { [`GET ${path}/events`]: nasty, [`GET ${path}/text`]: { text: hostile, aligned: true } };
    const { page, wrong } = await open(context, `${path}?task=${encodeURIComponent(hostile)}`, answers);
    await page.getByRole('heading', { name: hostile }).first().waitFor();
    await page.getByRole('group', { name: 'Shown as' }).getByRole('button', { name: 'JSON' }).click();
    expect(await page.locator('img:not(.top .name img)').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.title()).toBe(`${hostile} · fanfold`);
    const links = await page.getByRole('link').evaluateAll((all) => all.map((each) => each.getAttribute('href')));
    expect(links.filter((href) => !href?.startsWith('/') && !href?.startsWith('#'))).toEqual([]);
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('saves the answer in each form of its kind', async (context) => {
    const view = ended('sources', [ok('a', 0, 1)], { answer: { text: 'An answer.' } });
    const answers: Answers = {
      'GET /kinds': kinds,
      'GET /runs/sources/events': { ...view, kind: 'research' },
      'GET /runs/sources/bibtex': { title: 'A work' },
    };
    const { page, asked, wrong } = await open(context, '/runs/sources', answers);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as bibtex' }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe('sources.bibtex');
    expect(asked.map(({ what }) => what)).toContain('GET /runs/sources/bibtex');
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('offers what the token allows, and says what it lacks', async (context) => {
    const answers: Answers = {
      'GET /runs/running/events': running('running'),
      'GET /caller': { roles: ['read'], subject: 'Ada' },
    };
    const { page } = await open(context, '/runs/running', answers);
    await page.getByText('it lacks the role “control”').waitFor();
    expect(await page.getByRole('button', { name: /Settle now|Cancel/ }).count()).toBe(0);
    await page.close();
  });

  it('asks back: the question stands there, and what is answered is sent with the name of who answers', async (context) => {
    const answers: Answers = {
      'GET /runs/question/events': views['question'] ?? 404,
      'POST /runs/question/reply': {},
    };
    const { page, asked } = await open(context, '/runs/question', answers);
    await page.getByRole('heading', { name: /^Which of the two orders/ }).waitFor();
    await page.getByText(/left to answer/).waitFor();
    // A question is answered, and not approved.
    expect(await page.getByRole('button', { name: 'Approve …' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Answer …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Your answer').fill('The second one');
    await dialog.getByLabel('Your name').fill('Ada');
    await dialog.getByRole('button', { name: 'Answer' }).click();
    await page.getByText('The question was answered.').waitFor();
    expect(asked.findLast(({ what }) => what.startsWith('POST'))).toMatchObject({
      what: 'POST /runs/question/reply',
      body: { text: 'The second one', by: 'Ada' },
    });
    await page.close();
  });

  it('lists its items while they run, where it is a map run, and cancels none of them alone', async (context) => {
    const { page } = await open(context, '/runs/items', {
      'GET /runs/items/events': views['items'] ?? 404,
      'GET /runs/items/results': { results: [] },
    });
    await page.getByRole('row', { name: /^running slow \d+ min \d+ s attempt 2$/ }).waitFor();
    await page.getByRole('row', { name: /^failed odd .*it is odd/ }).waitFor();
    await page.getByText('1,996 tasks are counted above and not listed').waitFor();
    await page.getByRole('row', { name: /slow/ }).click();
    const detail = page.getByRole('region', { name: 'Task slow' });
    await detail.getByText('Runs for').waitFor();
    expect(await detail.getByRole('button', { name: 'Cancel this task' }).count()).toBe(0);
    await page.close();
  });

  it('waits with its plan: other questions are asked in place of those that it shows', async (context) => {
    const { page, asked } = await open(context, '/runs/plan', {
      'GET /runs/plan/events': views['plan'] ?? 404,
      'POST /runs/plan/plan': {},
    });
    await page.getByRole('heading', { name: 'The plan waits for a person' }).waitFor();
    expect(await page.getByRole('listitem').first().textContent()).toBe('Where do grey herons nest?');
    await page.getByRole('button', { name: 'Change …' }).click();
    const dialog = page.getByRole('dialog');
    const questions = dialog.getByLabel('Questions, one a line');
    expect(await questions.inputValue()).toContain('Where do grey herons nest?\nWhat do they eat?');
    await questions.fill('Where do herons sleep?\n\n  When do they leave?  ');
    await dialog.getByLabel('Your name').fill('Ada');
    await dialog.getByRole('button', { name: 'Ask these' }).click();
    await page.getByText('The plan was changed: it goes on with 2 questions.').waitFor();
    expect(asked.findLast(({ what }) => what.startsWith('POST'))).toMatchObject({
      what: 'POST /runs/plan/plan',
      body: { questions: ['Where do herons sleep?', 'When do they leave?'], by: 'Ada' },
    });
    await page.close();
  });

  it('waits with a call of a tool of that name as with any call, where it is no research', async (context) => {
    const plan = { ...views['plan'], kind: 'support' };
    const { page } = await open(context, '/runs/plan', { 'GET /runs/plan/events': plan });
    await page.getByRole('heading', { name: '1 call waits for approval' }).waitFor();
    expect(await page.getByRole('button', { name: 'Change …' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Approve …' }).click();
    await page.getByRole('dialog').getByText('for the agent and the record').waitFor();
    await page.close();
  });

  it('is steered: what is sent is what the API takes, and a refusal stays with the question', async (context) => {
    const { page, asked } = await open(context, '/runs/running', {
      'GET /runs/running/events': running('running'),
      'POST /runs/running/settle': 409,
      'POST /runs/running/extend': {},
      'POST /runs/running/concurrency': {},
      'POST /runs/running/tasks': {},
      'POST /runs/running/cancel': {},
    });
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Settle now …' }).click();
    await dialog.getByRole('button', { name: 'Settle now' }).click();
    await dialog.getByText('Detail of 409').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Extend …' }).click();
    await dialog.getByLabel('By how much').fill('5 minutes');
    await page.keyboard.press('Enter');
    await page.getByText('Extend: done.').waitFor();
    await page.getByRole('button', { name: 'Concurrency …' }).click();
    await dialog.getByLabel('At once').fill('9');
    await dialog.getByRole('button', { name: 'Set' }).click();
    await page.getByText('Concurrency: done.').waitFor();
    await page.getByRole('button', { name: 'Add …' }).click();
    await dialog.getByRole('textbox').fill('[');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await dialog.getByText('This is no JSON').waitFor();
    await dialog.getByRole('textbox').fill('[{"id":"late"}]');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await page.getByText('Add: done.').waitFor();
    expect(asked.filter(({ what }) => what.startsWith('POST')).map(({ what, body }) => [what, body])).toEqual([
      ['POST /runs/running/settle', { name: 'tasks' }],
      ['POST /runs/running/extend', { by: '5 minutes', name: 'tasks' }],
      ['POST /runs/running/concurrency', { concurrency: 9, name: 'tasks' }],
      ['POST /runs/running/tasks', { items: [{ id: 'late' }], name: 'tasks' }],
    ]);
    await page.close();
  });
});

describe('a start', () => {
  it('takes files as they are or as JSON, and says which of them are too large to be sent', async (context) => {
    const file = { anyOf: [{ type: 'object', properties: { name: {}, base64: {} } }] };
    const input = {
      properties: {
        ledger: { $ref: '#/components/schemas/F' },
        statements: { type: 'array', items: { $ref: '#/components/schemas/F' } },
      },
    };
    const schema = { properties: { input } };
    const { page, asked } = await open(context, '/start/reconcile', {
      'GET /openapi.json': {
        components: { schemas: { F: file } },
        paths: { '/runs/reconcile': { post: { requestBody: { content: { 'application/json': { schema } } } } } },
      },
      'GET /kinds': {
        kinds: [{ name: 'reconcile', noun: 'file', words: [], sights: [], forms: [], approvals: false }],
      },
      'POST /runs/reconcile': { runId: 'new-1' },
      'GET /runs/new-1/events': views['completed'] ?? 404,
    });
    const large = { name: 'large.csv', mimeType: 'text/csv', buffer: Buffer.alloc(21 * 1024 * 1024, 'a') };
    await page.getByLabel('Statements', { exact: false }).first().setInputFiles([large]);
    await page.getByText('As JSON').first().click();
    await page.getByLabel('input.ledger as JSON').fill('{"name": "l", "sha256": "0"}');
    await page.getByRole('button', { name: 'Start the run' }).click();
    await page.getByText('1 file of 21.0 MB: a browser sends 20 MB at most').waitFor();
    await page
      .getByLabel('Statements', { exact: false })
      .first()
      .setInputFiles([{ ...large, buffer: Buffer.from('a,b') }]);
    await page.getByRole('button', { name: 'Start the run' }).click();
    await page.waitForURL(`${origin}/runs/new-1`);
    expect(asked.find(({ what }) => what === 'POST /runs/reconcile')?.body).toMatchObject({
      input: { ledger: { name: 'l', sha256: '0' }, statements: [{ name: 'large.csv', content: 'a,b' }] },
    });
    await page.close();
  });

  it('sends what was filled in, shows what was refused at its field, and then the run', async (context) => {
    let refuses = true;
    const { page, asked } = await open(context, '/start/research', {
      'GET /openapi.json': openapi,
      'GET /kinds': kinds,
      'POST /runs/research': (route) => {
        if (!refuses) return { runId: 'new-1' };
        refuses = false;
        void route.fulfill({
          status: 400,
          contentType: 'application/problem+json',
          body: JSON.stringify({
            title: 'Malformed request',
            detail: 'It is wrong',
            errors: [{ field: 'input.depth', detail: 'must be 3 at most' }],
          }),
        });
        return 'answered';
      },
      'GET /runs/new-1/events': views['completed'] ?? 404,
    });
    await page.getByRole('button', { name: 'Question: fill in the example' }).click();
    await page.getByText('More of the research').click();
    await page.getByLabel('Sources').fill('arxiv\nwikipedia');
    await page.getByText('Stopping rule and limits').click();
    await page.getByLabel('Deadline').fill('10s');
    await page.getByRole('button', { name: 'Start the run' }).click();
    await page.getByText('must be 3 at most').waitFor();
    await page.getByRole('button', { name: 'Start the run' }).click();
    await page.waitForURL(`${origin}/runs/new-1`);
    const [first, second] = asked.filter(({ what }) => what === 'POST /runs/research').map(({ body }) => body);
    expect(first).toMatchObject({
      input: { question: 'Why so?', sources: ['arxiv', 'wikipedia'] },
      options: { deadline: '10s' },
    });
    // The second joins what the first may have begun.
    expect(second).toEqual(first);
    await page.close();
  });
});
