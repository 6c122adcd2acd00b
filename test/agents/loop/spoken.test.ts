/** An answer in the pieces in which a stream tells it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spoken } from '../../../src/agents/loop/spoken.ts';

const answer = (text: string): object => ({ text, cited: [], nextAction: '', trace: [] });

test('its pieces are its sentences, each with its citations', () => {
  const text =
    'It is on its way [order 1042]. You paid EUR 129.90 twice. [payment P-1] [payment P-2]\n\nIst das alles? 是的。好。';
  expect(spoken(answer(text))).toEqual([
    'It is on its way [order 1042]. ',
    'You paid EUR 129.90 twice. [payment P-1] [payment P-2]\n\n',
    'Ist das alles? ',
    '是的。',
    '好。',
  ]);
});

test('put together they are the text, whatever it is', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom('. ', '[order 1]', 'a', '\n', '!', '。')).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(spoken(answer(text)).join('')).toBe(text);
    }),
  );
});

test('what is no answer of an agent has none', () => {
  for (const value of [undefined, null, 'text', { text: 'a' }]) expect(spoken(value)).toEqual([]);
});
