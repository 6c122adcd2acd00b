import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { createReconcileActivities, type ComparePartitionInput } from '../../src/agents/reconcile/activities/index.ts';
import type { ReconcileInput, ReconciliationAnswer, RunView } from '../../src/client.ts';
import type { PartitionCompared } from '../../src/agents/reconcile/pure/types.ts';
import { eventually, stage } from '../support/temporal.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-reconcile-'));
const real = createReconcileActivities({ home });
const compared: string[] = [];
const failing = new Set<string>();
const on = stage({
  ...real,
  comparePartition(input: ComparePartitionInput): Promise<PartitionCompared> {
    const { id } = input.partition;
    compared.push(id);
    if (failing.has(id)) throw ApplicationFailure.nonRetryable('its rows are locked', 'Locked');
    return real.comparePartition(input);
  },
});

const csv = (
  name: string,
  rows: readonly string[],
  header = 'date,account,currency,amount,reference',
): { name: string; content: string } => ({
  name,
  content: `${header}\n${rows.join('\n')}\n`,
});
const input = (account: string, more: Partial<ReconcileInput> = {}): ReconcileInput => ({
  ledger: csv('ledger.csv', [
    `2026-01-30,${account},EUR,10.00,R1`,
    `2026-02-03,${account},EUR,-4.00,R2`,
    `2026-03-01,${account},EUR,1.00,R3`,
  ]),
  statements: [
    csv('bank.csv', [
      `2026-02-01,${account},EUR,10.00,R1`,
      `2026-02-03,${account},EUR,-4.00,R2`,
      `2026-03-02,${account},EUR,1.00,R3`,
    ]),
  ],
  ...more,
});
const answerOf = ({ answer }: RunView): ReconciliationAnswer => answer as ReconciliationAnswer;

describe('a reconciliation', () => {
  it('finds what agrees, across months too, and its report bears the hash of its content', async () => {
    const view = await on.fanfold.run('reconcile', input('A1'));
    const { report, signOff, stored, text } = answerOf(view);
    expect(view.status).toBe('completed');
    expect(report).toMatchObject({ clean: true, accounts: [{ account: 'A1', currency: 'EUR', unexplained: '0.00' }] });
    expect(report.matched).toHaveLength(3);
    expect(signOff).toEqual({ state: 'notSignedOff' });
    expect(text).toContain('Everything agrees: 3 matches');
    expect(createHash('sha256').update(JSON.stringify(report)).digest('hex')).toBe(stored.sha256);
    expect(view.fanIn?.results.map(({ id }) => id)).toEqual([
      'ledger.csv',
      'bank.csv',
      '2026-01 A1 EUR',
      '2026-02 A1 EUR',
      '2026-03 A1 EUR',
      'all months A1 EUR',
    ]);
  });

  it('makes the same report of the same files', async () => {
    const [a, b] = await Promise.all([
      on.fanfold.run('reconcile', input('A2')),
      on.fanfold.run('reconcile', input('A2')),
    ]);
    expect(answerOf(a).stored.sha256).toBe(answerOf(b).stored.sha256);
  });

  it('keeps accounts and currencies apart', async () => {
    const ledger = csv('ledger.csv', ['2026-01-01,A,EUR,5.00,X', '2026-01-01,A,USD,5.00,X', '2026-01-01,B,EUR,5.00,X']);
    const statements = [csv('bank.csv', ['2026-01-01,A,USD,5.00,X'])];
    const { report } = answerOf(await on.fanfold.run('reconcile', { ledger, statements }));
    expect(report.accounts.map((each) => [each.account, each.currency, each.matched.ledger.lines])).toEqual([
      ['A', 'EUR', 0],
      ['A', 'USD', 1],
      ['B', 'EUR', 0],
    ]);
  });

  it('takes the account that the others name, and fails with the file where they name several', async () => {
    const ledger = csv('ledger.csv', ['2026-01-01,5.00'], 'date,amount');
    const bank = csv('bank.csv', ['2026-01-01,B7,EUR,5.00,X']);
    const { report } = answerOf(await on.fanfold.run('reconcile', { ledger, statements: [bank] }));
    expect(report.accounts).toMatchObject([{ account: 'B7', currency: 'EUR', matched: { ledger: { lines: 1 } } }]);
    const statements = [bank, csv('other.csv', ['2026-01-01,B8,EUR,5.00,X'])];
    const { error } = await on.fanfold.run('reconcile', { ledger, statements });
    expect(error).toMatchObject({ type: 'InvalidOptionsError' });
    expect(error?.message).toContain('(in ledger.csv)');
  });

  it('knows an account by the name that the ledger has for it', async () => {
    const { ledger } = input('1200');
    const { statements } = input('DE1');
    const { report } = answerOf(await on.fanfold.run('reconcile', { ledger, statements, accounts: { '1200': 'DE1' } }));
    expect(report.clean).toBe(true);
  });

  it('fails as a whole with the name of the partition, and a redrive compares only what has no result', async () => {
    failing.add('2026-02 F1 EUR');
    const view = await on.fanfold.run('reconcile', input('F1', { options: { concurrency: 1 } }));
    expect(view).toMatchObject({ status: 'failed', error: { type: 'TaskFailedError' } });
    expect(view.error?.message).toContain("'2026-02 F1 EUR' failed: its rows are locked");
    expect(view.fanIn?.results.filter(({ success }) => success).map(({ id }) => id)).toEqual([
      'ledger.csv',
      'bank.csv',
      '2026-01 F1 EUR',
    ]);
    failing.clear();
    compared.length = 0;
    const { runId } = await on.fanfold.redrive(view.runId);
    const again = await on.fanfold.result(runId);
    expect(again).toMatchObject({ status: 'completed', redriveOf: view.runId });
    expect(answerOf(again).report).toMatchObject({ clean: true });
    expect(compared).toEqual(['2026-02 F1 EUR', '2026-03 F1 EUR', 'all months F1 EUR']);
  });

  it('that fails across months keeps what the months had', async () => {
    failing.add('all months F2 EUR');
    const view = await on.fanfold.run('reconcile', input('F2'));
    expect(view.fanIn).toMatchObject({ successCount: 5, failureCount: 1 });
    failing.clear();
    compared.length = 0;
    const { runId } = await on.fanfold.redrive(view.runId);
    expect(await on.fanfold.result(runId)).toMatchObject({ status: 'completed' });
    expect(compared).toEqual(['all months F2 EUR']);
  });

  it('fails with the file and the line of what cannot be read', async () => {
    const statements = [csv('bank.csv', ['2026-01-01,A,EUR,five,X'])];
    const { error } = await on.fanfold.run('reconcile', { ...input('A'), statements });
    expect(error?.message).toContain("Task 'bank.csv' failed: bank.csv:2: 'five' is no amount");
  });

  it('reads the shipped sample with what was planted in it', async () => {
    const file = async (name: string) => ({
      name,
      content: await readFile(new URL(`../../examples/reconcile/${name}`, import.meta.url), 'utf8'),
    });
    const statements = [
      await file('statement.camt053.xml'),
      await file('statement.ofx'),
      { ...(await file('statement.csv')), csv: { decimal: 'comma' as const } },
    ];
    const { report } = answerOf(await on.fanfold.run('reconcile', { ledger: await file('ledger.csv'), statements }));
    const found = Object.fromEntries(
      (
        ['differences', 'missingInStatement', 'missingInLedger', 'duplicatesInLedger', 'duplicatesInStatement'] as const
      ).map((name) => [name, report[name].length]),
    );
    // As examples/reconcile/README.md lists them.
    expect(found).toEqual({
      differences: 3,
      missingInStatement: 5,
      missingInLedger: 5,
      duplicatesInLedger: 1,
      duplicatesInStatement: 1,
    });
    expect(report.matched.filter(({ by }) => by === 'sum')).toHaveLength(2);
  });
});

