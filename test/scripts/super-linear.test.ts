/** The rule of the house for regular expressions, and that what it says of a pattern is what the engine does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
// @ts-expect-error -- the rules of the linter are plain JavaScript
import { superLinear } from '../../scripts/lint/super-linear.mjs';

const faultOf = superLinear as (pattern: string, flags: string) => string | undefined;

/** Each with a text that shows it: what it begins with, what is repeated, what makes it fail. */
const slow: readonly [RegExp, string, string, string][] = [
  [/\s+$/, '', ' ', 'x'],
  [/(a|a)*$/, '', 'a', 'x'],
  [/(a*)*b/, '', 'a', ''],
  [/^(?:a*b?)*c/, '', 'a', ''],
  [/<[^>]*>/g, '', '<', ''],
  [/<title[^>]*>([\s\S]*?)<\/title>/i, '', '<title>', ''],
  [/^(.+?)\s*#*\s*$/, '', ' ', 'x\n'],
  [/a*a*b/, '', 'a', ''],
  [/^\s*#{0,4}\s*x/m, '', '\n', ''],
  [/\B(?=(\d{3})+$)/g, '', '0', 'x'],
  [/\border\s*(?:a)?\s*#?x/, 'order', ' ', ''],
  [/"(?:[^"\\]|\\.)*"/g, '', '\\"', ''],
  [/a(?:[^x]*x)?/g, '', 'a', ''],
  [/\d+(?:\.\d+)?(?:ms|s)/, '', '0', ''],
  [/^[a-z]+(?:[A-Z_.\-/ ][a-z]*)*$/i, '', 'a', '1'],
  [/\w+@/, '', 'a', ''],
  [/\s[^=]*$/, '', ' ', '='],
  [/a(?=.*)/g, '', 'a', ''],
  [/^[^\S\n]*#.*$/gm, '', '\r\t', ''],
  [/<(a|b)\b[\s\S]*?<\/\1>/g, '', '<a ', ''],
];
const linear: readonly RegExp[] = [
  /\s+/g,
  /^\s+/,
  /<[^<>]*>/g,
  /^[^"]*"[^"]*"$/,
  /(?<!\d)\d+x/,
  /\b\w+:/,
  /^(?:[^"\\]|\\.)*"/,
  /(?:ab)*/g,
  /^(?!.*\.\.)[\w]+$/,
  /^(.)\1*$/,
  /"(?:[^"\\]|\\.)*"?/g,
  /(?<!\p{L})kein\p{L}*(?!\p{L})/iu,
  /\d{1,20}(?:\.\d{1,3})?s/,
  /^items(\/[A-Za-z0-9][A-Za-z0-9._-]{0,199})+$/,
];

/** The least processor time of some runs, in ms. */
function timeOf(pattern: RegExp, text: string): number {
  const times = Array.from({ length: 5 }, () => {
    const began = process.cpuUsage();
    text.replaceAll(new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`), '');
    const { user } = process.cpuUsage(began);
    return user / 1000;
  });
  return Math.min(...times);
}

describe('a pattern whose time may grow faster than its text', () => {
  test.each(slow)('%s is refused', (pattern) => {
    expect(faultOf(pattern.source, pattern.flags)).toBeTypeOf('string');
  });

  test.each(slow)('%s is one', (pattern, start, repeated, end) => {
    const sized = (times: number): number => timeOf(pattern, start + repeated.repeat(times) + end);
    let times = 16;
    // Exponential ones are seen at once; of the others a text four times as long takes sixteen times as long.
    while (sized(times) < 4 && times < 100_000) times = Math.ceil(times * 1.3);
    expect(times).toBeLessThan(100_000);
  });

  test('is refused too where it is written with what means the same', () => {
    for (const [pattern, flags] of [
      ['[^>]{0,5000}x', ''],
      ['(?:a{0,8}){1,}b', ''],
      ['(?<=x\\s*)y', ''],
    ] as const)
      expect(faultOf(pattern, flags)).toBeTypeOf('string');
  });
});

describe('a pattern whose time grows as its text does', () => {
  test.each(linear)('%s is taken', (pattern) => {
    expect(faultOf(pattern.source, pattern.flags)).toBeUndefined();
  });
});

test('what is taken stays quick over texts of its own characters, and few of those that are slow are taken', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '[ab]',
    '[^a]',
    '.',
    '\\w',
    '\\s',
    '(?:a|b)',
    '(?:ab|a)',
    '\\b',
    '(?=a)',
    '(?!b)',
  );
  const part = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{0,3}', '*?')).map(([one, times]) => {
    return /^\\b|^\(\?[=!]/.test(one) ? one : one + times;
  });
  const sequence = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  const group = fc
    .tuple(sequence, sequence, fc.constantFrom('', '*', '+', '?'))
    .map(([one, other, times]) => `(?:${one}|${other})${times}`);
  const pattern = fc.array(fc.oneof(sequence, group), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
  const text = fc.array(fc.constantFrom('a', 'b', ' '), { minLength: 1, maxLength: 4 }).map((all) => all.join(''));
  fc.assert(
    fc.property(pattern, text, fc.constantFrom('', '!'), (source, repeated, end) => {
      fc.pre(faultOf(source, '') === undefined);
      const most = 20_000;
      expect(timeOf(new RegExp(source), repeated.repeat(most / repeated.length) + end)).toBeLessThan(100);
    }),
    { numRuns: 400 },
  );
});
