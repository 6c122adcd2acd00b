/**
 * One table: each kind of run by each door, with something wrong. What is told is true, or it is an error with a type.
 * What is true of any run is looked at in every cell: as many results as were counted, each that of its own task.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { AgentAnswer, ReconciliationAnswer, ReviewReport, SupportAnswer } from '../../src/client.ts';
import { openExternalStorage } from '../../src/store/payloads.ts';
import { blindAgent } from '../support/blind-agent.ts';
import { stage } from '../support/temporal.ts';
import { assertTrue, isError, isUnanswered } from './truths.ts';
import { newId, outerDoors, workflowDoor, type Asked, type Told } from './doors.ts';

// A command starts in a second, and on a busy machine in ten.
vi.setConfig({ testTimeout: 180_000 });

const root = mkdtempSync(join(tmpdir(), 'fanfold-truth-'));
const at = (...names: string[]): string => join(root, ...names);
const home = at('home');
for (const folder of [home, at('empty'), at('notes'), at('no-repository')]) mkdirSync(folder, { recursive: true });
process.env['FANFOLD_HOME'] = home;
process.env['FANFOLD_SOURCE_ARXIV_URL'] = 'http://127.0.0.1:9/';
for (const name of ['DATABASE_URL', 'OPENAI_BASE_URL', 'OPENAI_API_KEY']) delete process.env[name];
writeFileSync(at('home', 'shop.db'), Buffer.alloc(8192, 7));
writeFileSync(at('items.jsonl'), '1\n2\n3\n');
writeFileSync(at('empty.jsonl'), '');
writeFileSync(at('notes', 'herons.md'), '# Herons\n\nHerons stand still and strike at fish with their bill.\n');
writeFileSync(at('no-repository', 'a.js'), 'export const a = 1;\n');
writeFileSync(at('ledger.csv'), 'date,account,currency,amount,reference\n2026-01-30,A1,EUR,10.00,R1\n');
writeFileSync(
  at('unread.ofx'),
  'OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><ODD><STMTTRN><DTPOSTED>20260130<TRNAMT>10.00<FITID>1</STMTTRN></ODD></OFX>',
);
writeFileSync(at('own.mjs'), 'export const play = (input) => ({ of: input });\n');
afterAll(() => rmSync(root, { recursive: true, force: true }));

const blind = blindAgent();

const on = stage({ play: (input: unknown) => ({ of: input }) }, () => openExternalStorage({ home, environment: {} }), {
  home,
  ownParts: [blind.part],
});
const { doors: outer, close } = outerDoors(on, () => on.fanfold, home, root);
const doors = { ...outer, workflow: workflowDoor(on, () => on.fanfold) };
afterAll(() => close());
type DoorName = keyof typeof doors;
const names = Object.keys(doors) as DoorName[];

interface Row {
  readonly what: string;
  ask(door: DoorName): Asked;
  /** @default all */
  readonly doors?: readonly DoorName[];
  says(told: Told, door: DoorName): void;
}

/** Over HTTP no file of a worker can be named. */
const fromFiles: readonly DoorName[] = ['client', 'shell', 'workflow'];
const inside: readonly DoorName[] = ['client', 'http', 'workflow'];
const tasks = (ids: readonly string[], options = {}, activity = 'play') => ({
  kind: 'tasks',
  input: { tasks: ids.map((id) => ({ id, activity, input: id })), options },
});
const mapped = (source: object, options = {}) => ({ kind: 'map', input: { activity: 'play', source, options } });
const oddIds = [
  'a/b',
  '../x',
  '__proto__',
  'constructor',
  'pack-1',
  '#2',
  ' ',
  '\n',
  '\0',
  '💚',
  '\ud83d',
  'é',
  'x'.repeat(900),
];
const isPlayed =
  (inputs: readonly unknown[]) =>
  ({ view, results }: Told): void => {
    expect(view?.status).toBe('completed');
    expect(results?.map((result) => result.success && result.result)).toEqual(inputs.map((of) => ({ of })));
  };
