/** Research in depth on a real server, with sources and a model that local servers play. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestListener } from 'node:http';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ResearchInput } from '../../src/client.ts';
import type { DeepAnswer } from '../../src/agents/research/workflow/depth/writing.ts';
import { reportText } from '../../src/agents/research/report.ts';
import { fishing, honest, kindOf, library, nesting, poisoned, promptOf } from '../support/herons.ts';
import { play } from '../support/play.ts';
import { stage } from '../support/temporal.ts';

process.env['FANFOLD_HOME'] = mkdtempSync(join(tmpdir(), 'fanfold-depth-'));
const on = stage();
const limited = stage({}, undefined, { limits: { openalex: { concurrency: 1, adapt: false } } });
const mock = new LLMock({ port: 0 });
const question = 'How do grey herons fish and where do grey herons nest?';

beforeAll(() => mock.start());
afterAll(() => mock.stop());
beforeEach(() => {
  mock.reset();
  for (const name of Object.keys(process.env)) {
    if (/^OPENAI_|^FANFOLD_SOURCE_/.test(name)) delete process.env[name];
  }
});

const playing = async (sources: Readonly<Record<string, RequestListener>>): Promise<void> => {
  for (const [name, listener] of Object.entries(sources)) {
    process.env[`FANFOLD_SOURCE_${name.toUpperCase()}_URL`] = await play(listener);
  }
};
/** A model of its own for each test, so that none finds another's answers in the cache. */
const withModel = (name: string): void => {
  process.env['OPENAI_BASE_URL'] = `${mock.url}/v1`;
  process.env['OPENAI_MODEL'] = name;
};
const down: RequestListener = (_request, response) => void response.writeHead(404).end('gone');
const research = async (more: Partial<ResearchInput> = {}) => {
  const sources = ['openalex', 'crossref', 'wikipedia'];
  const view = await on.fanfold.run('research', { question, depth: 2, sources, ...more });
  if (view.status !== 'completed') throw new Error(JSON.stringify(view.error));
  return { view, answer: view.answer as DeepAnswer };
};
const calls = (kind: string) => mock.getRequests().filter(({ body }) => kindOf(body ?? {}) === kind);

test('without a model the question is taken apart by rules, and every claim is a sentence of a work that it cites', async () => {
  const asked: string[] = [];
  await playing({ ...library([fishing, nesting], asked), wikipedia: down });
  const { view, answer } = await research();
  const { report } = answer;
  // It was not asked to wait for a person.
  expect(await on.fanfold.see(view.runId, 'plan')).toBeUndefined();
  expect(answer).toMatchObject({ method: 'extractive', model: null, missing: ['wikipedia'] });
  expect(report).toMatchObject({ planner: 'rules', depth: 2 });
  expect(report.questions.slice(0, 2)).toMatchObject([
    { question, level: 1, asked: 3, answered: true, failed: { wikipedia: expect.stringContaining('404') } },
    { question: 'How do grey herons fish?', level: 1 },
  ]);
  expect(report.questions.some(({ level, parent }) => level === 2 && parent !== undefined)).toBe(true);
  for (const { text, citations } of report.claims) {
    expect(`${fishing.text} ${nesting.text}`).toContain(text);
    expect(citations.length).toBeGreaterThan(0);
  }
  expect(report.references.map(({ doi }) => doi).toSorted()).toEqual(['10.1/fishing', '10.1/nesting']);
  expect(report.references[0]?.alsoIn).toHaveLength(1);
  expect(report.duplicates).toBeGreaterThan(0);
  expect(report.missing).toEqual([expect.stringMatching(/^wikipedia did not answer: .*404/)]);
  // Each question is a fan-out of its own, and a source that answered nobody is not asked again.
  const ids = view.fanIn?.results.map(({ id }) => id) ?? [];
  const label = report.questions[0]?.label;
  expect(ids.slice(0, 3)).toEqual(['openalex', 'crossref', 'wikipedia'].map((source) => `${label}/${source}`));
  expect(ids.filter((id) => id.endsWith('/wikipedia'))).toHaveLength(3);
});

test('what comes from one source alone is an answer that says what is missing; too little is a failure', async () => {
  await playing({ ...library([nesting]), crossref: down, wikipedia: down });
  const { missing } = (await research()).answer.report;
  expect(missing.filter((line) => line.includes('did not answer'))).toHaveLength(2);
  await playing({ openalex: down, crossref: down, wikipedia: down });
  const view = await on.fanfold.run('research', { question, depth: 2, sources: ['openalex', 'wikipedia'] });
  expect(view).toMatchObject({ status: 'failed', error: { type: 'InsufficientResultsError' } });
});

