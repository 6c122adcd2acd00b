/** What a question asks for, and in which other words documents say it. */
import { expect, test } from 'vitest';
import { stem } from '../../../../src/agents/research/pure/stems.ts';
import { isVerbatim } from '../../../../src/agents/research/pure/verbatim.ts';
import { wantedOf } from '../../../../src/agents/research/pure/synonyms.ts';

const wanted = (question: string, word: string) => wantedOf(question).find(({ term }) => term === stem(word));

test.each([
  ['How do I turn the sounds off?', 'disable', 'false'],
  ['How can it be turned off?', 'disable', 'false'],
  ['What is thrown by the writer?', 'thrown', 'throw'],
  ['Is it serialised?', 'serialised', 'serialize'],
  ['What does the compressor keep?', 'compressor', 'compress'],
  ['Does a bigger letter come first?', 'bigger', 'greater'],
])('%s asks for %s, which a document may call %s', (question, word, other) => {
  expect(wanted(question, word)?.others).toContain(stem(other));
});

test('a name counts more than a word, and a word of everyday life less', () => {
  const question = 'How do people set maxLetters for Heron where the weather is bad?';
  const shares = ['maxLetters', 'Heron', 'weather', 'people'].map(
    (word) => wanted(question, word.toLowerCase())?.share,
  );
  expect(shares).toEqual(shares.toSorted((a = 0, b = 0) => b - a));
  expect(new Set(shares).size).toBe(4);
});

test('a quotation is whole sentences: one that lacks its "unless" or its "not" is none', () => {
  const passage =
    'Unless it is told so, the writer keeps letters. Stamps are not sold.\n\n- Closes *the* box; then it waits.';
  expect(isVerbatim('Unless it is told so, the writer keeps letters.', passage)).toBe(true);
  expect(isVerbatim('Closes the box; then it waits.', passage)).toBe(true);
  expect(isVerbatim('The writer keeps letters.', passage)).toBe(false);
  expect(isVerbatim('Sold. Closes the box;', passage)).toBe(false);
});

test.each([
  ['The maximum is 1.5 MB.', 'The maximum is 1-5 MB.'],
  ['The maximum is 1.5 MB.', 'The maximum is 1 5 MB.'],
  ['It needs Python 3.12 to run.', 'It needs Python 3/12 to run.'],
  ['It is sent from 9:30 on.', 'It is sent from 9.30 on.'],
  ['The offset is 5 letters.', 'The offset is -5 letters.'],
  ['Boxes with < 5 letters are closed.', 'Boxes with > 5 letters are closed.'],
])('a quotation has the numbers of its passage with their marks: "%s" is none of "%s"', (quote, passage) => {
  expect(isVerbatim(quote, passage)).toBe(false);
  expect(isVerbatim(passage, passage)).toBe(true);
  expect(isVerbatim(quote, `${passage}\n\n- ${quote}`)).toBe(true);
});
