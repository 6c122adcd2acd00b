/** JSON in which no number becomes another one, however large the text is. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExactly, parseKeeping, repeatedIn, roundedIn } from '../../src/core/json.ts';

const rounded = '12345678901234567';

test.each([
  ['of letters', 'a', 20_000_000],
  ['of quotes', '\\"', 10_000_000],
  ['of backslashes', '\\\\', 10_000_000],
])('a string %s as large as a body may be is read over, and what is behind it is seen', (_name, part, times) => {
  const long = `"${part.repeat(times)}"`;
  expect(roundedIn(`[${long},${rounded}]`)).toContain(`the number ${rounded} would be rounded`);
  expect(roundedIn(`[${long},"${rounded}"]`)).toBeUndefined();
  // Nothing closes it.
  expect(roundedIn(`[${rounded.slice(0, 5)},${long.slice(0, -1)},${rounded}`)).toBeUndefined();
});

test('a number in a string, behind quotes and backslashes, is text', () => {
  for (const text of [`"\\"${rounded}"`, `"\\\\\\"${rounded}"`, `"${rounded}"`])
    expect(parseExactly(text)).toContain(rounded);
  expect(() => parseExactly(`["\\\\",${rounded}]`)).toThrow(SyntaxError);
});

test('an id of 64 bits keeps each of its digits as text, and every number that can stays one', () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 64n), fc.jsonValue(), (id, other) => {
      const text = `{"id":${id},"other":${JSON.stringify(other)}}`;
      const parsed = parseKeeping(text) as { id: unknown; other: unknown };
      // One that is written again with the same digits stays a number.
      expect(String(parsed.id)).toBe(`${id}`);
      expect(typeof parsed.id).toBe(String(Number(id)) === `${id}` ? 'number' : 'string');
      expect(parsed.other).toEqual(JSON.parse(JSON.stringify(other)));
    }),
  );
  expect(parseKeeping('{"id":42,"far":1e400}')).toEqual({ id: 42, far: '1e400' });
});

test('a name that an object gives twice is named, however it is written, as one of its values would be dropped', () => {
  for (const [text, name] of [
    ['{"id":1,"id":2}', '"id"'],
    ['[{"a":{"id" : 1, "b":[{"id":2}], "\\u0069d"\n:3}}]', '"\\u0069d"'],
    ['{"__proto__":1,"__proto__":2}', '"__proto__"'],
    ['{"":{},"":{}}', '""'],
  ] as const)
    expect(() => parseExactly(text)).toThrow(`the name ${name} is given twice in one object`);
});

test('what only looks like a name twice is taken as it stands', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.array(fc.constantFrom('"a":', '"a" :', '\\":', '{', '}', '[', ':')),
      (value, parts) => {
        const text = JSON.stringify(
          [{ a: value, b: [{ a: value, c: parts.join('') }], [parts.join('')]: 1 }],
          undefined,
          1,
        );
        expect(repeatedIn(text, JSON.parse(text))).toBeUndefined();
      },
    ),
  );
});

test('a name is found twice wherever it is put into a text of JSON again', () => {
  const named = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
  fc.assert(
    fc.property(named, fc.jsonValue(), fc.nat(), (object, other, which) => {
      const [name = ''] = Object.keys(object).slice(which % Object.keys(object).length);
      const text = `[${JSON.stringify(other)},${JSON.stringify(object).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(other)}}]`;
      expect(repeatedIn(text, JSON.parse(text))).toContain(JSON.stringify(name).slice(0, 100));
    }),
  );
});

test('a whole number is the same however it is spelt, or is refused; what is not whole may lose digits but not all', () => {
  for (const lost of [
    '9007199254740993.0',
    '9.007199254740993e15',
    '90071992547409930e-1',
    '-9007199254740993.000',
    '1e-400',
    '1e400',
    // A double has it exactly, and writes it with other digits.
    '9223372036854775808',
    '12345678901234567.5',
  ])
    expect(() => parseExactly(`{"id":${lost}}`), lost).toThrow('would be rounded');
  for (const kept of [
    '9007199254740992.0',
    '9.007199254740992e15',
    '0',
    '-0.0',
    '0e999',
    '1e22',
    '1.2345678901234566e+25',
    '900719925474099.31',
    '5e-324',
    '0.1',
  ])
    expect(parseExactly(kept), kept).toBe(Number(kept));
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(30), (whole, places) => {
      const digits = `${whole < 0n ? -whole : whole}`.padStart(places + 1, '0');
      const [front, behind] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
      const text = `${whole < 0n ? '-' : ''}${front}${behind && `.${behind}`}e${places}`;
      const isKept = String(Number(whole)) === `${whole}`;
      if (isKept) expect(parseExactly(text)).toBe(Number(whole));
      else expect(() => parseExactly(text), text).toThrow('would be rounded');
    }),
    { examples: [[9007199254740993n, 15]] },
  );
});
