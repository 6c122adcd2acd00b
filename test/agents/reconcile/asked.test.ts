/** What a person says of a CSV file holds beside what is known of it, and what only a person knows is asked for. */
import { describe, expect, it } from 'vitest';
import type { StatementFormat } from '../../../src/agents/reconcile/pure/csv-format.ts';
import { readFinancial } from '../../support/reconcile-lines.ts';

const read = (text: string, csv?: StatementFormat) => readFinancial(text, 'bank.csv', 'statement', csv);
const found = async (text: string, csv?: StatementFormat): Promise<unknown> => {
  const { lines, notes } = await read(text, csv);
  return [...lines.map(({ line }) => line.amount), ...notes.filter((note) => note.includes(' rows '))];
};
const leaveOut = (column: string, word: string): StatementFormat => ({
  leaveOut: [{ column, is: [word], reason: `'${column}' is '${word}'` }],
});

describe('a rule of rows that are left out', () => {
  const revolut = [
    'Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance',
    'TOPUP,Current,2026-03-01 10:00:00,2026-03-01 10:00:00,Top-up,100.00,0.00,EUR,COMPLETED,100.00',
    'CARD_PAYMENT,Current,2026-03-02 10:00:00,2026-03-03 10:00:00,Shop,-30.00,0.00,EUR,COMPLETED,70.00',
    'CARD_PAYMENT,Current,2026-03-04 10:00:00,,Hotel,-50.00,0.00,EUR,PENDING,',
    'CARD_PAYMENT,Current,2026-03-05 10:00:00,,Taxi,-70.00,0.00,EUR,REVERTED,',
  ].join('\n');

  it('adds to those of a profile, guessed or named', async () => {
    const said = [
      '-30.00',
      "1 rows left out: 'Type' is 'TOPUP'",
      '1 rows left out: pending',
      '1 rows left out: reverted, declined or failed',
    ];
    expect(await found(revolut, leaveOut('Type', 'TOPUP'))).toEqual(said);
    expect(await found(revolut, { ...leaveOut('Type', 'TOPUP'), profile: 'revolut' })).toEqual(said);
  });

  it('stands beside what a status says', async () => {
    const text = 'date,amount,currency,status,type\n2026-03-01,1.00,EUR,booked,x\n2026-03-02,2.00,EUR,pending,x\n';
    expect(await found(`${text}2026-03-03,3.00,EUR,booked,fee\n`, leaveOut('type', 'FEE'))).toEqual([
      '1.00',
      "1 rows left out: pending, by 'status'",
      "1 rows left out: 'type' is 'FEE'",
    ]);
  });

  it('of which there are none by a list that is empty leaves out nothing', async () => {
    expect(await found(revolut, { leaveOut: [] })).toEqual(['100.00', '-30.00', '-50.00', '-70.00']);
  });

  it.each(['statuss', '#5'])('that names a column that is not there is refused: %s', async (column) => {
    const text = 'date,amount,currency,status\n2026-03-01,1.00,EUR,booked\n';
    await expect(read(text, leaveOut(column, 'open'))).rejects.toThrow(
      `leaveOut names the column '${column}', and there is none; there are 'date', 'amount', 'currency', 'status'`,
    );
  });

  it('is refused where its column stands there twice, or has no number and the file no header', async () => {
    const text = 'date,amount,type,type\n2026-03-01,1.00,a,fee\n';
    await expect(read(text, leaveOut('type', 'fee'))).rejects.toThrow(
      "leaveOut names the column 'type', which stands there twice; say which is meant by its number: leaveOut.#3 or leaveOut.#4",
    );
    expect(await found(`${text}2026-03-02,2.00,a,b\n`, leaveOut('#4', 'fee'))).toEqual([
      '2.00',
      "1 rows left out: '#4' is 'fee'",
    ]);
    const bare: StatementFormat = { header: false, columns: { date: '#1', amount: '#2' } };
    await expect(read('2026-03-01,1.00,fee\n', { ...bare, ...leaveOut('type', 'fee') })).rejects.toThrow(
      "leaveOut names the column 'type', and there is no header; name it by its number, as in leaveOut.#3",
    );
  });
});

describe('a profile of names that other files have, too', () => {
  const text = 'date,title,amount\n2026-03-01,Rent,-5.00\n';

  it('that turns signs is asked for', async () => {
    await expect(read(text, { currency: 'EUR' })).rejects.toThrow(
      'its columns are those of nubank-card (Nubank, cartão), where charges are positive, and of other files: say ' +
        '--statement-csv profile=nubank-card, or profile=none to read amounts as they are written',
    );
    expect(await found(text, { profile: 'nubank-card' })).toEqual(['5.00']);
    expect((await read(text, { profile: 'none' })).lines[0]?.line).toMatchObject({ amount: '-5.00', text: 'Rent' });
  });

  it('is not asked for where the sign is said, which then holds alone', async () => {
    expect(await found(text, { sign: 'asWritten' })).toEqual(['-5.00']);
    const { lines } = await read(text, { sign: 'turned', currency: 'EUR' });
    expect(lines).toMatchObject([{ currency: 'EUR', line: { amount: '5.00' } }]);
  });

  it('is none where a column says the currency', async () => {
    const conta = 'Data,Valor,Identificador,Descrição,Moeda\n01/03/2026,5.00,a-1,Renda,EUR\n';
    expect((await read(conta, { dates: 'dmy' })).notes).toEqual([]);
  });
});

describe('a year of two digits', () => {
  const dates = (...each: readonly string[]): string => `date,amount\n${each.map((date) => `${date},5.25\n`).join('')}`;

  it.each([[['26/03/13', '26/03/12']], [['13/03/26', '03/03/26']], [['01/03/26', '31/03/01']], [['26-03-13']]])(
    'may stand first as well as last, so that the order is asked for: %j',
    async (days) => {
      await expect(read(dates(...days))).rejects.toThrow(
        'may be day first, month first or year first; say dates=dmy, dates=mdy or dates=ymd',
      );
    },
  );

  it('is read as it is said, and by what a date shows that can be one of them alone', async () => {
    const days = async (text: string, csv?: StatementFormat) =>
      (await read(text, csv)).lines.map(({ line }) => line.date);
    expect(await days(dates('26/03/13'), { dates: 'ymd' })).toEqual(['2026-03-13']);
    expect(await days(dates('03/13/26', '03/02/26'))).toEqual(['2026-03-13', '2026-03-02']);
    expect(await days(dates('13/03/26', '14/03/2026'))).toEqual(['2026-03-13', '2026-03-14']);
  });

  it('is where all years lie within ten by one order alone, which is said', async () => {
    const { lines, notes } = await read(dates('26/03/13', '26/03/02'));
    expect(lines.map(({ line }) => line.date)).toEqual(['2026-03-13', '2026-03-02']);
    expect(notes).toEqual(['dates=ymd was guessed, as by any other its years are more than 10 apart']);
    const other = await read(dates('13/03/26', '02/03/26'));
    expect(other.lines.map(({ line }) => line.date)).toEqual(['2026-03-13', '2026-03-02']);
    expect(other.notes).toEqual(['dates=dmy was guessed, as by any other its years are more than 10 apart']);
  });
});