describe('signing off', () => {
  it('at the start signs the report that comes of it', async () => {
    const { signOff, stored } = answerOf(
      await on.fanfold.run('reconcile', input('S1', { signOff: { by: ' Ada ', note: 'seen' } })),
    );
    expect(signOff).toMatchObject({ state: 'signedOff', by: 'Ada', note: 'seen', reportSha256: stored.sha256 });
  });

  it('waits as long as it is told to, shows the report meanwhile, and takes one signature that has a name', async () => {
    const { runId } = await on.fanfold.start('reconcile', input('S2', { awaitSignOff: '40s' }));
    const waiting = await eventually(() => on.fanfold.see<ReconciliationAnswer>(runId, 'reconciliation'));
    expect(waiting).toMatchObject({ signOff: { state: 'notSignedOff' }, report: { clean: true } });
    await expect(on.fanfold.say(runId, 'sign-off', { by: ' ' })).rejects.toMatchObject({
      type: 'InvalidInput',
      field: 'by',
    });
    const other = { by: 'Bo', reportSha256: '0'.repeat(64) };
    await expect(on.fanfold.say(runId, 'sign-off', other)).rejects.toMatchObject({ field: 'reportSha256' });
    const hashes = Object.fromEntries(waiting.report.inputs.map(({ name, sha256 }) => [name, sha256]));
    expect(Object.keys(hashes)).toEqual(['ledger.csv', 'bank.csv']);
    for (const [inputs, field, problem] of [
      [{ ...hashes, 'bank.csv': '0'.repeat(64) }, 'inputs.bank.csv', /has changed since it was compared/],
      [
        { 'other.csv': '0'.repeat(64) },
        'inputs.other.csv',
        /is no file of this report, which is of ledger\.csv, bank\.csv/,
      ],
    ] as const) {
      const refused = expect(on.fanfold.say(runId, 'sign-off', { by: 'Bo', inputs })).rejects;
      await refused.toMatchObject({ type: 'Refused', field, message: expect.stringMatching(problem) });
    }
    const signature = { by: 'Bo', reportSha256: waiting.stored.sha256, inputs: hashes };
    expect(await on.fanfold.say(runId, 'sign-off', signature)).toMatchObject({
      by: 'Bo',
      inputsSha256: waiting.inputsSha256,
    });
    expect(waiting.inputsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(answerOf(await on.fanfold.result(runId)).signOff).toMatchObject({ state: 'signedOff', by: 'Bo' });
    await expect(on.fanfold.say(runId, 'sign-off', { by: 'Cy' })).rejects.toMatchObject({ type: 'RunClosed' });
  });

  it('ends without a signature once the time is up', async () => {
    const view = await on.fanfold.run('reconcile', input('S3', { awaitSignOff: '100ms' }));
    expect(answerOf(view).signOff).toEqual({ state: 'notSignedOff' });
  });
});

describe('what cannot be meant', () => {
  it.each<[string, Partial<ReconcileInput>, string]>([
    ['no statement', { statements: [] }, 'statements'],
    ['one file twice', { statements: [csv('ledger.csv', [])] }, 'statements'],
    ['a minimum of successes', { options: { minSuccessRatio: 0.5 } }, 'minSuccessRatio'],
    ['half a day', { rule: { windowDays: 0.5 } }, 'rule.windowDays'],
    ['nobody who signs', { signOff: { by: '' } }, 'signOff.by'],
  ])('is refused before anything is started: %s', async (_name, more, field) => {
    await expect(on.fanfold.start('reconcile', input('X', more))).rejects.toMatchObject({ field });
  });
});
