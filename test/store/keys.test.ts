import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadPrefix, runPrefix, toSegment } from '../../src/store/keys.ts';
import { checkedKey } from '../../src/store/store.ts';

const ids = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('', '.', '..', '../..', 'a/b', '~'),
);

test('whatever a run is named, its key is one that a store takes', () => {
  fc.assert(
    fc.property(ids, ids, (namespace, id) => {
      checkedKey(`${runPrefix(namespace, id)}page`);
      checkedKey(`${payloadPrefix(namespace, id, id)}hash`);
      expect(runPrefix(namespace, id).split('/')).toHaveLength(4);
    }),
  );
});

test('two ids never share a segment', () => {
  fc.assert(fc.property(ids, ids, (a, b) => (toSegment(a) === toSegment(b)) === (a === b)));
  const long = 'x'.repeat(400);
  expect(toSegment(`${long}a`)).not.toBe(toSegment(`${long}b`));
});

test('an id of ordinary characters is its own segment', () => {
  expect(runPrefix('default', 'tasks-1.a_b')).toBe('runs/default/tasks-1.a_b/');
});
