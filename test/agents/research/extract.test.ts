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

test('words that stand side by side as they do in the question say more than the same words apart', () => {
  const apart = 'A timeout in the valley leaves each heron idle until the next day.';
  const together = 'The valley has an idle timeout of a day for each heron in it.';
  const found = (both: string) => [{ source: 'a', title: 'herons.md › Herons', url: 'h#L1', snippet: '', text: both }];
  const first = (both: string) => extract('Which idle timeout do herons have?', found(both))[0]?.sentence;
  expect(first(`${apart}\n\n${together}`)).toBe(together);
  expect(first(`${together}\n\n${apart}`)).toBe(together);
});

test('what says little more than half of the best statement is beside the point and not said', () => {
  const best = 'The herons of this valley catch their fish in shallow water each morning.';
  const beside = 'The miller of the other town keeps a boat with water for his many goats.';
  const found = [{ source: 'a', title: 'valley.md › Life', url: 'v#L1', snippet: '', text: `${best}\n\n${beside}` }];
  expect(extract('How do herons catch fish in shallow water?', found).map(({ sentence }) => sentence)).toEqual([best]);
});

test.each([
  ['a word of the family of one that is asked', 'Where is the electric fence of the herons?', 'electrical'],
  ['the value of a default, where that is asked', 'What is the default fence of herons?', 'Defaults to `true`'],
  ['what is done, where it is asked what happens', 'What happens to herons at a fence?', 'will be counted'],
])('of statements alike the one is said first that has %s', (_what, asked, sign) => {
  const statements = [
    'A fence with a painted gate keeps by default the herons of this valley together.',
    'A fence with an electrical wire keeps the herons of this valley in the meadow.',
    'A fence with an ordinary lock is of the herons of this valley. Defaults to `true` in it.',
    'A fence with a counter is where herons of this valley will be counted twice a day.',
  ];
  const found = [{ source: 'a', title: 'a.md › Valley', url: 'a#L1', snippet: '', text: statements.join('\n\n') }];
  expect(extract(asked, found)[0]?.sentence).toContain(sign);
});
