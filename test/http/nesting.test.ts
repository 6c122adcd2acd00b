/** How deep a JSON text nests and how much is in it, as its parse would say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beyondShape, mostOfBody } from '../../src/http/nesting.ts';

const within = { nesting: 10_000, values: Infinity, members: Infinity };

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** One, and one more for each list or object and each comma. */
function valuesOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  const inner = Object.values(value).map(valuesOf);
  return 2 + Math.max(0, inner.length - 1) + inner.reduce((sum, each) => sum + each - 1, 0);
}

function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Math.max(own, ...Object.values(value).map(membersOf));
}

const text = fc.oneof(fc.string({ unit: fc.constantFrom('{', '[', '"', '\\', '}', ']', ',', 'a') }), fc.string());
const anything = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, text, fc.double(), fc.constant(null), tie('list'), tie('record')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  record: fc.dictionary(text, tie('any'), { maxKeys: 3 }),
})).any;

describe('the shape of a JSON text', () => {
  it('is that of the value, whatever brackets, commas and quotes its texts and keys have', () => {
    fc.assert(
      fc.property(anything, (each) => {
        const json = JSON.stringify(each);
        const [nesting, values, members] = [depthOf(each), valuesOf(JSON.parse(json)), membersOf(each)];
        expect(beyondShape(json, { ...within, nesting })).toBeUndefined();
        if (nesting > 0) expect(beyondShape(json, { ...within, nesting: nesting - 1 })).toBe('nesting');
        expect(beyondShape(json, { ...within, values })).toBeUndefined();
        if (values > 1) expect(beyondShape(json, { ...within, values: values - 1 })).toBe('values');
        expect(beyondShape(json, { ...within, members })).toBeUndefined();
        if (members > 1) expect(beyondShape(json, { ...within, members: members - 1 })).toBe('members');
      }),
    );
  });

  it('is found in one pass of whatever comes', () => {
    for (const each of ['['.repeat(30_000_000), `"${'\\'.repeat(1_000_000)}`, ']'.repeat(1_000_000), ']],,'.repeat(9)])
      expect(['nesting', undefined]).toContain(beyondShape(each));
    expect(beyondShape(`["${String.raw`\"`.repeat(1_000_000)}"`)).toBeUndefined();
    expect(beyondShape(`[${'{},'.repeat(mostOfBody.values)}0]`)).toBe('values');
    expect(beyondShape(`{${'"a":0,'.repeat(mostOfBody.members)}"b":0}`)).toBe('members');
    expect(beyondShape(`[${'0,'.repeat(mostOfBody.members)}0]`)).toBeUndefined();
  });
});