const long = { deadline: '40 days', taskTimeout: '40 days' };
const map = (file: string, ...more: string[]) => ['map', 'own.mjs#play', at(file), ...more];
const source = (file: string) => ({ kind: 'file', path: at(file), format: 'jsonl' });
const text = (name: string, content: string) => ({ name, content });
const ledger = text('ledger.csv', 'date,account,currency,amount,reference\n2026-01-30,A1,EUR,10.00,R1\n');
const rows: readonly Row[] = [
  {
    what: 'tasks with ids of every odd character are told under these very ids, or refused by name',
    doors: inside,
    ask: () => tasks(oddIds),
    says(told) {
      if (told.error) return isError('InvalidOptionsError', 'InvalidInput', '400', '422')(told);
      expect(told.results?.map(({ id }) => id.toWellFormed())).toEqual(oddIds.map((id) => id.toWellFormed()));
    },
  },
  {
    what: 'items with odd ids are told under these, each with its own result',
    doors: inside,
    ask: () => mapped({ kind: 'list', items: oddIds.map((id) => ({ id })) }, { granularity: 500 }),
    says: ({ results }) => {
      expect(results?.map((result) => result.success && result.result)).toEqual(
        oddIds.map((id) => ({ of: { id: id.toWellFormed() === id ? id : expect.any(String) } })),
      );
    },
  },
  {
    what: 'tasks with times above 2^31 ms run',
    doors: inside,
    ask: () => tasks(['a', 'b'], long),
    says: isPlayed(['a', 'b']),
  },
  {
    what: 'a map with times above 2^31 ms runs',
    doors: fromFiles,
    ask: () => ({
      ...mapped(source('items.jsonl'), long),
      command: map('items.jsonl', '--deadline', '40d', '--task-timeout', '40d'),
    }),
    says: isPlayed([1, 2, 3]),
  },
  {
    what: 'a map over a file that is not there fails by name',
    doors: fromFiles,
    ask: () => ({ ...mapped(source('nowhere.jsonl')), command: map('nowhere.jsonl') }),
    says: isError('SourceNotFound', 'InvalidInput'),
  },
  {
    what: 'a map over an empty file has none of none',
    doors: fromFiles,
    ask: () => ({ ...mapped(source('empty.jsonl')), command: map('empty.jsonl') }),
    says: ({ view }) =>
      expect(view).toMatchObject({ status: 'completed', fanIn: { successCount: 0, failureCount: 0 } }),
  },
  {
    what: 'no tasks at all are none of none, or refused',
    doors: inside,
    ask: () => tasks([]),
    says: (told) =>
      told.error ? isError('InvalidInput', 'InvalidOptionsError', '400', '422')(told) : isPlayed([])(told),
  },
  {
    what: 'a budget of nothing starts nothing, and that is what ended it',
    doors: inside,
    ask: () => tasks(['a', 'b'], { budget: 0 }),
    says: ({ view, results, error }) => {
      if (error) return isError('InvalidOptionsError', '422')({ error });
      expect(view?.fanIn).toMatchObject({ stoppedBy: 'budget', successCount: 0, failureCount: 2 });
      expect(results?.every((result) => !result.success && result.error.kind === 'notStarted')).toBe(true);
    },
  },
  {
    what: 'an order that could not be looked up is not said to be none',
    ask: () => ({
      kind: 'support',
      input: { message: 'Where is my order 1042?', customer: 7 },
      command: ['support', 'Where is my order 1042?', '--customer', '7'],
    }),
    says: ({ view }) => isUnanswered(view?.answer as SupportAnswer | undefined),
  },
  {
    what: 'an agent of one’s own whose look-up fails says nothing of what it did not see',
    doors: ['client', 'workflow'],
    ask: () => ({ kind: 'agent', input: { agent: 'blind', message: 'Is there a row of mine?' } }),
    says: ({ view }) => isUnanswered(view?.answer as AgentAnswer | undefined),
  },
  {
    what: 'a source that does not answer is named, and nothing is said in its place',
    ask: () => ({
      kind: 'research',
      input: { question: 'How do herons fish?', sources: ['arxiv'], options: { attempts: 1, deadline: '10s' } },
      command: ['research', 'How do herons fish?', '--source', 'arxiv', '--attempts', '1', '--deadline', '10s'],
    }),
    says({ view, results, error }) {
      if (error) return expect(error.type).toBe('InsufficientResultsError');
      expect(results?.map(({ id, success }) => [id, success])).toEqual([['arxiv', false]]);
      expect((view?.answer as { text?: string } | undefined)?.text ?? '').not.toMatch(/\[1\]|heron/i);
    },
  },
  {
    what: 'a question of which the documents say nothing is told as unanswered',
    doors: ['client', 'shell'],
    ask: () => ({
      kind: 'research',
      input: { question: 'What is the melting point of tungsten?', folders: [at('notes')] },
      command: ['research', 'What is the melting point of tungsten?', '--folder', at('notes')],
    }),
    says: ({ view }) => expect((view?.answer as { text?: string } | undefined)?.text ?? '').not.toMatch(/heron|\[1\]/i),
  },
  {
    what: 'a diff where there is no repository is an error, and not a review of nothing',
    doors: ['client', 'shell', 'workflow'],
    ask: () => ({
      kind: 'review',
      input: { root: at('no-repository'), diff: 'HEAD', model: false },
      command: ['review', at('no-repository'), '--diff', 'HEAD', '--no-model'],
    }),
    says: ({ error, view, code }) => {
      expect((error ?? view?.error)?.message).toMatch(/repository|git/i);
      if (code !== undefined) expect(code).not.toBe(0);
    },
  },
  {
    what: 'a review of a path that is not there is an error',
    doors: ['client', 'shell', 'workflow'],
    ask: () => ({
      kind: 'review',
      input: { root, paths: ['nowhere'], model: false },
      command: ['review', at('nowhere'), '--no-model'],
    }),
    says: ({ error, view, code }) => {
      expect((error ?? view?.error)?.message).toMatch(/nowhere/);
      if (code !== undefined) expect(code).not.toBe(0);
    },
  },
  {
    what: 'a review of an empty folder has looked at no file, and says so',
    doors: ['client', 'workflow'],
    ask: () => ({ kind: 'review', input: { root: at('empty'), model: false } }),
    says({ view, error }) {
      if (error) return expect(error.message).not.toBe('');
      expect((view?.answer as ReviewReport | undefined)?.findings).toEqual([]);
      expect(view?.fanIn).toMatchObject({ successCount: 0 });
    },
  },
  {
    what: 'a statement in which lines stand and none is read is an error',
    ask: () => ({
      kind: 'reconcile',
      input: {
        ledger,
        statements: [
          text(
            'unread.ofx',
            'OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><ODD><STMTTRN><DTPOSTED>20260130<TRNAMT>10.00<FITID>1</STMTTRN></ODD></OFX>',
          ),
        ],
      },
      command: ['reconcile', '--ledger', at('ledger.csv'), '--statements', at('unread.ofx')],
    }),
    says({ view, error, code }) {
      expect((view?.answer as ReconciliationAnswer | undefined)?.report.missingInStatement).toBeUndefined();
      expect(error ?? view?.error).toBeDefined();
      if (code !== undefined) expect(code).not.toBe(0);
    },
  },
  {
    what: 'a ledger without a line is compared as one without a line, or refused',
    doors: inside,
    ask: () => ({
      kind: 'reconcile',
      input: { ledger: text('none.csv', ''), statements: [text('one.csv', ledger.content)] },
    }),
    says({ view, error }) {
      if (error ?? view?.error) return;
      expect(view).toMatchObject({ answer: { report: { clean: false } } });
    },
  },
];

