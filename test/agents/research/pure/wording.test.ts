/** Claims beside the passages they are about, by hand: true in other words, or false by one word, number, unit or place. */
import { describe, expect, test } from 'vitest';
import { checkClaim } from '../../../../src/agents/research/pure/claims.ts';
import cases from './wording.json' with { type: 'json' };

/** What understanding alone tells. */
const letThrough = ['If both are specified, proxy is used.', 'Backups of archived projects are kept for 30 days.'];

const lies = cases.flatMap(({ passage, lies: each }) => each.map((claim) => ({ passage, claim })));
const truths = cases.flatMap(({ passage, truths: each }) => each.map((claim) => ({ passage, claim })));

describe('against the passage that it cites', () => {
  test.each(truths)('a true sentence in other words stays: $claim', ({ passage, claim }) => {
    expect(checkClaim(claim, [passage])).toEqual({ supported: true, missing: [] });
  });

  test.each(lies.filter(({ claim }) => !letThrough.includes(claim)))(
    'a false one is refused: $claim',
    ({ passage, claim }) => {
      expect(checkClaim(claim, [passage])).toMatchObject({ supported: false });
    },
  );

  test('what is let through is what is known to be', () => {
    const through = lies.filter(({ passage, claim }) => checkClaim(claim, [passage]).supported);
    expect(through.map(({ claim }) => claim)).toEqual(letThrough);
    expect([lies.length, truths.length]).toEqual([63, 60]);
  });

  test('half a second and 500 ms are the same, and three minutes and three seconds are not', () => {
    const passages = [
      'A failed call is repeated after half a second, that is 500 ms.',
      'The lock is held for 3 minutes.',
    ];
    expect(checkClaim('A failed call is repeated after 0.5 seconds.', passages).supported).toBe(true);
    expect(checkClaim('The lock is held for 180 seconds.', passages).supported).toBe(true);
    expect(checkClaim('The lock is held for 3 seconds.', passages).supported).toBe(false);
  });
});
