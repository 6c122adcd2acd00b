/** How deep a JSON text nests, as its parse would say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNestedBeyond } from '../../src/http/nesting.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('the nesting of a JSON text', () => {
  it('is that of the value, whatever brackets its texts and keys have', () => {
    const text = fc.oneof(fc.string({ unit: fc.constantFrom('{', '[', '"', '\\', '}', ']', 'a') }), fc.string());
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, text, fc.double(), fc.constant(null), tie('list'), tie('record')),
      list: fc.array(tie('any'), { maxLength: 3 }),
      record: fc.dictionary(text, tie('any'), { maxKeys: 3 }),
    })).any;
    fc.assert(
      fc.property(value, (each) => {
        const [json, depth] = [JSON.stringify(each), depthOf(each)];
        expect(isNestedBeyond(json, depth)).toBe(false);
        if (depth > 0) expect(isNestedBeyond(json, depth - 1)).toBe(true);
      }),
    );
  });

  it('is found in one pass of whatever comes', () => {
    for (const text of ['['.repeat(30_000_000), `"${'\\'.repeat(1_000_000)}`, ']'.repeat(1_000_000)])
      expect(typeof isNestedBeyond(text)).toBe('boolean');
    expect(isNestedBeyond('['.repeat(100_000))).toBe(true);
  });
});
