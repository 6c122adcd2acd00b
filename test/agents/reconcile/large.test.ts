/** Large files: read slice by slice, compared part by part and reported by parts, they come to what they come to in one pass. */
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsEnd } from '../../../src/agents/reconcile/activities/csv/rows-end.ts';
import { createReconcileActivities, type MakeReportInput } from '../../../src/agents/reconcile/activities/index.ts';
import type { StatementFormat } from '../../../src/agents/reconcile/pure/csv-format.ts';
import { matchDefaults, type Line } from '../../../src/agents/reconcile/pure/lines.ts';
import { leftovers, partitionsOf } from '../../../src/agents/reconcile/pure/partitions.ts';
import {
  inputKey,
  type FileRead,
  type ReconciliationAnswer,
  type ReportMade,
  type Role,
  type StoredReport,
} from '../../../src/agents/reconcile/pure/types.ts';
import { reportFile } from '../../../src/agents/reconcile/text.ts';
import { differencesOf, wholeReport } from '../../../src/agents/reconcile/whole-report.ts';
import { openStore } from '../../../src/store/index.ts';

const home = mkdtempSync(join(tmpdir(), 'fanfold-large-'));
const store = openStore(home);
const coded = <T>(plain: T): T => plain;
const inOnePass = createReconcileActivities({ home, coded });
const inParts = (least: number, keep: number): typeof inOnePass =>
  createReconcileActivities({ home, coded, sizes: { slices: { least, keep }, together: 0 } });

async function put(bytes: Uint8Array): Promise<{ sha256: string; bytes: number }> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await store.put(inputKey(sha256), bytes);
  return { sha256, bytes: bytes.length };
}

