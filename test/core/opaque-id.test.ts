/** Opaque ids: those of an HMAC, the same in a workflow and outside, and different for every run and task. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { opaqueId, saltOf, shownIds } from '../../src/core/opaque-id.ts';

const text = fc.string({ unit: 'binary', maxLength: 300 });

it('an opaque id is the beginning of an HMAC of the id, and of no other id or run', () => {
  fc.assert(
    fc.property(text, text, fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (id, other, salt, otherSalt) => {
      const expected = createHmac('sha256', salt.toWellFormed()).update(id.toWellFormed()).digest('hex').slice(0, 32);
      expect(opaqueId(salt, id)).toBe(expected);
      if (id.toWellFormed() !== other.toWellFormed()) expect(opaqueId(salt, other)).not.toBe(expected);
      // A key that is too short is filled with zeros, which are no part of a salt that is drawn.
      fc.pre(!salt.includes('\0') && !otherSalt.includes('\0'));
      if (salt !== otherSalt) expect(opaqueId(otherSalt, id)).not.toBe(expected);
    }),
  );
});

it('ids are as they are where the input has no salt, whatever the input is', () => {
  fc.assert(
    fc.property(fc.anything(), text, (input, id) => {
      fc.pre(saltOf(input) === undefined);
      expect(shownIds(input)(id)).toBe(id);
    }),
  );
  expect(shownIds({ idSalt: 's' })('a')).toBe(opaqueId('s', 'a'));
});
