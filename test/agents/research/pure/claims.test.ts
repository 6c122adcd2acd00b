import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkClaim } from '../../../../src/agents/research/pure/claims.ts';

const passage =
  'An activity is retried at most three times, with waits of 1,000 ms, unless Temporal is told otherwise. A workflow that was cancelled does not retry.';
const sentences = [
  passage,
  'The grey heron stands still in shallow water until a fish comes near.',
  'In 2019 about 3.5% of the 12,400 herons of Lake Constance were ringed.',
  'No model was used by the authors, and NASA never paid them.',
];
const someSentences = fc.uniqueArray(fc.constantFrom(...sentences), { minLength: 1 });

test('a sentence taken word for word from a passage is supported, whatever stands beside it', () => {
  fc.assert(
    fc.property(someSentences, fc.constantFrom(...sentences), (others, sentence) => {
      expect(checkClaim(sentence, [`${others.join(' ')} ${sentence}`])).toEqual({ supported: true, missing: [] });
    }),
  );
});

test('more passages never make a supported sentence unsupported, and their order changes nothing', () => {
  const words = fc.array(fc.constantFrom(...sentences.flatMap((each) => each.split(' '))), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(words, someSentences, someSentences, (claim, some, more) => {
      const text = claim.join(' ');
      const before = checkClaim(text, some).supported;
      const after = checkClaim(text, [...some, ...more]).supported;
      // What makes it so then is a passage that says the opposite of a sentence that nothing said as it stands.
      const { missing } = checkClaim(text, [...some, ...more]);
      expect(after || !before || missing.every((each) => each.startsWith('the passage '))).toBe(true);
      expect(checkClaim(text, [...more, ...some]).supported).toBe(after);
    }),
  );
});

test('a number that no passage has is never supported', () => {
  fc.assert(
    fc.property(fc.integer({ min: 20_000, max: 999_999 }), (number) => {
      const claim = `An activity is retried at most ${number} times.`;
      expect(checkClaim(claim, sentences)).toEqual({ supported: false, missing: [String(number)] });
    }),
  );
});

test.each([
  ['the same number in other writing', 'Retries of an activity wait 1000 ms, 3 times at most.', true, []],
  ['another number', 'An activity is retried at most five times.', false, ['5']],
  ['a name that is not there', 'An activity of Airflow is retried three times.', false, ['Airflow']],
  ['another matter', 'Penguins swim under thick ice in winter.', false, ['penguin', 'swim', 'ice', 'winter']],
])('%s', (_what, claim, supported, missing) => {
  const verdict = checkClaim(claim, [passage]);
  expect(verdict.supported).toBe(supported);
  for (const each of missing) expect(verdict.missing.join(' ')).toContain(each);
});

test('a "not" that no passage has is not supported', () => {
  expect(checkClaim('The heron does not stand still in shallow water.', [sentences[1] ?? ''])).toMatchObject({
    supported: false,
    missing: ['not'],
  });
});

const timeouts = 'The inactivity timeout is one minute, and the abort timeout is ten minutes.';
const retries = 'Retries are not limited unless a policy says so.';
const asking = 'The worker asks the server for tasks. Nobody is not asked.';

test.each([
  ['a number of another clause', 'The inactivity timeout is ten minutes.', timeouts, false],
  ['the number of its own clause', 'The abort timeout is ten minutes.', timeouts, true],
  ['a "not" that is dropped', 'Retries are limited by default.', retries, false],
  ['a "not" that is kept', 'Retries are not limited.', retries, true],
  ['a "not" that stands elsewhere', 'The abort timeout is not ten minutes.', `${timeouts} It is not set.`, false],
  ['subject and object exchanged', 'The server asks the worker.', asking, false],
  ['subject and object as they are', 'The worker asks the server.', asking, true],
  ['the same in the passive voice', 'The server is asked by the worker.', asking, true],
])('%s', (_what, claim, text, supported) => {
  expect(checkClaim(claim, [text]).supported).toBe(supported);
});

test('a passage that says it as the claim does outweighs one that says otherwise', () => {
  const other = 'The abort timeout is two minutes.';
  expect(checkClaim('The abort timeout is ten minutes.', [timeouts, other]).supported).toBe(true);
  expect(checkClaim('The abort timeout is ten minutes.', [`${other} Ten herons wait.`])).toEqual({
    supported: false,
    missing: ['the passage has another number or unit there'],
  });
});

test('nothing supports a sentence without passages, or one that says nothing', () => {
  expect(checkClaim('A heron fishes.', []).supported).toBe(false);
  expect(checkClaim('So it is.', ['So it is. Herons wait.']).supported).toBe(false);
});

test.each([
  ['The maximum is 1.5 MB.', 'The maximum is 1-5 MB.'],
  ['The maximum is 1.5 MB.', 'The maximum is 1 5 MB.'],
  ['It needs Python 3.12 to run.', 'It needs Python 3/12 to run.'],
])('the words alone of a passage do not support a number that it does not have: %s, by %s', (claim, text) => {
  expect(checkClaim(claim, [text]).supported).toBe(false);
  expect(checkClaim(claim, [text, claim]).supported).toBe(true);
});