/** Cut at these places, which may be within a character or a quote. */
async function pieces(bytes: Uint8Array, cuts: readonly number[]): Promise<{ sha256: string; bytes: number }[]> {
  const at = [0, ...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((a, b) => a - b);
  const parts = at.map((from, index) => bytes.subarray(from, at[index + 1]));
  return Promise.all(parts.filter(({ length }) => length > 0).map(put));
}

async function linesOf({ chunks }: FileRead): Promise<Record<string, Line[]>> {
  const found: Record<string, Line[]> = {};
  for (const { account, currency, month, stored } of chunks) {
    const body = Buffer.from((await store.get(stored.key)) ?? []).toString();
    (found[`${account} ${currency} ${month}`] ??= []).push(...(JSON.parse(body) as Line[]));
  }
  return found;
}

const texts = fc.constantFrom('rent', 'Käse', 'a, b', 'He said "no"', 'two\nlines', '日本 👩‍👩‍👧', '', '1,50');
const row = fc.record({
  day: fc.integer({ min: 1, max: 28 }),
  month: fc.integer({ min: 1, max: 3 }),
  account: fc.constantFrom('A1', 'A1', 'A2'),
  cents: fc.oneof(fc.constantFrom(100, 250, -250), fc.integer({ min: -99_999, max: 99_999 })),
  reference: fc.constantFrom('', 'INV-1001', 'INV-1002', 'INV-1003', 'INV-1004'),
  name: fc.constantFrom('', 'North Works', 'South Works'),
  text: texts,
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

const two = (number: number): string => String(number).padStart(2, '0');
const cells = ({ day, month, account, cents, reference, name, text }: Row): string[] => {
  const amount = (cents / 100).toFixed(2);
  return [`2026-${two(month)}-${two(day)}`, account, 'EUR', amount, reference, name, text];
};
const header = ['date', 'account', 'currency', 'amount', 'reference', 'counterparty', 'text'];
const csvOf = (rows: readonly Row[], above: readonly string[] = []): Buffer =>
  Buffer.from([...above.map((line) => `${line}\n`), stringify([header, ...rows.map(cells)])].join(''));

describe('a file in pieces', () => {
  const rows = fc.array(row, { minLength: 2, maxLength: 60 });
  const cuts = fc.array(fc.nat({ max: 100_000 }), { maxLength: 8 });
  /** The first slice has the header. */
  const sizes = fc.record({ more: fc.integer({ min: 120, max: 800 }), keep: fc.constantFrom(150, 400) });

  it('has the lines, places, notes and hash that it has as a whole, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        cuts,
        sizes,
        fc.constantFrom<string[]>([], ['Export of today', '']),
        async (all, at, size, above) => {
          const bytes = csvOf(all, above);
          const named = { name: 'bank.csv', csv: { footer: 1 } };
          const role: Role = 'statement';
          const whole = await inOnePass.readFinancialFile({
            role,
            file: { ...named, base64: bytes.toString('base64') },
          });
          const sliced = await inParts(size.keep + size.more, size.keep).readFinancialFile({
            role,
            file: { ...named, pieces: await pieces(bytes, at) },
          });
          const { chunks: _chunks, ...facts } = whole;
          expect(sliced).toMatchObject(facts);
          expect(await linesOf(sliced)).toEqual(await linesOf(whole));
        },
      ),
      { numRuns: 40 },
    );
  });

  const read = async (bytes: Buffer, csv?: StatementFormat, cut = 1000): Promise<FileRead> => {
    const places = Array.from({ length: Math.floor(bytes.length / cut) }, (_, index) => (index + 1) * cut);
    const file = { name: 'bank.csv', pieces: await pieces(bytes, places), ...(csv ? { csv } : {}) };
    return inParts(1000, 200).readFinancialFile({ role: 'statement', file });
  };
  const days = Array.from({ length: 200 }, (_, index) => index);

  it.each([
    ['UTF-16 with its mark', Buffer.from('\uFEFFdate,amount\n2026-03-01,5.00\n', 'utf16le'), {}],
    [
      'UTF-16 by a name in another spelling',
      Buffer.from('date,amount\n2026-03-01,5.00\n', 'utf16le'),
      { encoding: 'UTF_16LE' },
    ],
    ['UTF-8 with its mark', Buffer.from('\uFEFFdate,amount\n2026-03-01,5.00\n'), {}],
    [
      'OFX',
      Buffer.from(
        '<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST><STMTTRN><DTPOSTED>20260301<TRNAMT>5.00<FITID>1</STMTTRN></BANKTRANLIST></STMTRS></OFX>',
      ),
      {},
    ],
  ])('is known for what it is where its first piece is one byte: %s', async (_name, bytes, csv) => {
    const whole = { name: 'bank', csv, base64: bytes.toString('base64') };
    const cut = { name: 'bank', csv, pieces: await pieces(bytes, [1, 2, 40]) };
    const { chunks, ...facts } = await inOnePass.readFinancialFile({ role: 'statement', file: whole });
    const found = await inParts(10, 5).readFinancialFile({ role: 'statement', file: cut });
    expect(found).toMatchObject(facts);
    expect(facts.lines).toBe(1);
    expect(await linesOf(found)).toEqual(await linesOf({ ...facts, chunks }));
  });

  it('is refused where a piece has not as many bytes as were said', async () => {
    const [piece] = await pieces(Buffer.from('date,amount\n2026-03-01,5.00\n'), []);
    const file = { name: 'bank.csv', pieces: [{ sha256: piece?.sha256 ?? '', bytes: 1 }] };
    await expect(inOnePass.readFinancialFile({ role: 'statement', file })).rejects.toThrow(/has 28 bytes, and not 1/);
  });

  it('is read by what its first slice shows, and refused where a later one does not fit', async () => {
    const comma = days.map((day) => `${two(1 + (day % 28))}.03.2026;${day},50;Käse ${day}`);
    const good = Buffer.from(['Datum;Betrag;Verwendungszweck', ...comma].join('\r\n'), 'latin1');
    const found = await read(good, { currency: 'EUR' });
    expect(found).toMatchObject({ lines: 200, sha256: createHash('sha256').update(good).digest('hex') });
    expect(found.notes.toSorted()).toEqual([
      'decimal=comma was guessed, as nothing else fits every row',
      'encoding=windows-1252 was guessed, as it is no UTF-8',
    ]);
    const mixed = [
      'Datum;Betrag;Verwendungszweck',
      ...comma.map((line, index) => (index === 150 ? '01.03.2026;1,234.50;x' : line)),
    ];
    await expect(read(Buffer.from(mixed.join('\n')), { currency: 'EUR' })).rejects.toThrow(
      /bank\.csv:152: '1,234\.50' is no amount/,
    );
  });

  it('says what was left out once, and is refused where nothing is left', async () => {
    const csv: StatementFormat = { leaveOut: [{ column: 'status', is: ['pending'], reason: 'pending' }] };
    const rowsOf = (state: (day: number) => string): Buffer =>
      Buffer.from(
        ['date,amount,currency,status', ...days.map((day) => `2026-03-01,1.00,EUR,${state(day)}`)].join('\n'),
      );
    const some = await read(
      rowsOf((day) => (day % 2 === 0 ? 'pending' : 'booked')),
      csv,
    );
    expect(some).toMatchObject({ lines: 100, notes: ['100 rows left out: pending'] });
    await expect(
      read(
        rowsOf(() => 'pending'),
        csv,
      ),
    ).rejects.toThrow('it has 200 rows, of which none was read');
  });

  it('is read as a whole where it cannot be cut at rows', async () => {
    const ofx = `<OFX><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM>${days
      .map((day) => `<STMTTRN><DTPOSTED>20260301<TRNAMT>${day}.00<FITID>${day}</STMTTRN>`)
      .join('')}</STMTRS></OFX>`;
    expect(await read(Buffer.from(ofx))).toMatchObject({ format: 'OFX', lines: 200 });
    const wide = Buffer.from(`\uFEFFdate,amount,currency\n${'2026-03-01,1.00,EUR\n'.repeat(200)}`, 'utf16le');
    expect(await read(wide)).toMatchObject({ format: 'CSV', lines: 200 });
  });
});

