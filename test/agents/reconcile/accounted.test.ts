/** Whatever a file holds that is well formed: each of its payments is read once, to the cent, or the file is refused by name. */
import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { parseFinancialFile, type ParsedFile } from '../../../src/agents/reconcile/activities/parse.ts';
import { matchDefaults, type Line } from '../../../src/agents/reconcile/pure/lines.ts';
import { reconcile } from '../../../src/agents/reconcile/pure/match.ts';
import { reconciliationReport } from '../../../src/agents/reconcile/pure/report.ts';

interface Payment {
  readonly day: number;
  /** In the smallest unit, so that sums are exact. */
  readonly cents: number;
  readonly name: string;
  readonly text: string;
  readonly reference: string;
}

/** What people and banks write into texts, and what formats use as their marks. */
const words = fc.constantFrom(
  'coffee',
  'Käse & Brot',
  'a, b; c|d',
  'He said "no"',
  "O'Neill\tLtd",
  'two\nlines',
  'two\r\nlines',
  '<STMTTRN>',
  '</Ntry>',
  ']]>',
  '1,50',
  '-3.00',
  '日本 支払',
  'مرحبا',
  '👩‍👩‍👧',
  '#1',
  '=1+1',
);
const payment: fc.Arbitrary<Payment> = fc.record({
  day: fc.integer({ min: 1, max: 3 }),
  cents: fc.oneof(fc.constantFrom(300, -300, 1, -1), fc.integer({ min: -99_999_999, max: 99_999_999 })),
  name: words,
  text: words,
  reference: fc.constantFrom('', 'R1', 'R1', 'R2'),
});
const payments = fc.array(payment, { minLength: 1, maxLength: 12 });

