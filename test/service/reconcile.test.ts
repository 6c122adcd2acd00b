/** Reconciliation from the shell and over HTTP, and through the death of its worker. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { inputKey } from '../../src/agents/reconcile/pure/types.ts';
import { openStore } from '../../src/store/index.ts';
import { FanfoldClient, type ReconciliationAnswer, type RunView } from '../../src/client.ts';
import type { Problem } from '../../src/http/answers.ts';
import { eventually, stage } from '../support/temporal.ts';
import { newId, problemOf, serve } from './http-service.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const samples = fileURLToPath(new URL('../../examples/reconcile/', import.meta.url));
const taskQueue = newId();
const children: ChildProcess[] = [];
let folder: string;
let fanfold: FanfoldClient;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fanfold-reconcile-'));
  const connection = await Connection.connect({ address: inject('temporal').address });
  fanfold = new FanfoldClient({ client: new Client({ connection }), taskQueue });
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

function start(...args: string[]): ChildProcess {
  const place = { TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_HOME: folder, FANFOLD_TASK_QUEUE: taskQueue };
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, ...place, NO_COLOR: '1' },
  });
  children.push(child);
  child.stdin?.end();
  return child;
}

async function command(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(...args);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

describe('from the shell', () => {
  it('the shipped samples end with what was planted in them, signed, and as a file', async () => {
    const output = join(folder, 'report.json');
    const { code, stdout } = await command(
      'reconcile',
      '--ledger',
      join(samples, 'ledger.csv'),
      '--statement-csv=decimal=comma',
      '--sign-off=Ada',
      `--output=${output}`,
      '--statements',
      ...['statement.camt053.xml', 'statement.ofx', 'statement.csv'].map((name) => join(samples, name)),
    );
    expect(code).toBe(0);
    expect(stdout).toContain('INV-1014');
    expect(stdout).toContain('Signed off by Ada');
    const { report, signOff } = JSON.parse(await readFile(output, 'utf8')) as ReconciliationAnswer;
    expect(report.differences).toHaveLength(3);
    expect(signOff).toMatchObject({ by: 'Ada' });
  });

  it('every line stands in the CSV report once, and no text in it is a formula', async () => {
    const bank = join(folder, 'bank.csv');
    await writeFile(bank, 'date,account,currency,amount,reference,description\n2026-03-01,A,EUR,-1.00,R1,=1+1\n');
    const ledger = join(folder, 'ledger.csv');
    await writeFile(
      ledger,
      'date,account,currency,amount,reference\n2026-03-01,A,EUR,-1.00,R1\n2026-03-01,A,EUR,2.00,R2\n',
    );
    const output = join(folder, 'report.csv');
    const differences = join(folder, 'differences.csv');
    const to = ['-o', output, '--differences', differences, '--json'];
    const { code } = await command('reconcile', '--ledger', ledger, '--statements', bank, ...to);
    expect(code).toBe(0);
    // What has matched is not to be looked at.
    const open = (await readFile(differences, 'utf8')).trim().split('\n');
    expect(open).toEqual([expect.stringMatching(/^outcome,.*,suggestions$/), expect.stringContaining(',R2,')]);
    const rows = (await readFile(output, 'utf8')).trim().split('\n');
    expect(rows).toHaveLength(4);
    expect(rows.find((row) => row.includes(',statement,'))).toContain("'=1+1");
  });

  it.each([
    [['--statements', 'nothing.csv'], 'there is no such file'],
    [['--statements', main, '--statement-csv', 'decimal=dot'], 'must be point or comma'],
    [['--statements', main, '--statement-csv', 'colour=red'], 'there is no such setting'],
    [['--statements', main, '-o', 'report.pdf'], 'must end in .json, .csv or .md'],
    [['--statements', main, '--note', 'seen'], '--sign-off'],
  ])('%j is refused with what to do', async (args, problem) => {
    const { code, stderr } = await command('reconcile', '--ledger', join(samples, 'ledger.csv'), ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(problem);
  });
});

describe('a report from the shell that waits to be signed', () => {
  it('is signed where the files are still what was compared, and by one person', async () => {
    const ledger = join(folder, 'signed-ledger.csv');
    const bank = join(folder, 'signed-bank.csv');
    for (const file of [ledger, bank]) await writeFile(file, 'date,account,currency,amount\n2026-03-01,A,EUR,1.00\n');
    const runId = newId();
    const files = ['--ledger', ledger, '--statements', bank];
    const waiting = await command(
      'reconcile',
      ...files,
      '--id',
      runId,
      '--await-sign-off',
      '60s',
      '--differences',
      '-',
    );
    expect(waiting).toMatchObject({ code: 0, stdout: expect.stringMatching(/^outcome,[^\n]*\n$/) });
    const how = new RegExp(
      String.raw`waits until \d{4}-\d\d-\d\d \d\d:\d\d UTC to be signed: .*sign-off ${runId} --by NAME`,
    );
    expect(waiting.stderr).toMatch(how);
    expect(waiting.stderr).toContain('SHA-256 of the inputs');
    expect(waiting.stderr).not.toContain('- is written');
    const unsigned = await command('sign-off', runId);
    expect(unsigned).toMatchObject({ code: 0, stdout: expect.stringContaining('Not signed off') });
    expect(unsigned.stderr).toMatch(how);
    const sign = (by: string) => command('sign-off', runId, '--by', by, '--files', ledger, bank);
    await writeFile(bank, 'date,account,currency,amount\n2026-03-01,A,EUR,2.00\n');
    const changed = await sign('Ada');
    expect(changed.code).toBe(2);
    expect(changed.stderr).toContain(`${bank} has changed since it was compared: run `);
    await writeFile(bank, 'date,account,currency,amount\n2026-03-01,A,EUR,1.00\n');
    expect(await sign('Ada')).toMatchObject({ code: 0, stdout: expect.stringContaining('Signed off by Ada') });
    await fanfold.result(runId);
    expect(await sign('Bo')).toMatchObject({ code: 2, stderr: expect.stringContaining('and Ada signed it at') });
  });
});

it('a report that waits is printed, and signed without its files it says that nobody looked at them again', async () => {
  const file = join(folder, 'unlooked.csv');
  const bank = join(folder, 'unlooked-bank.csv');
  for (const each of [file, bank]) await writeFile(each, 'date,account,currency,amount\n2026-03-01,A,EUR,1.00\n');
  const runId = newId();
  const args = ['reconcile', '--ledger', file, '--statements', bank, '--id', runId, '--await-sign-off', '60s'];
  expect(await command(...args)).toMatchObject({ code: 0, stdout: expect.stringContaining('Not signed off') });
  const other = await command('sign-off', runId, '--by', 'Ada', '--files', main);
  expect(other.stderr).toContain(`${main} is no file of this report, which is of ${file}, ${bank}`);
  expect((await command('show', runId)).stderr).toMatch(/to be signed: .*sign-off/);
  // Who watches it is told what it waits for, and sees its end.
  const watching = start('watch', runId);
  const told = new Promise<string>((resolve) => {
    let text = '';
    watching.stderr?.on('data', (piece) => (text += String(piece)).includes('to be signed') && resolve(text));
  });
  const watched = once(watching, 'exit');
  expect(await told).toMatch(/waits until .* to be signed: .*sign-off/);
  const signed = await command('sign-off', runId, '--by', 'Ada');
  expect(await watched).toEqual([0, null]);
  expect(signed).toMatchObject({ code: 0, stdout: expect.stringContaining('Signed off by Ada') });
  expect(signed.stderr).toContain('The files were not looked at again: with --files');
  expect(signed.stderr).not.toContain('waits until');
});

it('a report that is not clean ends with 1 where that was asked for, and with 0 otherwise', async () => {
  const [file, bank] = [join(folder, 'gated.csv'), join(folder, 'gated-bank.csv')];
  await writeFile(file, 'date,account,currency,amount\n2026-03-01,A,EUR,1.00\n');
  await writeFile(bank, 'date,account,currency,amount\n2026-03-01,A,EUR,2.00\n');
  const args = ['reconcile', '--ledger', file, '--statements', bank];
  expect(await command(...args)).toMatchObject({ code: 0 });
  const gated = await command(...args, '--fail-on', 'differences', '--await-sign-off', '30s');
  expect(gated).toMatchObject({ code: 1, stdout: expect.stringContaining('missing in the ledger') });
  expect(gated.stderr).toContain('exit 1: the report is not clean');
  expect(await command(...args, '--fail-on', 'all')).toMatchObject({ code: 2 });
});

describe('killed in the middle', () => {
  it('goes on with what was left, and compares no month again that had been', { timeout: 90_000 }, async () => {
    // Too large for a message, so the command has put it into the store.
    const rows = Array.from({ length: 60_000 }, (_, index) => {
      const date = new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 165) * 86_400_000).toISOString().slice(0, 10);
      return `${date},A,EUR,${(index % 977) + 1}.10,R-${index}`;
    });
    const csv = `date,account,currency,amount,reference\n${rows.join('\n')}\n`;
    for (const name of ['large.csv', 'large-bank.csv']) await writeFile(join(folder, name), csv);
    const runId = newId();
    const files = ['--ledger', 'large.csv', '--statements', 'large-bank.csv'];
    const first = start('reconcile', ...files, '--concurrency', '1', '--id', runId);
    const finished = await eventually(async () => {
      // Not there yet, as the command still puts its files into the store.
      const shown = await fanfold.progress(runId).catch(() => undefined);
      const months = shown?.find(({ name }) => name === 'partitions')?.tasks ?? [];
      const done = months.filter(({ state }) => state === 'succeeded').map(({ id }) => id);
      return done.length >= 2 ? done : undefined;
    });
    first.kill('SIGKILL');
    await once(first, 'exit');
    const { code, stdout } = await command('watch', runId, '--json');
    expect(code).toBe(0);
    const { answer } = JSON.parse(stdout) as RunView;
    const { report, complete } = answer as ReconciliationAnswer;
    expect(complete).toBe(false);
    expect(report).toMatchObject({ clean: true, accounts: [{ matched: { ledger: { lines: 60_000 } } }] });
    const { events } = await fanfold.temporal.workflow.getHandle(runId).fetchHistory();
    const scheduled = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityId);
    for (const id of finished) expect(scheduled.filter((each) => each === id)).toHaveLength(1);
  });
});

describe('over HTTP', () => {
  const home = mkdtempSync(join(tmpdir(), 'fanfold-reconcile-served-'));
  // The store of the client, which is the worker's.
  process.env['FANFOLD_HOME'] = home;
  const served = serve({}, stage({}, undefined, { home }));
  const body = (more: object = {}) => ({
    id: newId(),
    input: {
      ledger: { name: 'ledger.csv', content: 'date,account,currency,amount\n2026-03-01,A,EUR,1.00\n' },
      statements: [{ name: 'bank.csv', base64: Buffer.from('date,amount\n2026-03-01,1.00\n').toString('base64') }],
      ...more,
    },
  });

  it('files in the body are compared, and a person signs what it shows', async () => {
    const { id, input } = body({ awaitSignOff: '40s' });
    expect(await served.post('/runs/reconcile', { id, input })).toMatchObject({ status: 202 });
    await eventually(async () => ((await served.get(`/runs/${id}/reconciliation`)).status === 200 ? true : undefined));
    const refused = await served.post<Problem>(`/runs/${id}/sign-off`, { by: ' ' });
    expect(problemOf(refused)).toMatchObject({ status: 400 });
    expect(await served.post(`/runs/${id}/sign-off`, { by: 'Ada' })).toMatchObject({
      status: 200,
      body: { by: 'Ada' },
    });
    expect(await served.over(id)).toMatchObject({ status: 'completed', answer: { report: { clean: true } } });
  });

  /** A file as the client of a store puts it: in parts that end amid a line, a number and a letter. */
  const inPieces = async (name: string, text: string, size: number) => {
    const store = openStore(home);
    const all = Buffer.from(text);
    const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
      all.subarray(at * size, (at + 1) * size),
    );
    const pieces = parts.map((part) => ({
      sha256: createHash('sha256').update(part).digest('hex'),
      bytes: part.length,
    }));
    for (const [at, { sha256 }] of pieces.entries()) await store.put(inputKey(sha256), parts[at] ?? all);
    return { name, pieces };
  };

  it('files in pieces are compared as files that are whole, to the last line', async () => {
    const rows = Array.from(
      { length: 500 },
      (_, at) => `2026-03-${String(1 + (at % 28)).padStart(2, '0')},A,EUR,${at + 1}.10,R${at},Zürich ${at}`,
    );
    const csv = (of: readonly string[]): string =>
      `date,account,currency,amount,reference,description\n${of.join('\n')}\n`;
    const ledger = await inPieces('ledger.csv', csv(rows), 997);
    const bank = await inPieces('bank.csv', csv(rows.slice(1)), 1009);
    const { id, input } = body({ ledger, statements: [bank] });
    expect(await served.post('/runs/reconcile', { id, input })).toMatchObject({ status: 202 });
    const { status, answer } = await served.over(id);
    expect(status).toBe('completed');
    const { report } = answer as ReconciliationAnswer;
    expect(report.accounts).toMatchObject([{ matched: { ledger: { lines: 499 } } }]);
    expect(report.missingInStatement).toMatchObject([{ line: { reference: 'R0', amount: '1.10', text: 'Zürich 0' } }]);
  });

  it('a piece that is not there, is another than its hash or has other bytes fails by the name of its file', async () => {
    const { name, pieces } = await inPieces('ledger.csv', 'date,account,currency,amount\n2026-03-01,A,EUR,1.00\n', 20);
    const [first = { sha256: '', bytes: 0 }, ...rest] = pieces;
    for (const odd of [
      { ...first, sha256: 'a'.repeat(64) },
      { ...first, bytes: 19 },
    ]) {
      const { id, input } = body({ ledger: { name, pieces: [odd, ...rest] } });
      expect(await served.post('/runs/reconcile', { id, input })).toMatchObject({ status: 202 });
      const { status, error } = await served.over(id);
      expect(status).toBe('failed');
      expect(error?.message).toMatch(/ledger\.csv.*(?:store|bytes)/);
    }
    for (const odd of [
      [],
      [{ ...first, bytes: 0 }],
      [{ ...first, path: '/etc/passwd' }],
      [{ sha256: '../x', bytes: 1 }],
    ])
      expect(await served.post('/runs/reconcile', body({ ledger: { name, pieces: odd } }))).toMatchObject({
        status: 400,
      });
  });

  it('a path is no file, and a hash that is no hash is none either', async () => {
    for (const file of [
      { name: 'x', path: '/etc/passwd' },
      { name: 'x', sha256: '../../etc/passwd' },
      { name: '/etc/passwd' },
    ]) {
      const answer = await served.post<Problem>('/runs/reconcile', body({ ledger: file }));
      expect(problemOf(answer)).toMatchObject({ status: 400 });
    }
  });

  /** Large enough that the report lies in the store. */
  const differing = (lines: number) => {
    const rows = Array.from({ length: lines }, (_, at) => `2026-03-01,A,EUR,-${at + 1}.00,R${at},=1+${at}`).join('\n');
    const head = 'date,account,currency,amount,reference,text\n';
    return body({
      ledger: { name: 'ledger.csv', content: `${head}${rows}\n` },
      statements: [{ name: 'bank.csv', content: `${head}2026-03-01,A,EUR,5.00,X,\n` }],
    });
  };

  it.each([[3], [4000]])(
    'what did not match of %d lines is CSV by each door, in which numbers are numbers and no text is a formula',
    async (lines) => {
      const { id, input } = differing(lines);
      expect(await served.post('/runs/reconcile', { id, input })).toMatchObject({ status: 202 });
      const { answer } = await served.over(id);
      expect((answer as ReconciliationAnswer).complete).toBe(lines === 3);
      const response = await fetch(`${served.url}/runs/${id}/csv`);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
      const text = await response.text();
      const [head, ...rows] = text.trimEnd().split('\n');
      expect(head).toMatch(/^outcome,.*,suggestions$/);
      expect(rows).toHaveLength(lines + 1);
      expect(rows).toContain("missing in statement,A,EUR,ledger,2026-03-01,-1.00,R0,,'=1+0,ledger.csv:2,,");
      expect(await served.stage.fanfold.see(id, 'csv')).toBe(text);
    },
  );

  it('differences that are lost or damaged are a problem, and never a file that is short', async () => {
    const { id, input } = differing(4001);
    await served.post('/runs/reconcile', { id, input });
    const { answer } = await served.over(id);
    const [part] = (answer as ReconciliationAnswer).differences ?? [];
    const store = openStore(home);
    for (const [damage, detail] of [
      [() => store.put(part?.key ?? '', Buffer.from('outcome\n')), 'is damaged'],
      [() => store.delete(part?.key ?? ''), 'is not in this store'],
    ] as const) {
      await damage();
      const problem = problemOf(await served.get<Problem>(`/runs/${id}/csv`));
      expect(problem).toMatchObject({ status: 409, detail: expect.stringContaining(detail) });
      await expect(served.stage.fanfold.see(id, 'csv')).rejects.toThrow(detail);
    }
  });

  it('differences are there as soon as the report waits to be signed, not before, and not of a run that was cancelled', async () => {
    const { id, input } = body({ awaitSignOff: '40s' });
    await served.post('/runs/reconcile', { id, input });
    await eventually(async () => ((await served.get(`/runs/${id}/reconciliation`)).status === 200 ? true : undefined));
    expect(await (await fetch(`${served.url}/runs/${id}/csv`)).text()).toMatch(/^outcome,[^\n]*\n$/);
    await served.post(`/runs/${id}/cancel`, {});
    await served.over(id);
    const cancelled = problemOf(await served.get<Problem>(`/runs/${id}/csv`));
    expect(cancelled).toMatchObject({ status: 409, detail: expect.stringContaining('was cancelled') });
    const failed = body({ ledger: { name: 'ledger.csv', content: 'nothing' } });
    await served.post('/runs/reconcile', failed);
    await served.over(failed.id);
    const problem = problemOf(await served.get<Problem>(`/runs/${failed.id}/csv`));
    expect(problem).toMatchObject({ status: 409, detail: expect.stringContaining('ledger.csv') });
  });

  it('a run of another kind has no such report', async () => {
    const id = newId();
    await served.post('/runs/tasks', { id, tasks: [] });
    expect(await served.get(`/runs/${id}/reconciliation`)).toMatchObject({ status: 409 });
    expect(await served.get('/runs/nobody/reconciliation')).toMatchObject({ status: 404 });
  });
});
