import { expect, test } from 'vitest';
import { tracked, untracked } from '../../src/workflows/untracked.ts';

const stackOf = (): unknown => Reflect.get(new Error(), 'stack');

test('in an untracked step an error that is asked for nothing has no stack, and there is one again in tracked code and after it', () => {
  expect(untracked(stackOf)).toBeUndefined();
  expect(untracked(() => tracked(stackOf))).toContain('untracked.test');
  expect(untracked(() => [tracked(stackOf), stackOf()])[1]).toBeUndefined();
  expect(stackOf()).toContain('untracked.test');
});

test('every error of an untracked step is what it always is, thrown, inherited or asked about', () => {
  const real = Error;
  untracked(() => {
    class Own extends Error {
      override readonly name = 'Own';
    }
    const [plain, own] = [new Error('why', { cause: 7 }), new Own('mine')];
    expect([plain.message, plain.cause, own.message, own.name]).toEqual(['why', 7, 'mine', 'Own']);
    expect([plain.stack, own.stack].every((stack) => stack?.includes('untracked.test'))).toBe(true);
    expect([plain, own, new Error(), new TypeError('x')].every((error) => error instanceof Error)).toBe(true);
    expect([plain, own].every((error) => error instanceof real)).toBe(true);
  });
});

test('what a step throws leaves the usual errors behind it', () => {
  const real = globalThis.Error;
  expect(() =>
    untracked(() => {
      throw new TypeError('broken');
    }),
  ).toThrow('broken');
  expect(() =>
    untracked(() =>
      tracked(() => {
        throw new TypeError('broken');
      }),
    ),
  ).toThrow('broken');
  expect(globalThis.Error).toBe(real);
});
