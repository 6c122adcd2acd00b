/** Laws of the tree reduce: it ends, it loses nothing silently, and the order in which pieces land changes nothing. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ReduceTree, type ReduceRule, type MergeStep } from '../../../src/core/reduce/reducer.ts';

const rule = (window: number, arity = 4): ReduceRule<string> => ({
  window,
  arity,
  size: (text) => text.length,
  cut: (text, limit) => text.slice(0, Math.floor(limit)),
});
type Merge = (step: MergeStep<string>) => string | undefined;

/** Runs a whole reduction; `pick` says which of so many things that may happen next does. */
function reduced(
  pieces: ReadonlyMap<string, string | undefined>,
  given: ReduceRule<string>,
  merge: Merge,
  pick: (count: number) => number = () => 0,
) {
  const tree = new ReduceTree([...pieces.keys()], given);
  const waiting: (() => void)[] = [...pieces].map(([id, text]) => () => {
    if (text === undefined) tree.miss(id, 'it failed');
    else tree.land(id, text);
  });
  const steps: MergeStep<string>[] = [];
  while (waiting.length > 0) {
    waiting.splice(pick(waiting.length), 1)[0]?.();
    for (const step of tree.take()) {
      steps.push(step);
      if (steps.length > 10_000) throw new Error('It does not end');
      const output = merge(step);
      waiting.push(() => (output === undefined ? tree.failed(step, 'the merge failed') : tree.merged(step, output)));
    }
  }
  return { tree, steps };
}

const join = ({ parts }: MergeStep<string>): string => parts.map(({ value }) => value).join('');
const piecesOf = (lengths: readonly (number | undefined)[]) =>
  new Map(lengths.map((length, index) => [`p${index}`, length === undefined ? undefined : 'x'.repeat(length)]));
const lengths = fc.array(fc.option(fc.nat({ max: 150 }), { nil: undefined, freq: 6 }), { maxLength: 60 });
const windows = fc.integer({ min: 2, max: 120 });
const arities = fc.integer({ min: 2, max: 9 });

test('it ends, however its merges swell: within two steps a piece, and within the window', () => {
  const swelling = fc.func(fc.nat({ max: 2000 }));
  fc.assert(
    fc.property(lengths, windows, arities, swelling, (given, window, arity, swell) => {
      const pieces = piecesOf(given);
      const { tree, steps } = reduced(pieces, rule(window, arity), (step) => 'y'.repeat(swell(step.id)));
      expect(tree.over).toBe(true);
      expect(steps.length).toBeLessThanOrEqual(2 * pieces.size);
      expect((tree.result ?? '').length).toBeLessThanOrEqual(window);
    }),
  );
});

test('no merge is given more than the window', () => {
  fc.assert(
    fc.property(lengths, windows, arities, (given, window, arity) => {
      const { steps } = reduced(piecesOf(given), rule(window, arity), join);
      for (const { parts } of steps) {
        expect(parts.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(window);
      }
    }),
  );
});

test('which pieces are merged does not depend on the order in which anything lands', () => {
  const order = fc.array(fc.nat(), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(lengths, windows, arities, order, (given, window, arity, turns) => {
      const shape = (pick?: (count: number) => number) => {
        const merge: Merge = (step) => join(step).slice(0, 40);
        const { tree, steps } = reduced(piecesOf(given), rule(window, arity), merge, pick);
        return [
          tree.result,
          steps.map(({ id, parts }) => `${id}: ${parts.map(({ ids }) => ids.join()).join(' ')}`).toSorted(),
        ];
      };
      let turn = 0;
      expect(shape((count) => (turns[turn++ % turns.length] ?? 0) % count)).toEqual(shape());
    }),
  );
});

test('every piece is either in the result or named with the reason why not', () => {
  const failing = fc.func(fc.nat({ max: 4 }));
  fc.assert(
    fc.property(lengths, windows, arities, failing, (given, window, arity, fails) => {
      const pieces = piecesOf(given);
      const merge: Merge = (step) => (fails(step.id) === 0 ? undefined : join(step));
      const { included, left, total } = reduced(pieces, rule(window, arity), merge).tree.coverage();
      expect([...included, ...Object.keys(left)].toSorted()).toEqual([...pieces.keys()].toSorted());
      expect(total).toBe(pieces.size);
    }),
  );
});

test('pieces that cannot be cut and do not shrink are left out and named', () => {
  const stubborn: ReduceRule<string> = { ...rule(10), cut: () => undefined };
  const { tree } = reduced(piecesOf([4, 30, 4]), stubborn, join);
  expect(tree.result).toBe('xxxxxxxx');
  expect(tree.coverage()).toMatchObject({
    included: ['p0', 'p2'],
    left: { p1: expect.stringContaining('cannot be cut') },
  });
  expect(tree.coverage().note).toBe('2 of 3 pieces are in the result; left out: p1.');
});

test('merges of one branch are ready before the pieces of another have landed', () => {
  const tree = new ReduceTree(['a', 'b', 'c', 'd'], rule(10, 2));
  tree.land('a', 'xxxx');
  tree.land('b', 'xxxx');
  expect(tree.take()).toMatchObject([{ parts: [{ ids: ['a'] }, { ids: ['b'] }], last: false }]);
});

test('what fits into one window is merged once', () => {
  expect(reduced(piecesOf([2, 3, 4]), rule(100, 2), join).steps.map(({ id }) => id)).toEqual(['last']);
});

test('nothing to reduce is over at once', () => {
  const { tree } = reduced(new Map(), rule(10), join);
  expect([tree.over, tree.result, tree.coverage().note]).toEqual([true, undefined, '0 of 0 pieces are in the result.']);
});
