/** What of a passage is a statement for a reader, and what is code. */
import { expect, test } from 'vitest';
import { piecesOf } from '../../../src/agents/research/activities/documents/prose.ts';

test('the program below a comment that looks like an entry is code and no statement', () => {
  const entry = [
    '- @hidden',
    "exports.info = { attempt: 1, queue: 'test' };",
    'exports.run = function (task) {',
    '  return task; };',
  ];
  expect(piecesOf(entry.join('\n'))).toMatchObject([{ kind: 'code' }]);
});

test.each([
  '- the default is `{ retries: 3 };` for each call;',
  '- `timeout: 5000` is what a call may take; `retries: 2` is how often it is made again.',
  '- a request => its answer, as long as both are held',
])('an entry that speaks of code stays an entry or a sentence: %s', (entry) => {
  expect(piecesOf(entry).map(({ kind }) => kind)).not.toContain('code');
  expect(piecesOf(entry)).toHaveLength(1);
});

test('a dash between a name and what is said of it is no part of what is said', () => {
  expect(piecesOf('- - whether requests are passed on')).toMatchObject([{ text: 'whether requests are passed on' }]);
});
