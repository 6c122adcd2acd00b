/** How wide a header of a CSV statement may be. */
import { expect, test } from 'vitest';
import { readFinancial } from '../../support/reconcile-lines.ts';

function wide(columns: number): string {
  const more = Array.from({ length: columns - 2 }, (_, at) => at);
  return `Date,Amount,${more.map((at) => `c${at}`).join(',')}\n2026-05-01,1.50,${more.join(',')}\n`;
}

test('a header is read up to 999 columns, as one has at most three digits as its number', async () => {
  const { lines } = await readFinancial(wide(999), 'file', 'statement', { currency: 'EUR' });
  expect(lines).toMatchObject([{ line: { amount: '1.50' } }]);
});

test('a wider row is no header, and the refusal says what was looked for', async () => {
  await expect(readFinancial(wide(1000), 'file', 'statement', { currency: 'EUR' })).rejects.toThrow(
    /no header with a date and an amount was found/,
  );
});
