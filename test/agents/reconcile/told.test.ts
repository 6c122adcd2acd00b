/** What of a CSV file could be meant otherwise is told with the setting that says it, or refused with it. */
import { describe, expect, it } from 'vitest';
import type { StatementFormat } from '../../../src/agents/reconcile/pure/csv-format.ts';
import { readFinancial, type FinancialRead } from '../../support/reconcile-lines.ts';

const read = (text: string, csv?: StatementFormat): Promise<FinancialRead> =>
  readFinancial(text, 'bank.csv', 'statement', csv);
const dated = (...days: readonly string[]): string => ['date,amount', ...days.map((day) => `${day},5.00`)].join('\n');
const daysOf = async (text: string, csv?: StatementFormat): Promise<string[]> =>
  (await read(text, csv)).lines.map(({ line }) => line.date);

describe('Dates with points and a year of two digits', () => {
  it('are read day first, and told to be where year first fits as well', async () => {
    const text = dated('26.03.13', '25.03.14');
    expect(await daysOf(text)).toEqual(['2013-03-26', '2014-03-25']);
    expect((await read(text)).notes).toEqual([expect.stringMatching(/dates=dmy was guessed.*dates=ymd/)]);
    expect((await read(text, { dates: 'dmy' })).notes).toEqual([]);
    expect(await daysOf(text, { dates: 'ymd' })).toEqual(['2026-03-13', '2025-03-14']);
  });

  it('are refused where only year first has years near one another, and as they are where only day first has', async () => {
    await expect(read(dated('26.03.01', '26.03.31'))).rejects.toThrow(/dates=ymd or dates=dmy/);
    const sure = await read(dated('01.03.26', '31.03.26'));
    expect(sure.lines.map(({ line }) => line.date)).toEqual(['2026-03-01', '2026-03-31']);
    expect(sure.notes).toEqual([]);
  });
});

it('A column by a number beyond the header is refused with the columns that there are', async () => {
  const text = 'date,amount,memo\n2026-03-01,5.00,tea\n';
  const beyond = read(text, { columns: { text: '#30' } });
  await expect(beyond).rejects.toThrow('column.text=#30 is none of its 3 columns: #1 date, #2 amount, #3 memo');
  expect((await read(text, { columns: { text: '#3' } })).lines).toMatchObject([{ line: { text: 'tea' } }]);
});
