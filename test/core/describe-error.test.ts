import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeError, originalOf } from '../../src/core/task.ts';
import { oddValues } from '../support/odd-values.ts';
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
    wrappers: [
      { name: 'Error', message: 'Activity task failed' },
      { name: 'Error', message: 'again' },
    ],
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

test.each(Object.entries(oddValues))('%s: described, bounded and well-formed, within 50 ms', (_name, make) => {
  const thrown = make();
  const start = process.cpuUsage();
  const described = describeError(thrown);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000).toBeLessThan(50);
  const text = JSON.stringify(described);
  expect(JSON.parse(text)).toEqual(described);
  expect(text.length).toBeLessThan(60_000);
  expect(described.message.isWellFormed() && described.name.isWellFormed()).toBe(true);
});

test.each(Object.entries(oddValues))('a task that throws %s fails, and its siblings do not', async (_name, make) => {
  const on = stage();
  const task = (item: number): number => {
    // oxlint-disable-next-line typescript/only-throw-error
    if (item === 0) throw make();
    return item;
  };
  expect(await on.run(() => on.gather([0, 1, 2], task))).toMatchObject({ successCount: 2, failureCount: 1 });
});

test('the root of 20,000 causes is found', () => {
  expect(describeError(oddValues['20,000 causes']?.())).toMatchObject({ message: 'root' });
});

test('a long message keeps its beginning and says how long it was', () => {
  const { message } = describeError(new Error('H'.repeat(5_000_000)));
  expect(message.length).toBeLessThanOrEqual(10_000);
  expect(message).toMatch(/^H{9900} … \(5000000 characters in all\)$/);
});

test('what a failure carries is kept: its details and category, from the failure nearest to the root that has some', () => {
  const root = named('ApplicationFailure', 'bad', { type: 'Bad', nonRetryable: true, details: [{ code: 4242 }] });
  const outer = named('ApplicationFailure', 'outer', { details: ['outer'], category: 'BENIGN', cause: root });
  expect(describeError(new Error('Activity task failed', { cause: outer }))).toMatchObject({
    name: 'Bad',
    details: [{ code: 4242 }],
    category: 'BENIGN',
  });
  expect(describeError(named('X', 'm', { details: ['D'.repeat(20_001)] }))).not.toHaveProperty('details');
  expect(describeError(named('X', 'm', { details: [] }))).not.toHaveProperty('details');
});

test("the wrappers of Temporal's own say nothing, so they are left out", () => {
  const root = new Error('root');
  const wrapped = named('ActivityFailure', 'Activity task failed', { cause: named('Mine', 'mine', { cause: root }) });
  expect(describeError(wrapped).wrappers).toEqual([{ name: 'Mine', message: 'mine' }]);
  expect(describeError(root)).not.toHaveProperty('wrappers');
});

test('a class that sets no name is known by its own', () => {
  class RateLimited extends Error {}
  expect(describeError(new RateLimited('m')).name).toBe('RateLimited');
});

test('what was thrown can be had again, in this process', () => {
  const thrown = new Error('m');
  expect(originalOf(describeError(thrown))).toBe(thrown);
  expect(originalOf({ kind: 'failed', name: 'Error', message: 'm' })).toBeUndefined();
});
