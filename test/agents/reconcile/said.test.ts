/** What a CSV file does not say: each guess stands in the notes, each row that is left out is counted, and what two could be meant by is refused. */
import iconv from 'iconv-lite';
import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReconcileActivities } from '../../../src/agents/reconcile/activities/index.ts';
import { parseFinancialFile } from '../../../src/agents/reconcile/activities/parse.ts';
import type { StatementFormat } from '../../../src/agents/reconcile/pure/csv-format.ts';
import type { Line } from '../../../src/agents/reconcile/pure/lines.ts';
import { inputKey, type Role } from '../../../src/agents/reconcile/pure/types.ts';
import { openStore } from '../../../src/store/index.ts';
import { readFinancial } from '../../support/reconcile-lines.ts';

const read = (text: string, csv?: StatementFormat, role: Role = 'statement') =>
  readFinancial(text, 'bank.csv', role, csv);
const datesOf = async (text: string): Promise<string[]> => (await read(text)).lines.map(({ line }) => line.date);
const csvOf = (...dates: readonly string[]): string => `date,amount\n${dates.map((date) => `${date},5.25\n`).join('')}`;

describe('the order of day and month', () => {
  it('is settled for each notation by itself, and said', async () => {
    const { lines, notes } = await read(csvOf('02.03.2026', '03/13/2026', '04/05/2026'));
    expect(lines.map(({ line }) => line.date).toSorted()).toEqual(['2026-03-02', '2026-03-13', '2026-04-05']);
    expect(notes).toEqual([
      "dates=mdy was guessed for dates with '/', as nothing else fits every one of them",
      "dates=dmy was guessed for dates with '.', as nothing else fits every one of them",
    ]);
    expect((await datesOf(csvOf('13-03-2026', '04-05-2026', '03/13/2026', '04/05/2026'))).toSorted()).toEqual([
      '2026-03-13',
      '2026-03-13',
      '2026-04-05',
      '2026-05-04',
    ]);
  });

  it('is asked for of a notation of which no date shows it, whatever another shows', async () => {
    await expect(read(csvOf('13/03/2026', '04-05-2026'))).rejects.toThrow(
      "'04-05-2026' may be day first or month first",
    );
    await expect(read(csvOf('13/03/2026', '03/13/2026'))).rejects.toThrow('say dates=dmy or dates=mdy');
  });

  const home = mkdtempSync(join(tmpdir(), 'fanfold-said-'));
  const store = openStore(home);
  const coded = <T>(plain: T): T => plain;
  const sizes = { slices: { least: 400, keep: 100 }, together: 0 };
  const sliced = createReconcileActivities({ home, coded, sizes });

  async function readSliced(text: string): Promise<{ lines: Line[]; notes: readonly string[] }> {
    const pieces = [];
    for (let at = 0; at < text.length; at += 300) {
      const bytes = Buffer.from(text.slice(at, at + 300));
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await store.put(inputKey(sha256), bytes);
      pieces.push({ sha256, bytes: bytes.length });
    }
    const { chunks, notes } = await sliced.readFinancialFile({ role: 'statement', file: { name: 'bank.csv', pieces } });
    const lines: Line[] = [];
    for (const { stored } of chunks)
      lines.push(...(JSON.parse(Buffer.from((await store.get(stored.key)) ?? []).toString()) as Line[]));
    return { lines, notes };
  }

  it('that a slice of a large file has settled holds for that notation alone, and is refused where a later one says another', async () => {
    const early = Array.from({ length: 60 }, () => '03/13/2026');
    const late = Array.from({ length: 60 }, () => '04.05.2026');
    const { lines } = await readSliced(csvOf(...early, ...late));
    expect(new Set(lines.map(({ date }) => date))).toEqual(new Set(['2026-03-13', '2026-05-04']));
    await expect(readSliced(csvOf(...early, ...late, '13/03/2026'))).rejects.toThrow("'13/03/2026' is no day");
    await expect(readSliced(csvOf(...early, ...late, '04-05-2026'))).rejects.toThrow('may be day first or month first');
  });

  it('never makes a day another one: a file in slices has the days that it has in one piece, or is refused', async () => {
    const day = fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      month: fc.integer({ min: 1, max: 12 }),
      mark: fc.constantFrom('/', '-', '.'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(day, { minLength: 1, maxLength: 90 }),
        fc.constantFrom('dmy', 'mdy'),
        async (days, order) => {
          const two = (number: number): string => String(number).padStart(2, '0');
          const text = csvOf(
            ...days.map(({ day: of, month, mark }) =>
              order === 'dmy' || mark === '.'
                ? `${two(of)}${mark}${two(month)}${mark}2026`
                : `${two(month)}${mark}${two(of)}${mark}2026`,
            ),
          );
          const meant = days.map(({ day: of, month }) => `2026-${two(month)}-${two(of)}`).toSorted();
          const refused = (error: Error): undefined => {
            expect(error.message).toContain('may be day first or month first');
          };
          const whole = await datesOf(text).catch(refused);
          if (whole) expect(whole.toSorted()).toEqual(meant);
          const parts = await readSliced(text).catch(refused);
          if (parts) expect(parts.lines.map(({ date }) => date).toSorted()).toEqual(meant);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a status beside the rows', () => {
  const rows = (column: string, ...words: readonly string[]): string =>
    `date,amount,currency,${column}\n${words.map((word, at) => `2026-03-0${at + 1},${at + 1}.00,EUR,${word}\n`).join('')}`;
  const amounts = async (...given: Parameters<typeof read>): Promise<unknown> => {
    const { lines, notes } = await read(...given);
    return { amounts: lines.map(({ line }) => line.amount), notes };
  };

  it('leaves out what it says was not booked, counted with the reason', async () => {
    expect(await amounts(rows('Status', 'Booked', 'Pending', 'REVERTED', 'pending', 'ok'))).toEqual({
      amounts: ['1.00', '5.00'],
      notes: ["2 rows left out: pending, by 'Status'", "1 rows left out: reverted, declined or failed, by 'Status'"],
    });
    expect(await amounts(rows('Stav', 'Provedeno', 'Čeká'))).toMatchObject({ amounts: ['1.00'] });
    expect(await amounts(rows('交易状态', '交易成功', '交易关闭'))).toMatchObject({ amounts: ['1.00'] });
  });

  it('is heeded by no file where a person has said which rows are left out, and leaves nothing out of a ledger', async () => {
    const text = rows('Status', 'Booked', 'Pending');
    expect(await amounts(text, { leaveOut: [] })).toEqual({ amounts: ['1.00', '2.00'], notes: [] });
    const notes = ["1 rows taken in: 'Status' says 'Pending'"];
    expect(await amounts(text, {}, 'ledger')).toEqual({ amounts: ['1.00', '2.00'], notes });
  });

  it('takes in what it says in a word that is not known, and says so', async () => {
    expect(await amounts(rows('Status', 'Booked', 'Reversed', 'Reversed', 'Refunded'))).toEqual({
      amounts: ['1.00', '2.00', '3.00', '4.00'],
      notes: ["2 rows taken in: 'Status' says 'Reversed'", "1 rows taken in: 'Status' says 'Refunded'"],
    });
    const words = Array.from({ length: 9 }, (_, at) => `word ${at}`);
    expect((await read(rows('State', ...words))).notes.at(-1)).toBe("1 rows taken in: 'State' says something else");
    const { notes } = await read(rows('State', ...words.slice(0, 8), 'word 0'));
    expect(notes).toHaveLength(8);
    expect(notes[0]).toBe("2 rows taken in: 'State' says 'word 0'");
  });
});

describe('an encoding', () => {
  const parse = (text: string, encoding: string, csv?: StatementFormat) =>
    parseFinancialFile({
      bytes: iconv.encode(text, encoding),
      name: 'bank.csv',
      role: 'statement',
      ...(csv ? { csv } : {}),
    });

  it.each([
    ['shift_jis', '取引日,お引出し,お預入れ,お取り扱い内容\n2026/3/1,,500,給料\n'],
    ['gb18030', '交易日期,金额,摘要\n2026-03-01,500.00,工资\n'],
    ['euc-kr', '거래일자,거래금액,적요\n2026-03-01,500.00,급여\n'],
    ['windows-1251', 'Дата операции;Сумма;Описание\n01.03.2026;500.00;Зарплата\n'],
    ['windows-1250', 'Data księgowania;Kwota;Tytuł\n01.03.2026;500.00;Łódź\n'],
    ['windows-1250', 'Data księgowania;Kwota;Tytuł\n01.03.2026;500.00;ząb\n'],
    ['iso-8859-2', 'Data księgowania;Kwota;Tytuł\n01.03.2026;500.00;śą żółć\n'],
    ['iso-8859-2', 'datum zaúčtování;částka;název protiúčtu;zpráva pro příjemce\n01.03.2026;500.00;;Tišnov, čaj\n'],
    ['windows-1250', 'datum zaúčtování;částka;název protiúčtu;zpráva pro příjemce\n01.03.2026;500.00;;Tišnov, čaj\n'],
    ['iso-8859-7', 'Ημερομηνία;Ποσό;Περιγραφή\n01.03.2026;500.00;Άρτα\n'],
    ['windows-1253', 'Ημερομηνία;Ποσό;Περιγραφή\n01.03.2026;500.00;Άρτα\n'],
  ])('%s is known by the names of the columns, and said', async (encoding, text) => {
    const { groups, notes } = await parse(text, encoding);
    expect(notes).toContain(`encoding=${encoding} was guessed, as it is no UTF-8 and has names of columns in it`);
    const [line] = JSON.parse(Buffer.from(groups[0]?.body ?? []).toString()) as Line[];
    const [, own = ''] = text.split('\n');
    expect(own).toContain(line?.text);
  });

  it('that is Windows-1252 as well is taken for that', async () => {
    const { notes } = await parse('Buchungstag;Betrag;Empfänger;Währung\n01.03.2026;500.25;Käse;EUR\n', 'windows-1252');
    expect(notes).toEqual(['encoding=windows-1252 was guessed, as it is no UTF-8']);
  });

  it('that was guessed stands beside what is not found in it, with what to say', async () => {
    const text = '名前のない列,その他\n給料,500\n';
    const problem =
      /encoding=windows-1252 was guessed, as it is no UTF-8; where texts are garbled, say .* encoding=shift_jis/;
    await expect(parse(text, 'shift_jis')).rejects.toThrow(problem);
    await expect(parse(text, 'shift_jis', { encoding: 'shift_jis' })).rejects.toThrow(
      /the first row is: 名前のない列, その他\)[^\n]*$/,
    );
  });
});

describe('what stands below the rows', () => {
  const rows = 'Date;Text;Amount;Balance\n2026-03-01;Rent;-5.25;4.75\n';

  it.each([
    'The bank is not liable for § 7 of 2026 and its data;',
    ';;Closing balance;4.75',
    'Total',
    ';Closing balance;;4.75',
  ])('is left out and counted where it has no date and no amount: %s', async (below) => {
    const { lines, notes } = await read(`${rows}\n${below}\n`);
    expect(lines).toHaveLength(1);
    expect(notes).toEqual(['1 rows left out: neither a date nor an amount']);
  });

  it.each(['2026-03-02;Rent', 'Rent; March;2026-03-02;-5.25', '2026-03-02;;;4.75', ';Rent;-5.25;'])(
    'is a row that cannot be read where it has either: %s',
    async (below) => {
      await expect(read(`${rows}${below}\n`)).rejects.toThrow(/bank\.csv:3: /);
    },
  );

  it.each(['3rd March,n/a', '2026.3,-', 'next day,ten'])(
    'is a row that cannot be read where both its date and its amount say something: %s',
    async (below) => {
      await expect(read(`date,amount\n2026-03-01,5.25\n${below}\n`)).rejects.toThrow(/bank\.csv:3: /);
      await expect(read(`date,amount,text\n2026-03-01,5.25,x\n${below},\n`)).rejects.toThrow(/bank\.csv:3: /);
    },
  );

  it('is all there is in a file without a header, which is told how to be read', async () => {
    const text = '25/03/2026,"-200.00","Cash","+2548.59"\n01/03/2026,"+45.00","Fast, or so","+2748.59"\n';
    await expect(read(text)).rejects.toThrow(
      'header=no --statement-csv column.date=#1 --statement-csv column.amount=#2',
    );
    const { lines } = await read(text, { header: false, columns: { date: '#1', amount: '#2' } });
    expect(lines.map(({ line }) => [line.date, line.amount])).toEqual([
      ['2026-03-25', '-200.00'],
      ['2026-03-01', '45.00'],
    ]);
  });
});