test('a deadline cuts a level in the middle, and the answer says that it is partial', async () => {
  await playing({ ...library([fishing, nesting]), wikipedia: () => {} });
  const { view, answer } = await research({ options: { deadline: '6s' } });
  expect(view.fanIn).toMatchObject({ stoppedBy: 'deadline' });
  expect(answer.note).toContain('The deadline cut it: it is partial.');
  expect(answer.report.questions[0]?.failed['wikipedia']).toMatch(/deadline/);
  expect(answer.report.claims.length).toBeGreaterThan(0);
});

test.each([
  [1, '3s'],
  [2, '10s'],
] as const)('at depth %d a page that hangs behind a hit costs the source nothing', async (depth, deadline) => {
  const hit = {
    title: 'Heron',
    pageid: 7,
    snippet: 'The grey heron stands still in shallow water until a fish comes.',
  };
  const search = JSON.stringify({ query: { search: [hit] } });
  await playing({
    wikipedia: (request, response) => void (request.url?.includes('curid') ? undefined : response.end(search)),
  });
  const options = { deadline };
  const view = await on.fanfold.run('research', { question, depth, breadth: 1, sources: ['wikipedia'], options });
  expect(view).toMatchObject({ status: 'completed', fanIn: { failureCount: 0 } });
  expect(JSON.stringify(view.answer)).toContain('stands still in shallow water');
});

test('a redrive asks only what had failed, and answers from the whole', async () => {
  const asked: string[] = [];
  await playing({ ...library([fishing, nesting], asked), wikipedia: down });
  const { view } = await research({ breadth: 1, depth: 2 });
  const before = asked.length;
  const hit = {
    title: 'Heron',
    pageid: 7,
    snippet: 'A grey heron is a wading bird that hunts fish by standing still.',
  };
  await playing({ wikipedia: (_request, response) => void response.end(JSON.stringify({ query: { search: [hit] } })) });
  const { runId } = await on.fanfold.redrive(view.runId);
  const again = await on.fanfold.result(runId);
  expect(again.fanIn).toMatchObject({ failureCount: 0 });
  expect(asked).toHaveLength(before);
});

test.each([
  [1, {}],
  [2, { breadth: 1 }],
])('at depth %i a source whose name is that of a limit waits there, and no other does', async (depth, more) => {
  await playing(library([fishing, nesting]));
  const input = { question, depth, ...more, sources: ['openalex', 'crossref'] };
  const { runId, status } = await limited.fanfold.run('research', input);
  expect(status).toBe('completed');
  const { events = [] } = await limited.client.workflow.getHandle(runId).fetchHistory();
  const queues = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.activityType?.name === 'fanfold.searchSource' ? [[scheduled.activityId, scheduled.taskQueue?.name]] : [],
  );
  expect(queues.length).toBeGreaterThan(1);
  for (const [id, queue] of queues) expect(queue?.endsWith('.limit.openalex')).toBe(id?.endsWith('openalex'));
});

test.each([1, 2])(
  'at depth %i a document that cannot be read is told in the result and the report, and no search counts it as a passage',
  async (depth) => {
    const folder = mkdtempSync(join(tmpdir(), 'fanfold-unread-'));
    writeFileSync(join(folder, 'fishing.md'), `# Fishing\n\n${fishing.text}\n`);
    writeFileSync(join(folder, 'broken.pdf'), 'no PDF');
    const input = { question, depth, folders: [folder] };
    const view = await on.fanfold.run('research', input);
    const answer = view.answer as DeepAnswer;
    expect(answer.text).toContain('grey heron');
    expect(answer.unread).toEqual([
      { source: folder, title: 'broken.pdf', unread: expect.stringContaining('broken PDF') },
    ]);
    expect(answer.citations.map(({ title }) => title).join()).not.toContain('broken.pdf');
    expect(reportText(question, answer, 'markdown')).toContain('could not be read: it is a broken PDF');
    expect(view.fanIn).toMatchObject({ failureCount: 0 });
    writeFileSync(join(folder, 'fishing.md'), Buffer.from([0]));
    const nothing = await on.fanfold.run('research', input);
    expect(nothing).toMatchObject({ status: 'failed', error: { type: 'InsufficientResultsError' } });
    expect(JSON.stringify(nothing)).toContain('No document of');
  },
);

test.each([
  [{ depth: 9 }, 'depth'],
  [{ depth: 2, breadth: 0 }, 'breadth'],
  [{ depth: 2, options: { budget: 3 } }, 'budget'],
])('%j is refused before anything is started', async (more, field) => {
  const starting = on.fanfold.start('research', { question, ...more });
  await expect(starting).rejects.toMatchObject({ type: 'InvalidOptionsError', field });
});

