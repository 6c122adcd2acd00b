/** Fields that have a value. */
import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { given } from '../../src/core/given.ts';

test('fields of undefined are left out, and those of null, zero, false and the empty text are kept', () => {
  expect(Object.entries(given({ a: 1, b: undefined, c: null, d: 0, e: false, f: '' }))).toEqual([
    ['a', 1],
    ['c', null],
    ['d', 0],
    ['e', false],
    ['f', ''],
  ]);
});

test('what is left has no field of undefined, and every other field as it was, whatever its name', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.option(fc.anything(), { nil: undefined })), (fields) => {
      const kept = given(fields);
      expect(Object.values(kept)).not.toContain(undefined);
      for (const [name, value] of Object.entries(fields)) {
        if (value === undefined) expect(Object.hasOwn(kept, name)).toBe(false);
        else expect(Object.getOwnPropertyDescriptor(kept, name)?.value).toBe(value);
      }
    }),
  );
});

test('a field that may be undefined becomes optional, and another stays', () => {
  const limit = undefined as number | undefined;
  expectTypeOf(given({ id: 'a', limit })).toEqualTypeOf<{ id: string } & { limit?: number }>();
});
