/** The row of a cached result: what differs in anything is another row, and a caller's name is never that of a paid step. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowKey, type CacheRow } from '../../../src/activities/cache/key.ts';

/** Few texts, and such as a careless join of parts would confuse. */
const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'null', 'key', 'content', '"a"', 'a","b', 'a:b', ':', '\ud800', '\udfff', '\ufffd'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const row: fc.Arbitrary<CacheRow> = fc.record({
  namespace: text,
  tenant: fc.option(text),
  activity: text,
  key: fc.option(text, { nil: undefined }),
  input: fc.jsonValue({ maxDepth: 1 }),
});

/** A row with a key is the same for every input. */
const same = (one: CacheRow, other: CacheRow): boolean =>
  JSON.stringify({ ...one, input: one.key === undefined ? one.input : 0 }) ===
  JSON.stringify({ ...other, input: other.key === undefined ? other.input : 0 });

describe('the row of a cached result', () => {
  it('is one exactly where namespace, tenant, activity and key, or input, are the same', () => {
    fc.assert(
      fc.property(row, row, (one, other) => (rowKey(one) === rowKey(other)) === same(one, other)),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(row, (one) => rowKey({ ...one }) === rowKey(one)));
  });

  it('is another one for each part that is exchanged', () => {
    fc.assert(
      fc.property(row, text, fc.constantFrom('namespace', 'tenant', 'activity', 'key'), (one, other, part) => {
        fc.pre(one[part] !== other);
        expect(rowKey({ ...one, [part]: other })).not.toBe(rowKey(one));
      }),
    );
  });

  it('of an input is reached by no key, however the key is made of it', () => {
    fc.assert(
      fc.property(row, (one) => {
        const json = JSON.stringify(one.input);
        const hash = createHash('sha256').update(json).digest('hex');
        const step = rowKey({ ...one, key: undefined });
        for (const key of [json, hash, step, 'content', `content:${one.activity}:${hash}`, `content","${hash}`])
          expect(rowKey({ ...one, key })).not.toBe(step);
      }),
    );
  });
});
