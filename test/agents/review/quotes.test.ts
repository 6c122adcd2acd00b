/** Quotes are matched as models really write them, and a text that nobody wrote stands nowhere. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOfQuote } from '../../../src/agents/review/pure/quotes.ts';

const lines = [
  'export async function pay(order, card) {',
  '  const total = order.lines.reduce((sum, line) => sum + line.price, 0);',
  "  if (card.kind === 'debit') {",
  '    await charge(card, total, { retries: 3 });',
  '  } else {',
  '    await authorise(card, total);',
  '  }',
  '  log("paid \\"" + order.id);',
  '  return total;',
  '}',
  'export async function refund(order, card) {',
  '  return total;',
  '}',
];

test.each([
  ['exactly', 'await charge(card, total, { retries: 3 });', 4, [4, 4]],
  ['with other blanks', 'await   charge( card,total, {retries:3} ) ;', 4, [4, 4]],
  ['in ticks', '`await charge(card, total, { retries: 3 });`', 4, [4, 4]],
  ['in quotation marks', '"await authorise(card, total);"', 6, [6, 6]],
  ['in a fence', '```js\nawait authorise(card, total);\n```', 6, [6, 6]],
  ['with its number and bar', '4|     await charge(card, total, { retries: 3 });', 4, [4, 4]],
  ['with a sign of a change', '+ await authorise(card, total);', 6, [6, 6]],
  ['with its number and sign', '+6|     await authorise(card, total);', 6, [6, 6]],
  ['shortened at its end', 'const total = order.lines.reduce(...', 2, [2, 2]],
  ['shortened in its middle', 'const total = order.lines … line.price, 0);', 2, [2, 2]],
  ['without its end', 'await authorise(card, total)', 6, [6, 6]],
  ['with an end that is not there', 'return total;.', 9, [9, 9]],
  ['two lines joined by a blank', "if (card.kind === 'debit') { await charge(card, total", 3, [3, 4]],
  ['two lines with an escaped line break', "if (card.kind === 'debit') {\\n    await charge(card", 3, [3, 4]],
  ['with round quotation marks', 'if (card.kind === \u2018debit\u2019) {', 3, [3, 3]],
  ['with escaped quotation marks', 'log("paid \\"" + order.id);', 8, [8, 8]],
  ['with quotation marks unescaped', 'log("paid "" + order.id);', 8, [8, 8]],
  ['escaped as JSON and Markdown do', "if \\(card.kind === \\'debit\\') {", 3, [3, 3]],
  ['with references of HTML', 'order.lines.reduce((sum, line) =&gt; sum', 2, [2, 2]],
  ['in stars', '**await authorise(card, total);**', 6, [6, 6]],
  ['with its line in words', 'line 6: await authorise(card, total);', 6, [6, 6]],
  ['with its file and line', 'src/pay.ts:6:5: await authorise(card, total);', 6, [6, 6]],
  ['with its line behind', '`await authorise(card, total);` (line 6)', 6, [6, 6]],
  ['counted wrongly', 'await authorise(card, total);', 1, [6, 6]],
  ['of several places, the nearest', 'return total;', 11, [12, 12]],
])('a quote is found %s', (_, quote, near, place) => {
  expect(placeOfQuote(quote, lines, [near, near])).toEqual(place);
});

test.each([
  ['a text that stands nowhere', 'await refundAll(card);', 4],
  ['part of a word', 'otal = order.lines', 2],
  ['a word that goes on', 'await charg', 4],
  ['brackets away from their line', '})', 1],
  ['what stands twice, without a line', 'return total;', undefined],
  ['nothing', '```\n```', 1],
  ['parts in the wrong order', 'return total; ... const total', 2],
])('%s is not found', (_, quote, near) => {
  expect(placeOfQuote(quote, lines, near === undefined ? undefined : [near, near])).toBeUndefined();
});

test('whole lines that are quoted are found where they stand, whatever they hold', () => {
  const line = fc.string({ unit: fc.constantFrom(...Array.from('ab_ 1.({\\"`|+->…')), minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(fc.uniqueArray(line, { minLength: 3, maxLength: 12 }), fc.nat(), (text, index) => {
      const at = index % text.length;
      const quote = text[at] ?? '';
      const place = placeOfQuote(quote, text, [at + 1, at + 1]);
      if (/[a-z1_]/.test(quote.replaceAll(/\.{3}|…/g, ''))) expect(place?.[0]).toBe(at + 1);
    }),
  );
});

test('a long file full of near misses is searched in a moment', () => {
  const text = Array.from({ length: 20_000 }, () => 'aaaaaaaaaaaaaaaaaaaaaaaa');
  const started = process.cpuUsage();
  for (const quote of ['a'.repeat(2000), 'aaa ... aaa ... b', `${'a'.repeat(500)}b`]) placeOfQuote(quote, text, [1, 1]);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(3000);
});
