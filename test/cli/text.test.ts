/** Text for a terminal has the width that the terminal gives it, whatever its script. */
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { truncateToWidth, padded, wrap } from '../../src/cli/text.ts';

const word = fc.oneof(
  fc.stringMatching(/^[a-z]{1,12}$/),
  fc.constantFrom('日本語の文章', '한국어', 'e\u0301te\u0301', '👩‍👩‍👧', 'ｆｕｌｌ', '\u200B'),
);
const text = fc.array(word, { maxLength: 30 }).map((words) => words.join(' '));
const width = fc.integer({ min: 16, max: 60 });
const withoutBlanks = (value: string): string => value.replaceAll(/\s/g, '');

describe('text for a terminal', () => {
  test('is truncated to columns, not to characters', () => {
    expect(truncateToWidth('日本語の文章', 7)).toBe('日本語…');
    expect(truncateToWidth('日本語の文章', 12)).toBe('日本語の文章');
    expect(padded('日本', 6)).toBe('日本  ');
  });

  test('never overhangs, and where it fits nothing of it is missing', () => {
    fc.assert(
      fc.property(text, width, (value, columns) => {
        const line = truncateToWidth(value, columns);
        expect(stringWidth(line)).toBeLessThanOrEqual(columns);
        if (!line.endsWith('…')) expect(line).toBe(value.trim());
        for (const each of wrap(value, columns, '  ').split('\n'))
          expect(stringWidth(each)).toBeLessThanOrEqual(columns);
        expect(withoutBlanks(wrap(value, columns))).toBe(withoutBlanks(value));
      }),
    );
  });

  test('is wrapped under its bullet, and an address is left whole', () => {
    expect(wrap('- one two three', 9)).toBe('- one two\n  three');
    expect(wrap('[1] 日本語の文章', 11)).toBe('[1] 日本語\n    の文章');
    expect(wrap('see https://example.org/a/long/address', 20)).toBe('see\nhttps://example.org/a/long/address');
  });

  test('takes time in proportion to its length', () => {
    for (const piece of ['x', '日', 'word ', '日本 ', 'e\u0301', ' ', '- '])
      for (const shape of [(value: string) => truncateToWidth(value, 80), (value: string) => wrap(value, 80)]) {
        const took = (length: number): number => {
          const before = process.cpuUsage();
          shape(piece.repeat(length / piece.length));
          return process.cpuUsage(before).user / 1000;
        };
        took(10_000);
        // Eight times as long takes far less than 64 times the time.
        expect(took(80_000), `${piece}: ${String(shape)}`).toBeLessThan(32 * Math.max(5, took(10_000)));
      }
  });
});