const dayOf = ({ day }: Payment): string => `2026-03-0${day}`;
const amountOf = ({ cents }: Payment): string => {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
const parsed = (text: string): Promise<ParsedFile> =>
  parseFinancialFile({ bytes: Buffer.from(text), name: 'file', role: 'statement' });
const linesOf = ({ groups }: ParsedFile): Line[] =>
  groups.flatMap(({ body }) => JSON.parse(Buffer.from(body).toString()) as Line[]);
const centsOf = (amount: string): number => Number(amount.replace('.', ''));

/** Each payment once, in the order written, under the identifier that the bank gave it. */
function expectAll(file: ParsedFile, all: readonly Payment[]): void {
  const byId = new Map(linesOf(file).map((line) => [line.id, line]));
  expect(file.lines).toBe(all.length);
  expect(byId.size).toBe(all.length);
  all.forEach((each, index) => {
    expect(byId.get(`ID${index}`)).toMatchObject({ date: dayOf(each), amount: amountOf(each) });
  });
  const total = file.groups.reduce((sum, group) => sum + centsOf(group.total), 0);
  expect(total).toBe(all.reduce((sum, { cents }) => sum + cents, 0));
}

describe('a CSV file of a published writer', () => {
  const settings = fc.record({
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    record_delimiter: fc.constantFrom('\n', '\r\n', '\r'),
    quoted: fc.boolean(),
    bom: fc.boolean(),
  });
  const header = ['transaction id', 'date', 'name', 'description', 'amount', 'reference', 'currency'];
  const rowOf = (each: Payment, index: number): string[] => [
    `ID${index}`,
    dayOf(each),
    each.name,
    each.text,
    amountOf(each),
    each.reference,
    'EUR',
  ];

  it('has each of its payments read once and to the cent, whatever texts and blank lines stand among them', async () => {
    await fc.assert(
      fc.asyncProperty(payments, settings, fc.infiniteStream(fc.boolean()), async (all, how, blank) => {
        const rows = [header, ...all.map(rowOf)].map((row) => stringify([row], { ...how, bom: false }));
        const text = rows.map((row) => row + (blank.next().value ? how.record_delimiter : '')).join('');
        expectAll(await parsed((how.bom ? '\uFEFF' : '') + text), all);
      }),
      { numRuns: 300 },
    );
  });

  it('has no row swallowed by another where its line ends are mixed, as after two programs wrote to it', async () => {
    const ends = fc.infiniteStream(fc.constantFrom('\n', '\r\n'));
    const short = payments.map((all) => all.map((each) => ({ ...each, name: 'Ann', text: 'tea' })));
    await fc.assert(
      fc.asyncProperty(short, ends, async (all, end) => {
        const rows = [header, ...all.map(rowOf)].map((row) => row.join(',') + end.next().value);
        expectAll(await parsed(rows.join('')), all);
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where a row has more values than the header has columns, as an unquoted mark moves its amount', async () => {
    const text = (row: string): string => `date,amount,text\n2026-03-01,5.00,tea\n${row}\n`;
    await expect(parsed(text('2026-03-02,1,50,coffee'))).rejects.toThrow(/file:3: it has 4 columns, and the header 3/);
    await expect(parsed('date,text,amount\n2026-03-01,"a",5\n2026-03-02,b, 3.00,7\n')).rejects.toThrow(/header 3/);
    // What is blank moved nothing.
    expect((await parsed(text('2026-03-02,1.50,coffee,, '))).lines).toBe(2);
  });

  it('in which lines stand is never read as one without any', async () => {
    const text = 'date,amount\n2026-03-01,5.00\n2026-03-02,6.00\n';
    const read = (footer: number) =>
      parseFinancialFile({ bytes: Buffer.from(text), name: 'file', role: 'statement', csv: { footer } });
    expect((await read(1)).lines).toBe(1);
    for (const footer of [2, 3]) await expect(read(footer)).rejects.toThrow(/none was read .*footer/);
  });
});

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

describe('an OFX file', () => {
  const transaction = (each: Payment, index: number, closed: boolean): string => {
    const fields: Readonly<Record<string, string>> = {
      DTPOSTED: dayOf(each).replaceAll('-', ''),
      TRNAMT: amountOf(each),
      FITID: `ID${index}`,
      CHECKNUM: each.reference,
      NAME: escaped(each.name),
      MEMO: escaped(each.text),
    };
    const values = Object.entries(fields).filter(([, value]) => value !== '');
    const lines = values.map(([tag, value]) => `<${tag}>${value}${closed ? `</${tag}>` : ''}`);
    return `<STMTTRN>${lines.join('\n')}\n</STMTTRN>`;
  };

  it('has each of its payments read once and to the cent, with closing tags and without', async () => {
    await fc.assert(
      fc.asyncProperty(payments, fc.boolean(), async (all, closed) => {
        const body = all.map((each, index) => transaction(each, index, closed)).join('\n\n');
        const list = `<BANKACCTFROM><ACCTID>1</BANKACCTFROM><BANKTRANLIST>${body}</BANKTRANLIST>`;
        expectAll(await parsed(`OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>EUR${list}</STMTRS></OFX>`), all);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a camt.053 file', () => {
  const money = (cents: number): string =>
    `<Amt Ccy="EUR">${amountOf({ cents: Math.abs(cents) } as Payment)}</Amt><CdtDbtInd>${cents < 0 ? 'DBIT' : 'CRDT'}</CdtDbtInd>`;
  const details = (each: Payment, index: number): string =>
    `<TxDtls><Refs><AcctSvcrRef>ID${index}</AcctSvcrRef></Refs>${money(each.cents)}` +
    `<RltdPties><Dbtr><Nm>${escaped(each.name)}</Nm></Dbtr></RltdPties><RmtInf><Ustrd>${escaped(each.text)}</Ustrd></RmtInf></TxDtls>`;
  const entry = (all: readonly Payment[], from: number, status = 'BOOK'): string =>
    `<Ntry>${money(all.reduce((sum, { cents }) => sum + cents, 0))}<Sts><Cd>${status}</Cd></Sts><BookgDt><Dt>${dayOf(all[0] as Payment)}</Dt></BookgDt>` +
    `<NtryDtls>${all.map((each, index) => details(each, from + index)).join('')}</NtryDtls></Ntry>`;
  const file = (entries: string): string =>
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>DE1</IBAN></Id><Ccy>EUR</Ccy></Acct>${entries}</Stmt></BkToCstmrStmt></Document>`;

  it('has each of its payments read once and to the cent, alone or several in an entry', async () => {
    await fc.assert(
      fc.asyncProperty(payments, fc.integer({ min: 1, max: 4 }), async (some, size) => {
        // One entry has one date.
        const all = some.map((each) => ({ ...each, day: 1 }));
        const starts = all.map((_, index) => index).filter((index) => index % size === 0);
        expectAll(await parsed(file(starts.map((at) => entry(all.slice(at, at + size), at)).join('\n'))), all);
      }),
      { numRuns: 60 },
    );
  });

  it('in which no entry is booked is an error that says so, and one without entries is not', async () => {
    const one = [{ day: 1, cents: 5, name: '', text: '', reference: '' }];
    await expect(parsed(file(entry(one, 0, 'PDNG')))).rejects.toThrow(/1 entries.*none was read.*not booked yet/);
    expect((await parsed(file(''))).lines).toBe(0);
  });
});

it('an MT940 file of which every entry is only expected is an error that says so', async () => {
  const text = ':20:1\n:25:DE1\n:28C:1\n:60F:C260301EUR0,00\n:61:2603010301EC5,00NTRFNONREF\n:62F:C260301EUR0,00\n';
  await expect(parsed(text)).rejects.toThrow(/1 entries, of which none was read .*expected/);
  expect((await parsed(text.replace('EC5,00', 'C5,00'))).lines).toBe(1);
});

it('an MT940 file that was cut off is refused, and one of a day, which has no balances, is not', async () => {
  const entry = ':61:2603010301C5,00NTRFR1\n';
  const opening = ':20:A\n:25:A1\n:28C:1\n:60F:C260301EUR0,00\n';
  const whole = `${opening}${entry}${entry}:62F:C260301EUR10,00\n`;
  expect((await parsed(whole)).lines).toBe(2);
  const cut = [opening, opening + entry, `${whole}-\n${opening}`];
  for (const text of cut) await expect(parsed(text)).rejects.toThrow(/before the closing balance .*field 62/);
  const first = `${opening}${entry}-\n${whole}`;
  await expect(parsed(first)).rejects.toThrow(/statement 1 of 2 .* before its closing balance .*field 62/);
  expect((await parsed(`:20:A\n:25:A1\n:28C:1\n:34F:EUR0,\n${entry}`)).lines).toBe(1);
});

it('a file that is compared with itself, or read twice, is said to be', () => {
  const file = { format: 'CSV', sha256: 'one', bytes: 9, lines: 1, chunks: [], balances: [], notes: [] } as const;
  const { inputs } = reconciliationReport({
    files: [
      { ...file, name: 'ledger.csv', role: 'ledger' },
      { ...file, name: 'bank.csv', role: 'statement' },
      { ...file, name: 'other.csv', role: 'statement', sha256: 'other' },
    ],
    balances: [],
    read: [],
    compared: [],
    elsewhere: [],
    rule: matchDefaults,
  });
  expect(inputs.map(({ notes }) => notes)).toEqual([[], ['it has the same bytes as ledger.csv, the ledger'], []]);
});

it('equal payments are told apart by the bank’s identifiers, and one of them is no duplicate of another', () => {
  fc.assert(
    fc.property(payment, fc.integer({ min: 2, max: 6 }), fc.nat({ max: 6 }), (each, count, known) => {
      const line = (side: string, index: number): Line => ({
        place: `${side}:${index}`,
        date: dayOf(each),
        amount: amountOf(each),
        counterparty: each.name,
        ...(each.reference === '' ? {} : { reference: each.reference }),
      });
      const statement = Array.from({ length: count }, (_, index) => ({ ...line('s', index), id: `ID${index}` }));
      const ledger = Array.from({ length: Math.min(known, count) }, (_, index) => line('l', index));
      const found = reconcile(ledger, statement, matchDefaults);
      expect(found.duplicatesInStatement).toEqual([]);
      expect(found.matched).toHaveLength(ledger.length);
      expect(found.missingInLedger).toHaveLength(count - ledger.length);
    }),
    { numRuns: 100 },
  );
});