describe('whatever is wrong, what is told is true or an error', () => {
  for (const { what, ask, says, doors: asked = names } of rows)
    test.each(asked)(`${what}: by the %s`, async (door) => {
      const told = await doors[door].ask(ask(door));
      assertTrue(told);
      says(told, door);
    });
});

describe('an id that is taken', () => {
  const askings: Readonly<Record<string, readonly [Asked, Asked]>> = {
    tasks: [tasks(['a']), tasks(['b'])],
    map: [mapped({ kind: 'range', count: 1 }), mapped({ kind: 'range', count: 2 })],
    support: [
      { kind: 'support', input: { message: 'Where is 1042?', customer: 7 } },
      { kind: 'support', input: { message: 'Where is 1042?', customer: 8 } },
    ],
    research: [
      { kind: 'research', input: { question: 'a?', folders: [at('notes')] } },
      { kind: 'research', input: { question: 'b?', folders: [at('notes')] } },
    ],
    reconcile: [
      { kind: 'reconcile', input: { ledger, statements: [text('one.csv', ledger.content)] } },
      { kind: 'reconcile', input: { ledger, statements: [text('other.csv', ledger.content)] } },
    ],
  };
  const kinds = Object.keys(askings);
  test.each(kinds)(
    'by a run of %s is no other run’s: another input or kind is a conflict, the same joins it',
    async (kind) => {
      const [same, other] = askings[kind] ?? [];
      const another = askings[kinds[(kinds.indexOf(kind) + 1) % kinds.length] ?? '']?.[0];
      if (!same || !other || !another) throw new Error('There are three');
      const id = newId();
      const { runId } = await on.fanfold.start(same.kind, same.input, { id });
      expect(await on.fanfold.start(same.kind, same.input, { id })).toEqual({ runId, created: false });
      for (const asked of [other, another]) {
        const refused = await on.fanfold.start(asked.kind, asked.input, { id }).catch((error: unknown) => error);
        expect(refused).toMatchObject({ type: 'RunConflict' });
        // Over HTTP no folder of a worker can be named, and that is refused first.
        expect((await doors.http.ask({ ...asked, id })).error?.type).toMatch(
          asked.kind === 'research' ? /^4\d\d$/ : /^409$/,
        );
      }
      await on.fanfold.result(runId);
    },
  );

  test('is a conflict from the shell as well', async () => {
    const id = newId();
    await on.fanfold.run('tasks', tasks(['a']).input, { id });
    for (const command of [
      map('items.jsonl'),
      ['support', 'Where is 1042?', '--customer', '7'],
      ['research', 'a?', '--folder', at('notes')],
    ])
      expect(await doors.shell.ask({ kind: '', input: {}, command, id })).toMatchObject({
        code: 2,
        error: { type: 'RunConflict' },
      });
  });
});
