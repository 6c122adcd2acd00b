/** What can be no run, or no item of one, is refused by its place before anything is sent. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, expect, test } from 'vitest';
import { reconcileKind } from '../../src/agents/reconcile/kind.ts';
import { jsonTextOf } from '../../src/runs/as-json.ts';
import { RunsClient } from '../../src/runs/client.ts';
import { fileStore } from '../../src/store/files.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-refused-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const asked = (): never => {
  throw new Error('the server was asked');
};
const temporal = {
  options: { namespace: 'n', loadedDataConverter: { payloadCodecs: [] } },
  workflow: { getHandle: asked, start: asked },
} as unknown as Client;
const client = new RunsClient({ temporal, taskQueue: 'q', store: fileStore(home), kinds: [] });
const refusal = (work: () => Promise<unknown>): Promise<unknown> => work().catch((error: unknown) => error);
const taskOf = (input: unknown) => ({ tasks: [{ id: 'a', activity: 'score', input }], options: {} });

const ring: Record<string, unknown> = {};
ring['back'] = { to: [ring] };
const twice = { same: 1 };

test.each([
  ['a BigInt', 1n, '', 'a BigInt'],
  ['a BigInt within', { rows: [{ n: 1n }] }, '.rows[0].n', 'a BigInt'],
  ['a function', { run: () => 1 }, '.run', 'a function'],
  ['a symbol', [Symbol('a')], '[0]', 'a symbol'],
  ['undefined in a list', [1, undefined], '[1]', 'undefined'],
  ['a circle', ring, '.back.to[0]', 'an object that leads back to itself'],
])(
  '%s in what a run is asked, in an item and in an added one is named by its place',
  async (_what, value, at, what) => {
    const refused = (field: string) => ({
      type: 'InvalidInput',
      field,
      message: `\`${field}\` is ${what}, which JSON cannot say; pass it in another form`,
    });
    expect(await refusal(() => client.start('tasks', taskOf(value)))).toMatchObject(
      refused(`input.tasks[0].input${at}`),
    );
    expect(await refusal(() => client.map('score', [{ fine: 1 }, value]))).toMatchObject(refused(`items[1]${at}`));
    const listed = { kind: 'list', items: [value] } as const;
    expect(await refusal(() => client.map('score', listed))).toMatchObject(refused(`input.source.items[0]${at}`));
  },
);

test('what JSON can say is written as JSON writes it: dates, fields of undefined, and one object in two places', () => {
  const fine = [new Date(0), { left: undefined, twice, again: twice }, null, 'text', 1.5];
  expect(jsonTextOf(fine, 'input')).toBe(JSON.stringify(fine));
});

test.each([undefined, null, 7, {}])('items that are neither a list nor a source are refused: %s', async (items) => {
  expect(await refusal(() => client.map('score', items as never))).toMatchObject({
    type: 'InvalidInput',
    field: 'items',
  });
});

test('an input that is nothing is refused by its name', async () => {
  expect(await refusal(() => client.start('tasks', undefined as never))).toMatchObject({
    type: 'InvalidInput',
    field: 'input',
  });
});

test.each([
  ['', 'The id of the run is empty; name another'],
  ['a'.repeat(1001), 'The id of the run has 1001 bytes, and at most 1000 can be one; name another'],
  ['é'.repeat(501), 'The id of the run has 1002 bytes, and at most 1000 can be one; name another'],
])('an id that can be no run’s is refused by each method and never sent: %#', async (id, message) => {
  const methods: (() => Promise<unknown>)[] = [
    () => client.get(id),
    () => client.result(id),
    () => client.results(id).next(),
    () => client.watch(id).next(),
    () => client.deadLetters(id),
    () => client.progress(id),
    () => client.cancel(id),
    () => client.settle(id),
    () => client.say(id, 'approve'),
    () => client.see(id, 'sarif'),
    () => client.redrive(id),
    () => client.start('tasks', taskOf(1), { id }),
    () => client.map('score', [1], { id }),
  ];
  for (const method of methods)
    expect(await refusal(method), String(method)).toMatchObject({ type: 'InvalidInput', message });
});

const file = { name: 'a.csv', content: 'x' };
test.each([
  ['nothing at all', {}, 'ledger', 'expected object, received undefined'],
  ['a text', { ledger: 'a.csv' }, 'ledger', 'expected object, received string'],
  ['a file without its text', { ledger: { name: 'l.csv' } }, 'ledger.content', 'expected string, received undefined'],
  ['a hash that is none', { ledger: { name: 'l.csv', sha256: 'x' } }, 'ledger.sha256', 'must be a SHA-256'],
  ['two of its forms', { ledger: { ...file, name: 'l.csv', sha256: 'x' } }, 'ledger.sha256', 'there is no such field'],
  ['a time that is none', { ledger: { ...file, name: 'l' }, awaitSignOff: '5 x' }, 'awaitSignOff', 'must be a'],
])(
  'of a field with several forms the one that was meant is named with what is wrong: %s',
  async (_what, given, field, problem) => {
    const kinds = [reconcileKind];
    const own = new RunsClient({ temporal, taskQueue: 'q', store: fileStore(home), kinds });
    const refused = await refusal(() => own.start('reconcile', { statements: [file], ...given } as object));
    expect(refused).toMatchObject({ field, message: expect.stringContaining(problem) });
  },
);
