/** Whether what a support answer says is in its rows: two hundred answers, and the rules of the check one by one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answers, rows } from '../../../bench/quality/support/answers.mjs';
import type { Row } from '../../../src/agents/loop/pure/conversation.ts';
import { readAnswer } from '../../../src/agents/loop/pure/grounding.ts';
import { sentencesOf } from '../../../src/agents/loop/pure/sentences.ts';
import { factsIn, numbersOf } from '../../../src/agents/loop/pure/numbers.ts';
import { supportGrounding } from '../../../src/agents/support/pure/grounding.ts';

const known = { rows: rows as Readonly<Record<string, Row>>, asked: [] as unknown[], failed: [] as string[] };
const reasons = (text: string, more: Partial<typeof known> = {}): readonly string[] =>
  readAnswer(supportGrounding, text, { ...known, ...more }).reasons;

test('of two hundred answers in ten languages, nearly all false ones are caught and nearly no true one is refused', () => {
  const missed = answers.filter(({ isTrue, text }) => !isTrue && reasons(text).length === 0);
  const refused = answers.filter(({ isTrue, text }) => isTrue && reasons(text).length > 0);
  expect(answers).toHaveLength(200);
  expect(missed.map(({ text }) => text).slice(2)).toEqual([]);
  expect(refused.map(({ text }) => `${text} ${reasons(text).join(' ')}`).slice(2)).toEqual([]);
});

test('one true citation lets nothing else of the answer pass', () => {
  expect(reasons('It is on its way [order 1042]. It will be there on 2026-12-24.')).toEqual([
    "'2026-12-24' is not in the rows that the answer cites.",
  ]);
});

test('an action is said only by the row of an executed call', () => {
  const text = 'Your money was refunded [refund P-10422].';
  const refund = { 'refund P-10422': { ref: 'refund P-10422', amount: 'EUR 1299.90' } };
  expect(reasons(text.replace('refund P-10422', 'payment P-10422'))).not.toEqual([]);
  expect(reasons(text, { rows: { ...known.rows, ...refund } })).toEqual([]);
});

test('what was asked for may be named though nothing was found, but not where the look-up failed', () => {
  expect(reasons('There is no order 1099.', { asked: [{ orderId: 1099 }] })).toEqual([]);
  expect(reasons('There is no order 1099.', { asked: [] })).not.toEqual([]);
  expect(reasons('There is no such order.', { failed: ['orders'] })).not.toEqual([]);
});

test('any number of the rows may be said in any common form, and no other number', () => {
  const forms = [
    (whole: string, part: string) => `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${part}`,
    (whole: string, part: string) => `${whole.replaceAll(/\B(?=(\d{3})+$)/g, '.')},${part}`,
    (whole: string, part: string) => `${whole.replaceAll(/\B(?=(\d{3})+$)/g, ' ')},${part}`,
    (whole: string, part: string) => `${whole}.${part}`,
  ];
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 99_999_999 }),
      fc.constantFrom(...forms),
      fc.integer(),
      (cents, form, other) => {
        const [whole = '', part = ''] = (cents / 100).toFixed(2).split('.');
        const row = { ref: 'payment P-1', amountCents: cents };
        const said = (text: string) => reasons(`It was ${text} [payment P-1].`, { rows: { 'payment P-1': row } });
        expect(said(form(whole, part))).toEqual([]);
        const wrong = Math.abs(other % 1_000_000) + 1_000_000_000;
        expect(said(String(wrong))).not.toEqual([]);
      },
    ),
  );
});

test('numbers with separators are read as each number that they may be', () => {
  expect(numbersOf('1.234')).toEqual(['1.234', '1234']);
  expect(numbersOf('1.234,56')).toEqual(['1234.56']);
  expect(numbersOf('1,234,567')).toEqual(['1234567']);
  expect(factsIn('am 3. März 2026 um 18.25 Uhr').map(({ meanings }) => meanings[0])).toEqual(['2026-03-03', '18:25']);
  expect(factsIn('٢٧ و １２').map(({ meanings }) => meanings[0])).toEqual(['27', '12']);
});

test('sentences end at stops and lines, and a citation behind a stop belongs to what it follows', () => {
  expect(sentencesOf('It cost EUR 12.50. [order 1]\nIt is here. Good!')).toEqual([
    'It cost EUR 12.50. [order 1]',
    'It is here.',
    'Good!',
  ]);
});

test('no text makes the check slow', () => {
  for (const text of [
    '1 '.repeat(10_000),
    '1.'.repeat(10_000),
    'a.'.repeat(10_000),
    '[a'.repeat(10_000),
    '2026-'.repeat(4000),
    'не '.repeat(7000),
  ]) {
    const start = performance.now();
    reasons(text);
    expect(performance.now() - start).toBeLessThan(1000);
  }
});