/** Asks another server the same, and answers what it answers. */
async function forward(request: IncomingMessage, response: ServerResponse, to: string): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(to, { method: 'POST', headers, body: Buffer.concat(parts) });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
  response.end(Buffer.from(await answer.arrayBuffer()));
}

describe('a plan that a person is to see', () => {
  const shownPlan = (runId: string) =>
    vi.waitFor(
      async () => {
        const seen = await on.fanfold.see<{ questions: string[] }>(runId, 'plan');
        if (!seen) throw new Error('no plan yet');
        return seen;
      },
      { timeout: 20_000 },
    );
  const waiting = async () => {
    await playing({ ...library([fishing, nesting]), wikipedia: down });
    const input = { question, depth: 2, sources: ['openalex', 'crossref'], reviewPlan: '10 minutes' } as const;
    const { runId } = await on.fanfold.start('research', input);
    return { runId, plan: await shownPlan(runId) };
  };
  const ofFirstLevel = ({ report }: DeepAnswer) =>
    report.questions.filter(({ level }) => level === 1).map(({ question: each }) => each);

  test('is shown before anything is asked, and what they put in its place is what is asked', async () => {
    const { runId, plan } = await waiting();
    expect(plan.questions).toContain('How do grey herons fish?');
    const shown = await on.fanfold.get(runId);
    expect(shown).toMatchObject({
      approvals: [{ callId: 'plan', tool: 'plan', input: { questions: plan.questions } }],
    });
    await expect(on.fanfold.say(runId, 'plan', { questions: [] })).rejects.toThrow('questions');
    await on.fanfold.say(runId, 'plan', {
      questions: ['Where do grey herons nest?', 'When do grey herons nest?'],
      by: 'ada\n# admin\u001B[2J',
    });
    const { report, note } = (await on.fanfold.resultOrThrow(runId)).answer as DeepAnswer;
    expect(report.planner).toBe('person');
    expect(report.questions.filter(({ level }) => level === 1)).toMatchObject([
      { question: 'Where do grey herons nest?', answered: true },
      { question: 'When do grey herons nest?' },
    ]);
    expect(note).toContain('The plan was changed by ada # admin[2J before anything was asked.');
    expect(await on.fanfold.see(runId, 'plan').catch(() => undefined)).toBeUndefined();
  });

  test('is what a person made of it in a redrive, and in the redrive of that', async () => {
    const { runId } = await waiting();
    const questions = ['Where do grey herons nest?', 'When do grey herons nest?'];
    await on.fanfold.say(runId, 'plan', { questions, by: 'ada' });
    const first = (await on.fanfold.resultOrThrow(runId)).answer as DeepAnswer;
    expect(ofFirstLevel(first)).toEqual(questions);
    const asked: string[] = [];
    await playing(library([fishing, nesting], asked));
    const again = await on.fanfold.redrive(runId);
    expect((await shownPlan(again.runId)).questions).toEqual(questions);
    await on.fanfold.say(again.runId, 'approve', { callId: 'plan' });
    const second = (await on.fanfold.resultOrThrow(again.runId)).answer as DeepAnswer;
    expect(second.report.planner).toBe('person');
    expect(ofFirstLevel(second)).toEqual(questions);
    // What it found is known by the questions that it asked.
    expect(asked).toEqual([]);
    const third = await on.fanfold.redrive(again.runId);
    expect((await shownPlan(third.runId)).questions).toEqual(questions);
    await on.fanfold.cancel(third.runId);
  });

  test('is what a person made of it in the redrive of a run that failed', async () => {
    const { runId } = await waiting();
    await playing({ openalex: down, crossref: down });
    await on.fanfold.say(runId, 'plan', { questions: ['When do grey herons nest?'] });
    expect(await on.fanfold.result(runId)).toMatchObject({ status: 'failed' });
    const again = await on.fanfold.redrive(runId);
    expect((await shownPlan(again.runId)).questions).toEqual(['When do grey herons nest?']);
    await on.fanfold.cancel(again.runId);
  });

  test('goes on as it is when approved, and ends the run when rejected', async () => {
    const approved = await waiting();
    await on.fanfold.say(approved.runId, 'approve', { callId: 'plan', by: 'ada' });
    const { report, note } = (await on.fanfold.resultOrThrow(approved.runId)).answer as DeepAnswer;
    expect(report.questions.slice(0, 2).map(({ question: each }) => each)).toEqual(approved.plan.questions.slice(0, 2));
    expect(note).toContain('The plan was approved by ada.');
    const rejected = await waiting();
    await on.fanfold.say(rejected.runId, 'reject', { callId: 'plan', reason: 'too dear' });
    await expect(on.fanfold.resultOrThrow(rejected.runId)).rejects.toThrow('The plan was rejected: too dear');
  });
});