describe('the end of the last whole row', () => {
  /** Behind what is kept for the next slice. */
  const of = (text: string, kept = 'kept for it', keep = kept.length): string =>
    text.slice(0, rowsEnd(Buffer.from(text + kept), keep));

  it('is never within quotes, and none where no row has ended', () => {
    expect(of('a,b\n"x\ny",2\n3')).toBe('a,b\n"x\ny",2\n');
    expect(of('a,b\n"x\ny')).toBe('a,b\n');
    expect(of('a,b\rc,d\re')).toBe('a,b\rc,d\r');
    expect(of('a,"b')).toBe('');
    expect(of('', 'a,b\nc,d\n')).toBe('');
  });

  it('is that of a line where a quote that is none would hide all rows', () => {
    const lines = '5" pipe\n'.concat('x\n'.repeat(20));
    expect(of(`${lines}y`, 'end').length).toBeGreaterThan(lines.length - 6);
  });
});

interface Written {
  readonly report: StoredReport;
}

interface Made {
  readonly made: ReportMade;
  readonly partitions: number;
}

type Files = readonly [ledger: Buffer, statement: Buffer];

/** As the workflow goes about it. */
async function comparedBy(
  by: typeof inOnePass,
  [ledger, statement]: Files,
  cuts: readonly number[],
): Promise<MakeReportInput> {
  const file = async (name: string, bytes: Buffer) => ({ name, pieces: await pieces(bytes, cuts) });
  const files = [
    await by.readFinancialFile({ role: 'ledger', file: await file('ledger.csv', ledger) }),
    await by.readFinancialFile({ role: 'statement', file: await file('bank.csv', statement) }),
  ];
  const rule = matchDefaults;
  const months = await Promise.all(
    partitionsOf(files).map((partition) => by.comparePartition({ partition, rule, round: 'month' })),
  );
  const rest = await Promise.all(
    leftovers(months).map((partition) => by.comparePartition({ partition, rule, round: 'rest' })),
  );
  return { files, accounts: {}, rule, compared: [...months, ...rest] };
}

async function reconciled(by: typeof inOnePass, files: Files, cuts: readonly number[]): Promise<Made> {
  const found = await comparedBy(by, files, cuts);
  return { made: await by.makeReconciliationReport(found), partitions: found.compared.length };
}

