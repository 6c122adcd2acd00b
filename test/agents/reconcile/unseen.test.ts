/** Files after published layouts that no profile or rule was made for, and how each is read. */
import { readFile, readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/agents/reconcile/activities/decode.ts';
import { detailsOf } from '../../../src/agents/reconcile/activities/mt940-details.ts';
import { formOf } from '../../../src/agents/reconcile/activities/sniff.ts';
import { readFinancial, type FinancialRead } from '../../support/reconcile-lines.ts';
import type { StatementFormat } from '../../../src/agents/reconcile/pure/csv-format.ts';
import type { Line } from '../../../src/agents/reconcile/pure/lines.ts';

interface Expected {
  readonly currency: string;
  readonly account?: string;
  /** What it needs; without them it is read as it is. */
  readonly csv?: StatementFormat;
  readonly lines: readonly [date: string, amount: string, more: Partial<Line>][];
  /** Opening balance plus movement is the closing one. */
  readonly balance?: 'agrees';
}

const folder = new URL('../../../bench/quality/reconcile/unseen/', import.meta.url);
const expected = JSON.parse(await readFile(new URL('expected.json', folder), 'utf8')) as Record<string, Expected>;

async function read(name: string, csv?: StatementFormat): Promise<FinancialRead> {
  const bytes = await readFile(new URL(name, folder));
  return readFinancial(decode(bytes, name, csv?.encoding).text, name, 'statement', csv);
}

const csvText = (text: string, role: 'ledger' | 'statement' = 'statement', csv?: StatementFormat) =>
  readFinancial(text, 'bank.csv', role, csv);

describe('a file of a layout that nobody had tuned for', () => {
  it('is read, each field as it is meant', async () => {
    const names = (await readdir(folder)).filter((name) => name !== 'expected.json');
    expect(Object.keys(expected).toSorted()).toEqual(names.toSorted());
    for (const [name, { currency, account = '', csv, lines, balance }] of Object.entries(expected)) {
      const found = await read(name, csv);
      const facts = found.lines.map((each) => ({ account: each.account, currency: each.currency, ...each.line }));
      expect(facts, name).toMatchObject(
        lines.map(([date, amount, more]) => ({ account, currency, date, amount, ...more })),
      );
      const [own] = found.balances;
      if (balance) expect(Number(own?.closing) - Number(own?.opening), name).toBeCloseTo(Number(own?.movement), 2);
    }
  });
});

describe('an amount with its direction beside it', () => {
  it('is money out for DR in a statement and money in for DR in a ledger', async () => {
    const text = 'date,amount,currency\n2026-03-01,5.00 DR,EUR\n2026-03-02,6.00 Cr.,EUR\n';
    const amounts = async (role: 'ledger' | 'statement') =>
      (await csvText(text, role)).lines.map(({ line }) => line.amount);
    expect(await amounts('statement')).toEqual(['-5.00', '6.00']);
    expect(await amounts('ledger')).toEqual(['5.00', '-6.00']);
  });

  it('is refused where the sign says otherwise', async () => {
    await expect(csvText('date,amount\n2026-03-01,-5.00 CR\n')).rejects.toThrow(/is negative, and 'CR' says/);
  });

  it('is refused where the word of another column says otherwise', async () => {
    const row = (word: string): string => `date,amount,indicator\n2026-03-01,5.00 DR,${word}\n`;
    expect((await csvText(row('D'))).lines).toMatchObject([{ line: { amount: '-5.00' } }]);
    await expect(csvText(row('C'))).rejects.toThrow("the amount 5.00 DR and 'C' beside it say two directions");
  });
});

describe('a column that is not read and says debit or credit of amounts without a sign', () => {
  const rows = (head: string, second = '5.00,Debit'): string =>
    `${head}\n2026-03-01,7.00,Credit\n2026-03-02,${second}\n`;

  it.each(['date,amount,Flag of booking', 'Posting day,Txn amount,Debit/Credit flag', 'date,amount,description'])(
    'is refused with the setting that reads it: %s',
    async (head) => {
      const name = head.split(',')[2] ?? '';
      await expect(csvText(rows(head))).rejects.toThrow(`column.indicator=${name}`);
      const { lines } = await csvText(rows(head), 'statement', { columns: { indicator: name } });
      expect(lines.map(({ line }) => line.amount)).toEqual(['7.00', '-5.00']);
    },
  );

  it('is let be where amounts have signs, all rows say one thing, or somebody has named the amount', async () => {
    const amounts = async (text: string, csv?: StatementFormat) =>
      (await csvText(text, 'statement', csv)).lines.map(({ line }) => line.amount);
    const head = 'date,amount,Flag of booking';
    expect(await amounts(rows(head, '-5.00,Debit'))).toEqual(['7.00', '-5.00']);
    expect(await amounts(rows(head, '5.00,Credit'))).toEqual(['7.00', '5.00']);
    expect(await amounts(rows(head, '5.00,'))).toEqual(['7.00', '5.00']);
    expect(await amounts(rows(head), { columns: { amount: 'amount' } })).toEqual(['7.00', '5.00']);
  });

  it('is none where it has numbers, whose signs are their own: a text, or what the account had', async () => {
    const count = async (cells: readonly [string, string]): Promise<number> =>
      (await csvText(`date,amount,More\n2026-03-01,7.00,${cells[0]}\n2026-03-02,5.00,${cells[1]}\n`)).lines.length;
    for (const cells of [
      ['=1+1', '-3.00'],
      ['+10.00', '-3.00'],
      ['D 12', 'C 7'],
    ] as const)
      expect(await count(cells)).toBe(2);
    await expect(count(['+', '-'])).rejects.toThrow('column.indicator=More');
  });
});

describe('a currency in the name of a column', () => {
  it.each([
    ['Amount (EUR)', 'EUR'],
    ['Betrag in CHF', 'CHF'],
    ['Amount (£)', undefined],
    ['Amount (€)', 'EUR'],
    ['Amount (INR )', 'INR'],
    ['Amount', undefined],
  ])('%s is %s, and said', async (name, currency) => {
    const { lines, notes } = await csvText(`Date,${name}\n2026-03-01,5.00\n`);
    expect(lines).toMatchObject([{ currency: currency ?? '', line: { amount: '5.00' } }]);
    expect(notes).toEqual(currency ? [`currency=${currency} was read in the name of a column`] : []);
  });

  it('gives way to what was given, and is refused where the row or another column says otherwise', async () => {
    const of = async (text: string, csv?: StatementFormat) =>
      (await csvText(text, 'statement', csv)).lines[0]?.currency;
    const beside = 'date,amount (EUR),currency\n2026-03-01,5.00,USD\n';
    await expect(of(beside)).rejects.toThrow('its amount is in EUR by the name of its column, and its currency is USD');
    expect(await of(beside, { currency: 'EUR' })).toBe('EUR');
    expect(await of(beside.replace('USD', 'EUR'))).toBe('EUR');
    expect(await of('date,amount (EUR)\n2026-03-01,5.00\n', { currency: 'USD' })).toBe('USD');
    await expect(of('date,debit (EUR),credit (USD)\n2026-03-01,5.00,\n')).rejects.toThrow('amounts are in EUR and USD');
  });

  it('makes no choice between amounts in two currencies', async () => {
    const text = 'date,amount (USD),amount (EUR)\n2026-03-01,5.00,4.00\n';
    await expect(csvText(text)).rejects.toThrow('column.amount=#2 or column.amount=#3');
    const { lines } = await csvText(text, 'statement', { columns: { amount: '#3' } });
    expect(lines).toMatchObject([{ currency: 'EUR', line: { amount: '4.00' } }]);
  });
});

describe('a header without a usual name', () => {
  it('is read by a word in its names, which is said', async () => {
    const { lines, notes } = await csvText(
      'Data valuta;Data Registrazione;Importo lordo;Saldo\n01/03/2026;02/03/2026;-5,00;9,00\n13/03/2026;14/03/2026;1,00;9,00\n',
    );
    expect(lines.map(({ line }) => [line.date, line.amount])).toEqual([
      ['2026-03-02', '-5.00'],
      ['2026-03-14', '1.00'],
    ]);
    expect(notes).toContain(
      'column.date=Data Registrazione, column.amount=Importo lordo was guessed by a word in the name',
    );
  });

  it.each([
    ['Fecha operativa;Fecha valor;Cargos;Abonos\n20260301;20260302;5,00;\n', '-5.00'],
    ['Posting day;Txn amount;Available credit\n2026-03-01;5.00;900.00\n2026-03-02;;900.00\n', undefined],
    ['Posting day;Debit account;Credit account;Txn amount\n2026-03-01;111;222;\n', undefined],
  ])('takes no date, limit or account for an amount: %s', async (text, amount) => {
    if (amount === undefined) await expect(csvText(text)).rejects.toThrow('the amount is empty');
    else expect((await csvText(text)).lines).toMatchObject([{ line: { amount } }]);
  });

  it('is not looked for where a row has the usual names, and not guessed where two columns have the word', async () => {
    const report = 'Date of report;Amount of pages\ndate;amount\n2026-03-01;5.00\n';
    expect((await csvText(report)).lines).toMatchObject([{ line: { date: '2026-03-01', amount: '5.00' } }]);
    await expect(csvText('Tag der Buchung;Betrag brutto;Betrag netto\n2026-03-01;5.00;4.00\n')).rejects.toThrow(
      'no header',
    );
  });
});

it('a row with neither a date nor an amount is left out and counted; one with either of them is refused', async () => {
  const rows = 'date,amount,text,currency\n2026-03-01,5.00,a,EUR\n';
  const { lines, notes } = await csvText(`${rows},,Legend of the codes,\nend\n`.replace('\nend', '\n,,end'));
  expect(lines).toHaveLength(1);
  expect(notes).toEqual(['2 rows left out: neither a date nor an amount']);
  await expect(csvText(`${rows},9.00,Total,EUR\n`)).rejects.toThrow('the date is empty');
  await expect(csvText(`${rows}2026-03-02,,x,EUR\n`)).rejects.toThrow('the amount is empty');
});

it('a character is read as it is wherever a slice of the text ends', async () => {
  for (let shift = 0; shift < 4; shift++) {
    const filler = 'x'.repeat(60);
    const rows = Array.from({ length: 900 }, (_, index) => `2026-03-01,1.00,EUR,${filler}${index % 2 ? '👩' : ''}`);
    const { lines } = await csvText(
      `date,amount,currency,text\n${'y'.repeat(shift)}\n${rows.join('\n')}\n`,
      'statement',
      {
        leaveOut: [{ column: 'date', startsWith: ['y'], reason: 'filler' }],
      },
    );
    expect(lines).toHaveLength(900);
    expect(lines.every(({ line }) => !line.text?.includes('\uFFFD'))).toBe(true);
  }
});

describe('field 86', () => {
  it.each(['?', '>', '~', '<', '^', '@', '|'])(
    'is read by its numbers, whatever mark stands before them: %s',
    (mark) => {
      const text = `020${mark}00Przelew${mark}20EREF+INV-7 ${mark}21SVWZ+Hosting${mark}32ACME SP.${mark}33 Z O.O.`;
      expect(detailsOf([text])).toMatchObject({ reference: 'INV-7', text: 'Hosting', counterparty: 'ACME SP. Z O.O.' });
    },
  );

  it('that begins with a number is a text', () => {
    expect(detailsOf(['020/12 rent'])).toMatchObject({ text: '020/12 rent' });
    expect(detailsOf(['020-4912345 call'])).toMatchObject({ text: '020-4912345 call' });
  });

  it('of another dialect of words is read where it says so, and two letters between strokes are a value elsewhere', () => {
    expect(detailsOf(['/PT/FT/PY/INVOICE 44/BN/ACME LTD/BI/GB29'])).toMatchObject({
      text: 'INVOICE 44',
      counterparty: 'ACME LTD',
    });
    expect(detailsOf(['/TRTP/SEPA/REMI/a/PY/b/NAME/Ada'])).toMatchObject({ text: 'a/PY/b', counterparty: 'Ada' });
  });
});

it.each([
  ['OFX', '\uFEFF\nOFXHEADER:100\n<OFX>'],
  ['OFX', '<?xml version="1.0"?>\n<?OFX OFXHEADER="200"?>\n<OFX>'],
  ['CSV', 'Date,Amount,Memo\n2026-03-01,5.00,"<?OFX of March, OFXHEADER:100"'],
  ['XML', '<?xml version="1.0"?><Document>'],
  ['binary', '%PDF-1.7'],
  ['QIF', '!Type:Bank\nD1/3/26'],
  ['JSON', '[{"date":"2026-01-30","amount":10}]'],
  ['JSON', '{\n  "transactions": []'],
  ['CSV', '[Date],[Amount]\n2026-01-30,5.00'],
] as const)('a file is %s by the marks at its beginning alone: %j', (form, text) => {
  expect(formOf(text)).toBe(form);
});