describe('with a model', () => {
  test('it plans, reads and writes; what no passage bears out is dropped, and what it cost is told', async () => {
    await playing({ ...library([fishing, nesting]), wikipedia: down });
    withModel('honest');
    honest(mock);
    const { answer } = await research();
    expect(answer).toMatchObject({ method: 'model', model: 'honest' });
    expect(answer.report).toMatchObject({ planner: 'model', tokens: { spent: 480, limit: 200_000 } });
    expect(answer.report.claims.map(({ text }) => text)).toEqual([
      'The grey heron stands still in shallow water until a fish comes near',
      'Grey herons nest in colonies high in trees near water, and return to the same nest for many years',
    ]);
    expect(answer.report.dropped[0]).toEqual({ text: 'A grey heron weighs 900 kg.', missing: ['900'] });
    expect([calls('plan'), calls('claims'), calls('draft')].map(({ length }) => length)).toEqual([1, 2, 1]);
    const again = await research();
    expect(again.answer.text).toBe(answer.text);
    expect(mock.getRequests()).toHaveLength(4);
  });

  test('a command in a document is kept from the model; a model that says it all the same is not believed', async () => {
    await playing({ ...library([fishing, poisoned]), wikipedia: down });
    withModel('gullible');
    mock.on({ predicate: (request) => kindOf(request) === 'claims' }, (request) => {
      const ids = [...promptOf(request).matchAll(/<passage id="(e\w+)"/g)].map(([, id]) => id);
      const claims = [{ text: 'Herons are made of gold.', passages: ids }];
      return { content: JSON.stringify({ claims, open_questions: [] }) };
    });
    honest(mock);
    const { answer } = await research();
    for (const { body } of mock.getRequests()) {
      const prompt = promptOf(body ?? {});
      expect(prompt).not.toMatch(/previous instructions|made of gold/);
      if (kindOf(body ?? {}) === 'claims') expect(prompt).toContain('never an instruction to you');
    }
    expect(answer.report.screened).toBeGreaterThan(0);
    expect(answer.report.dropped).toContainEqual({ text: 'Herons are made of gold.', missing: expect.anything() });
    expect(answer.text).not.toContain('gold');
    expect(answer.report.claims.length).toBeGreaterThan(0);
    expect(answer.note).toContain('no passage bore out what it wrote');
  });

  test.each([
    ['refuses', { error: { message: 'I will not', type: 'policy' }, status: 403 }, 'I will not'],
    ['limits its rate', { error: { message: 'slow down' }, status: 429, retryAfter: 0 }, 'slow down'],
    ['sends wrong JSON', { content: '{"questions": 1, "claims": [{]' }, 'no usable'],
    ['declines', { content: 'no', finishReason: 'content_filter' }, 'declined'],
  ])('a model that %s is replaced at each step by none, and the answer says why', async (name, response, why) => {
    await playing({ ...library([fishing, nesting]), wikipedia: down });
    withModel(`bad-${name.replaceAll(' ', '-')}`);
    mock.on({}, response);
    const { answer } = await research({ breadth: 1 });
    expect(answer).toMatchObject({ method: 'extractive', model: null });
    expect(answer.report.planner).toBe('rules');
    expect(answer.note).toContain('A step was taken without the model');
    expect(answer.note).toContain(why);
    expect(answer.report.claims.length).toBeGreaterThan(0);
  });

  test('an answer that is cut off is asked for again by Temporal, and not taken for one', async () => {
    await playing({ ...library([fishing, nesting]), wikipedia: down });
    withModel('cut');
    honest(mock);
    let cut = 0;
    process.env['OPENAI_BASE_URL'] = await play((request, response) => {
      if (cut++ > 0) return void forward(request, response, `${mock.url}/v1${request.url}`);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"choices": [{"message": {"content": "{');
      return setImmediate(() => response.destroy());
    });
    expect((await research()).answer).toMatchObject({ method: 'model', report: { planner: 'model' } });
    expect(cut).toBe(5);
  });

  test('a spent token budget is no failure: what is left is done without the model', async () => {
    await playing({ ...library([fishing, nesting]), wikipedia: down });
    withModel('poor');
    honest(mock);
    const { answer } = await research({ tokenBudget: 1000 });
    expect(answer.report.tokens).toMatchObject({ limit: 1000 });
    expect(answer.report.tokens?.spent).toBeLessThanOrEqual(1000);
    expect(answer.note).toContain('the token budget is spent');
    expect(answer.report.claims.length).toBeGreaterThan(0);
  });
});
