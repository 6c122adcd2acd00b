import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeError } from '../../src/core/task.ts';
import { stage } from './stage.ts';

const named = (name: string, message = 'm', more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

test('the root cause is the news, not its wrappers', () => {
  const root = named('ApplicationFailure', 'quota used up', { type: 'RateLimited', nonRetryable: false });
  const wrapped = new Error('Activity task failed', { cause: new Error('again', { cause: root }) });
  expect(describeError(wrapped)).toEqual({
    kind: 'failed',
    name: 'RateLimited',
    message: 'quota used up',
    retryable: true,
  });
});

test('a cause that is no error is not followed, and a circle of causes comes to an end', () => {
  expect(describeError(new Error('outer', { cause: 'a hint' }))).toMatchObject({ message: 'outer' });
  const circle = new Error('round');
  circle.cause = circle;
  expect(describeError(circle)).toMatchObject({ message: 'round' });
});

test('the `type` of the root is preferred to its name, unless it is empty or no text', () => {
  expect(describeError(named('ApplicationFailure', 'm', { type: 'NotFound' })).name).toBe('NotFound');
  expect(describeError(named('ApplicationFailure', 'm', { type: '' })).name).toBe('ApplicationFailure');
  expect(describeError(named('ApplicationFailure', 'm', { type: 7 })).name).toBe('ApplicationFailure');
});

test.each([
  ['TimeoutError', 'timedOut'],
  ['TimeoutFailure', 'timedOut'],
  ['AbortError', 'cancelled'],
  ['CancelledFailure', 'cancelled'],
  ['CancellationError', 'cancelled'],
  ['TypeError', 'failed'],
])('an error named %s has the kind %s', (name, kind) => {
  expect(describeError(named(name)).kind).toBe(kind);
});

test('an aborted signal and an expired one read as cancelled and timed out', () => {
  expect(describeError(new DOMException('stop', 'AbortError'))).toEqual({
    kind: 'cancelled',
    name: 'AbortError',
    message: 'stop',
  });
  expect(describeError(new DOMException('late', 'TimeoutError')).kind).toBe('timedOut');
});

test('`retryable` is said only where the thrower said so', () => {
  expect(describeError(named('X', 'm', { nonRetryable: true })).retryable).toBe(false);
  expect(describeError(new Error('m'))).not.toHaveProperty('retryable');
  expect(describeError(named('X', 'm', { nonRetryable: 'yes' }))).not.toHaveProperty('retryable');
});

test.each([
  ['a text', 'a text'],
  [undefined, 'undefined'],
  [null, 'null'],
  [42, '42'],
  [10n, '10'],
  [Symbol('s'), 'Symbol(s)'],
  [{ code: 7 }, '{"code":7}'],
])('a thrown %o reads as %s', (thrown, message) => {
  expect(describeError(thrown)).toEqual({ kind: 'failed', name: 'Error', message });
});

test('what cannot be shown is still described', () => {
  const bare: { self?: unknown } = Object.create(null);
  bare.self = bare;
  expect(describeError(bare)).toEqual({
    kind: 'failed',
    name: 'Error',
    message: 'A value of type object that cannot be shown',
  });
  const odd = { toJSON: () => Promise.reject, toString: () => 7 };
  expect(describeError(odd).message).toMatch(/./);
});

test('whatever is thrown is described as plain JSON', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withObjectString: true,
  });
  const errors = fc
    .tuple(anything, anything, anything)
    .map(([message, name, type]) => Object.assign(new Error('m'), { message, name, type }));
  fc.assert(
    fc.property(fc.oneof(anything, errors), (thrown) => {
      const described = describeError(thrown);
      expect(JSON.parse(JSON.stringify(described))).toEqual(described);
      expect([typeof described.name, typeof described.message]).toEqual(['string', 'string']);
    }),
  );
});

test('a task that throws what cannot be shown fails, and nothing hangs', async () => {
  const on = stage();
  const task = (): never => {
    // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error
    throw Object.create(null);
  };
  expect((await on.run(() => on.gather([1], task))).results[0]).toMatchObject({
    success: false,
    error: { kind: 'failed' },
  });
});