async function textOf(format: 'json' | 'csv', made: ReportMade): Promise<string> {
  const answer: ReconciliationAnswer = { ...made, madeAt: '2026-03-01', signOff: { state: 'notSignedOff' } };
  let text = '';
  for await (const piece of reportFile(format, answer, await wholeReport(store, answer, 'run'))) text += piece;
  return text;
}

async function differencesIn(made: ReportMade): Promise<string> {
  const answer: ReconciliationAnswer = { ...made, madeAt: '2026-03-01', signOff: { state: 'notSignedOff' } };
  let text = '';
  for await (const piece of differencesOf(store, answer, 'run')) text += piece;
  return text;
}

describe('a reconciliation by parts', () => {
  it('finds what one pass finds, for any input, pieces and slices', async () => {
    const side = fc.array(row, { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(side, side, fc.array(fc.nat({ max: 9999 }), { maxLength: 6 }), async (one, other, cuts) => {
        // Some lines of one side are on the other as well, some of them twice and some late.
        const shared = one.flatMap((each, index) =>
          index % 4 === 0 ? [] : index % 4 === 1 ? [each, each] : [{ ...each, day: 1 + (each.day % 28) }],
        );
        const files: Files = [csvOf(one), csvOf([...shared, ...other])];
        const whole = await reconciled(inOnePass, files, []);
        const parts = await reconciled(inParts(300, 150), files, cuts);
        expect(parts.partitions).toBe(whole.partitions);
        expect(parts.made.text).toBe(whole.made.text);
        expect(parts.made.inputsSha256).toBe(whole.made.inputsSha256);
        expect(await textOf('csv', parts.made)).toBe(await textOf('csv', whole.made));
        expect(parts.made.differences === undefined).toBe(parts.made.complete);
        expect(await differencesIn(parts.made)).toBe(await differencesIn(whole.made));
        const [all, apart] = await Promise.all(
          [whole.made, parts.made].map(async (made) => (JSON.parse(await textOf('json', made)) as Written).report),
        );
        const { matchedIn = [], ...same } = apart ?? {};
        expect(same).toEqual(all);
        const listed = parts.made.report.matched.length + matchedIn.reduce((sum, { matches }) => sum + matches, 0);
        expect(listed).toBe(all?.matched.length);
      }),
      { numRuns: 25 },
    );
  });

  it('is refused where a worker of another version has left out a part, and says so', async () => {
    const one: Row = { day: 28, month: 2, account: 'A1', cents: 100, reference: 'INV-1001', name: '', text: '' };
    const files: Files = [csvOf([one]), csvOf([{ ...one, month: 3, day: 1 }])];
    const { compared, ...found } = await comparedBy(inOnePass, files, []);
    expect((await inOnePass.makeReconciliationReport({ ...found, compared })).report.matched).toHaveLength(1);
    const inPart = compared.map(({ matches: _matches, ...each }) => each);
    await expect(inOnePass.makeReconciliationReport({ ...found, compared: inPart })).rejects.toThrow(
      /A1 EUR does not add up: if its workers were of several versions, redrive the run/,
    );
  });

  it('is known by one hash, which covers every match that lies elsewhere', async () => {
    const rows = [1, 2, 3].map((month): Row => ({
      day: 5,
      month,
      account: 'A1',
      cents: 100,
      reference: 'INV-1001',
      name: '',
      text: '',
    }));
    const { made } = await reconciled(inParts(300, 150), [csvOf(rows), csvOf(rows)], []);
    expect(made).toMatchObject({ complete: false, report: { clean: true, matched: [] } });
    expect(made.text).toContain('Everything agrees: 3 matches');
    const stored = JSON.parse(Buffer.from((await store.get(made.stored.key)) ?? []).toString()) as StoredReport;
    expect(stored.matchedIn).toHaveLength(3);
    for (const { key, sha256 } of stored.matchedIn ?? [])
      expect(
        createHash('sha256')
          .update((await store.get(key)) ?? '')
          .digest('hex'),
      ).toBe(sha256);
    const [first] = stored.matchedIn ?? [];
    await store.put(first?.key ?? '', Buffer.from('{"matched":[]}'));
    await expect(textOf('csv', made)).rejects.toThrow(/is damaged/);
  });
});
