import fc from 'fast-check';
import { expect, test } from 'vitest';
import { milliseconds, type Duration } from '../../src/core/duration.ts';
import { InvalidOptionsError } from '../../src/core/errors.ts';

test.each([
  [250, 250],
  [0, 0],
  [0.5, 0.5],
  ['250', 250],
  ['500ms', 500],
  ['10s', 10_000],
  ['2 minutes', 120_000],
  ['1.5h', 5_400_000],
  ['1 day', 86_400_000],
  ['0s', 0],
] as Array<[Duration, number]>)('%o is %i ms', (duration, expected) => {
  expect(milliseconds(duration, 'deadline')).toBe(expected);
});

test('a number is milliseconds as it stands', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), (value) => milliseconds(value, 'deadline') === value),
  );
});

const odd = [
  -1,
  NaN,
  Infinity,
  '',
  ' ',
  'soon',
  '10 parsecs',
  '-1s',
  '10s10s',
  'Infinity',
  '1'.repeat(101),
  null,
  undefined,
  true,
  {},
  [],
  10n,
];

test.each(odd)('%o is refused by name', (duration) => {
  expect(() => milliseconds(duration as Duration, 'taskTimeout')).toThrow(InvalidOptionsError);
  expect(() => milliseconds(duration as Duration, 'taskTimeout')).toThrow(
    /^`taskTimeout` must be a duration such as '10s', '500ms' or milliseconds, zero or more/,
  );
});

test('any text is either a duration or refused, and never another error', () => {
  const text = fc.oneof(
    fc.string(),
    fc.tuple(fc.double(), fc.constantFrom('s', 'ms', ' h', 'd', 'x', '')).map(([value, unit]) => `${value}${unit}`),
  );
  fc.assert(
    fc.property(text, (duration) => {
      try {
        const value = milliseconds(duration as Duration, 'deadline');
        return Number.isFinite(value) && value >= 0;
      } catch (error) {
        return error instanceof InvalidOptionsError && error.field === 'deadline';
      }
    }),
  );
});
