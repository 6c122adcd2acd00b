/** JSON of a model keeps the digits of its numbers, however large the text around them is. */
import { expect, test } from 'vitest';
import { parseKept, writeKept } from '../../../src/agents/model/json.ts';

const rounded = '9007199254740993';

test('a number that would be rounded keeps its digits, and every other is the number that it is', () => {
  for (const text of [`{"a":[${rounded},7,1.5,"${rounded}"],"b":-${rounded}}`, rounded, `[${rounded},${rounded}]`])
    expect(writeKept(parseKept(text))).toBe(text);
  expect(parseKept('{"a":[7,1.5,"x"]}')).toEqual({ a: [7, 1.5, 'x'] });
  expect(() => parseKept(`{"a":${rounded}`)).toThrow(SyntaxError);
});

test('it does so beside a text as large as an answer may be', () => {
  const text = `["${'\\"'.repeat(10_000_000)}",${rounded}]`;
  expect(writeKept(parseKept(text))).toBe(text);
});
