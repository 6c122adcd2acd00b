/** Claims that add, lose or exchange a small word that says how far something goes, beside sentences as documentation has them, and true ones in other words. */
import { describe, expect, test } from 'vitest';
import { checkClaim } from '../../../../src/agents/research/pure/claims.ts';
import cases from './qualifiers.json' with { type: 'json' };

/** What words alone do not tell. */
const letThrough = [
  'All library authors will need an OpenTelemetry SDK.',
  'Only before the required plugins have completed can the application become ready.',
];
const refusedThough = [
  'Without an include it defaults to true unless an exclude matches.',
  'The application cannot become ready before the required plugins have completed.',
  'Library internals that are not documented may change between minor versions.',
  'Keys are not compared if the schema is strict.',
];

const lies = cases.flatMap(({ passage, lies: each }) => each.map((claim) => ({ passage, claim })));
const truths = cases.flatMap(({ passage, truths: each }) => each.map((claim) => ({ passage, claim })));
const isSupported = ({ passage, claim }: { passage: string; claim: string }): boolean =>
  checkClaim(claim, [passage]).supported;

describe('against the passage that it cites', () => {
  test('a claim that goes further or less far than it is refused', () => {
    expect(lies.filter(isSupported).map(({ claim }) => claim)).toEqual(letThrough);
    expect(lies).toHaveLength(54);
  });

  test('a true one in other words stays', () => {
    expect(truths.filter((each) => !isSupported(each)).map(({ claim }) => claim)).toEqual(refusedThough);
    expect(truths).toHaveLength(53);
  });
});

test.each([
  ['always', 'The cache is always empty.', 'The cache is empty by default.', 'of another time or of other cases'],
  ['some', 'Some of the keys are compared.', 'All of the keys are compared.', 'of all, most or some'],
  ['may', 'A caller may register first.', 'A caller must register first.', 'must, should and may'],
  ['only', 'Reports are built only for customers.', 'Reports are built for customers.', 'with or without an "only"'],
  ['unless', 'Files are deleted.', 'Files are deleted unless the handler throws.', 'has an exception to it'],
  [
    'before',
    'Check the seal before the box is opened.',
    'Check the seal after the box is opened.',
    'other order of time',
  ],
])('of %s the reason is said', (_word, claim, passage, why) => {
  expect(checkClaim(claim, [passage]).missing.join()).toContain(why);
  expect(checkClaim(passage, [passage]).supported).toBe(true);
});
