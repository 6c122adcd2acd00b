/** Amounts in the marks of many countries, where nobody said which: each is what was written, or the file is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFinancial } from '../../support/reconcile-lines.ts';

const fileOf = (amounts: readonly string[]): string =>
  ['date;amount;currency', ...amounts.map((amount) => `2026-03-01;${amount};EUR`)].join('\n');
const read = async (amounts: readonly string[]): Promise<string[]> => {
  const { lines } = await readFinancial(fileOf(amounts), 'bank.csv', 'statement');
  return lines.map(({ line }) => line.amount);
};
const refused = (amounts: readonly string[]): Promise<string> =>
  read(amounts).then(
    (found) => `read as ${found.join(' ')}`,
    (error: Error) => error.message,
  );

describe('Amounts of a file that does not say its decimal mark', () => {
  it('are those that were written in any locale, or none is read', async () => {
    let wereRead = 0;
    const locales = fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'de-CH', 'es-ES', 'pl-PL', 'sv-SE', 'pt-BR', 'ja-JP');
    const cents = fc.oneof(
      fc.integer({ min: -99_999_999, max: 99_999_999 }),
      fc.integer({ min: -9999, max: 9999 }).map((each) => each * 1000),
    );
    await fc.assert(
      fc.asyncProperty(
        locales,
        fc.boolean(),
        fc.array(cents, { minLength: 1, maxLength: 5 }),
        async (locale, isWhole, all) => {
          const written = isWhole ? all.map((each) => Math.trunc(each / 100) * 100) : all;
          const digits = isWhole ? 0 : 2;
          const writer = new Intl.NumberFormat(locale, {
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
          });
          const found = await read(written.map((each) => writer.format(each / 100))).catch(
            (error: Error) => error.message,
          );
          if (typeof found === 'string') expect(found).toMatch(/say decimal=(?:comma|point)/);
          else {
            wereRead++;
            expect(found.map((each) => Math.round(Number(each) * 100))).toEqual(written.map((each) => each + 0));
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(wereRead).toBeGreaterThan(200);
  });

  it('are asked for where they are thousands or have three decimals', async () => {
    expect(await refused(['1.500', '250', '12'])).toContain(
      "'1.500' may be thousands, or have three decimals; say decimal=comma",
    );
    expect(await refused(['-1.500 €'])).toContain('may be thousands');
  });

  it('are what the other amounts of the file show', async () => {
    expect(await read(['1.500', '12,75'])).toEqual(['1500.00', '12.75']);
    expect(await read(['1.500', '12.750', '0.100'])).toEqual(['1.50', '12.75', '0.10']);
    expect(await read(['1.500', '1234.5'])).toEqual(['1.50', '1234.50']);
    expect(await read(['1.500', '1.234'])).toEqual(['1500.00', '1234.00']);
  });
});

describe('Columns for one direction each', () => {
  const twoColumns = (...rows: readonly (readonly [string, string])[]): string =>
    ['date,debit,credit,currency', ...rows.map(([debit, credit]) => `2026-03-01,${debit},${credit},EUR`)].join('\n');
  const sum = async (text: string): Promise<string[]> =>
    (await readFinancial(text, 'bank.csv', 'statement')).lines.map(({ line }) => line.amount);

  it('may write what left with a sign of its own, or without', async () => {
    expect(await sum(twoColumns(['100.00', ''], ['', '50.00']))).toEqual(['-100.00', '50.00']);
    expect(await sum(twoColumns(['-100.00', '0.00'], ['', '50.00']))).toEqual(['-100.00', '50.00']);
  });

  it.each([
    ['debit', twoColumns(['100.00', ''], ['-100.00', ''])],
    ['credit', twoColumns(['', '100.00'], ['', '(100.00)'])],
    ['credit', twoColumns(['1.00', ''], ['', '100.00'], ['', '100.00-'])],
  ])('are refused where one of them has amounts of both signs: %s', async (column, text) => {
    await expect(sum(text)).rejects.toThrow(`'${column}' is for one direction, and has amounts of both signs`);
  });
});

describe('Amounts of OFX', () => {
  const ofx = (...transactions: readonly (readonly [type: string, amount: string])[]): string => {
    const all = transactions.map(
      ([type, amount], index) =>
        `<STMTTRN><TRNTYPE>${type}<DTPOSTED>20260302<TRNAMT>${amount}<FITID>${index}</STMTTRN>`,
    );
    const account = '<CURDEF>EUR<BANKACCTFROM><ACCTID>7</BANKACCTFROM>';
    return `OFXHEADER:100\n\n<OFX><STMTRS>${account}<BANKTRANLIST>${all.join('')}</BANKTRANLIST></STMTRS></OFX>`;
  };
  const sum = async (text: string): Promise<string[]> =>
    (await readFinancial(text, 'bank.ofx', 'statement')).lines.map(({ line }) => line.amount);

  it('have signs of their own, whatever their type', async () => {
    expect(await sum(ofx(['DEBIT', '-10.00'], ['DEBIT', '2.00'], ['CREDIT', '5,5']))).toEqual([
      '-10.00',
      '2.00',
      '5.50',
    ]);
    expect(await sum(ofx(['CREDIT', '5.00'], ['DEBIT', '0.00']))).toEqual(['5.00', '0.00']);
  });

  it('are refused where none is negative and some are debits, and where a comma may part thousands', async () => {
    await expect(sum(ofx(['DEBIT', '10.00'], ['CREDIT', '5.00']))).rejects.toThrow(
      /of 1 the type \(TRNTYPE\) is DEBIT/,
    );
    await expect(sum(ofx(['DEBIT', '-1,500']))).rejects.toThrow(/may be thousands/);
    expect(await sum(ofx(['DEBIT', '-1,500.00']))).toEqual(['-1500.00']);
  });
});
