/** Whether an answer without a model speaks at all, by what it was asked. */
import { expect, test } from 'vitest';
import { extract } from '../../../src/agents/research/activities/extract.ts';

const text =
  'The grey heron stands still in shallow water until a fish comes near. A grey heron eats fish on each day.';
const passages = [{ source: 'a', title: 'fishing.md › Fishing', url: 'a#L1', snippet: '', text }];
const said = (question: string): string =>
  extract(question, passages)
    .map(({ sentence }) => sentence)
    .join(' ');

test('of two questions at once the one is answered that something speaks to', () => {
  expect(said('How do grey herons fish and where do grey herons nest?')).toContain('stands still');
  expect(said('Where do grey herons nest? How do grey herons fish?')).toContain('stands still');
});

test('nothing is said where neither of two questions is spoken to', () => {
  expect(said('Where do storks nest and which trees does a kestrel choose?')).toBe('');
});

test('what has only other words for all that was asked is about something else', () => {
  const other = 'An account may drop events at any time when the queue of the server is full of them.';
  const found = [{ source: 'a', title: 'queue.md › Queue', url: 'q#L1', snippet: '', text: other }];
  expect(extract('How do I delete a user?', found)).toEqual([]);
  expect(extract('How does an account delete events?', found)).toHaveLength(1);
});

test('a question of one word that means something is answered by what has it, and its words of everyday life ask for nothing', () => {
  const once = 'When an interceptor is used, it is removed from the list of all interceptors.';
  const found = [{ source: 'a', title: 'mocks.md › Mocks', url: 'm#L1', snippet: '', text: once }];
  expect(extract('What happens to an interceptor once it has been used?', found)).toHaveLength(1);
  expect(extract('What happens to a heron once it has been used?', found)).toEqual([]);
});
