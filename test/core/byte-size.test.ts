import fc from 'fast-check';
import { expect, test } from 'vitest';
import { takesAtMost, utf8Bytes } from '../../src/core/byte-size.ts';

const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });

test('the bytes of a text are those that it has in UTF-8, with half a pair as U+FFFD', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (any) => utf8Bytes(any) === Buffer.byteLength(any)),
  );
});

test('a text takes at most as many bytes as it has, and not one less', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), fc.nat(64), (any, most) => {
      expect(takesAtMost(any, most)).toBe(Buffer.byteLength(any) <= most);
    }),
  );
});
