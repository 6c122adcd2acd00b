/** What was thrown, made fit for the SDK's own converter, which is asked in every test. */
import { ApplicationFailure, CancelledFailure, DefaultFailureConverter, TimeoutFailure } from '@temporalio/common';
import { defaultPayloadConverter, ensureApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tame } from '../../src/workflows/tame.ts';
import { oddValues } from '../support/odd-values.ts';

const converter = new DefaultFailureConverter();
const converted = (thrown: unknown) => converter.errorToFailure(thrown, defaultPayloadConverter);
type Failure = ReturnType<typeof converted>;

function texts({ message, stackTrace, applicationFailureInfo, cause }: Failure): string[] {
  const own = [message, stackTrace, applicationFailureInfo?.type].filter((text) => typeof text === 'string');
  return cause ? [...own, ...texts(cause)] : own;
}

function expectFit(thrown: unknown): void {
  for (const failure of [converted(thrown), converted(ensureApplicationFailure(thrown))]) {
    for (const text of texts(failure)) expect(text.isWellFormed()).toBe(true);
    expect(texts(failure).join('').length).toBeLessThan(500_000);
  }
}

test.each(Object.entries(oddValues))('%s: the SDK converts what is left of it', (_name, make) => {
  expectFit(tame(make()));
});

test('whatever is thrown, the SDK converts what is left of it', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
  });
  const text = fc.string({ unit: 'binary' });
  const errors = fc
    .array(fc.tuple(fc.oneof(text, anything), fc.oneof(text, anything), fc.array(anything), anything))
    .map((layers) =>
      layers.reduce<unknown>((cause, [message, type, details, more]) => {
        const failure = ApplicationFailure.create({ details, cause: cause as Error, type: type as string });
        return Object.assign(failure, { message, more });
      }, undefined),
    );
  fc.assert(fc.property(fc.oneof(anything, errors), (thrown) => expectFit(tame(thrown))));
});

test('an error that is fit passes as it is, whatever its class', () => {
  class Own extends Error {}
  const cause = ApplicationFailure.create({ message: 'root', type: 'Root', details: [{ code: 4242 }] });
  const fit = [
    new Error('m'),
    new Own('m'),
    ApplicationFailure.create({
      message: 'm',
      type: 'T',
      details: [1],
      nextRetryDelay: '1s',
      cause,
      category: 'BENIGN',
    }),
    new CancelledFailure('m', [{ a: 1 }]),
    new TimeoutFailure('m', undefined, 'HEARTBEAT'),
    new DOMException('stop', 'AbortError'),
  ];
  for (const error of fit) expect(tame(error)).toBe(error);
});

test('a copy says of itself what the error said: type, details, category, delay, whether to try again, and its root', () => {
  const root = Object.assign(new Error('half \ud83d'), { name: 'Odd' });
  const failure = ApplicationFailure.create({
    message: 'm',
    type: 'T',
    nonRetryable: true,
    details: [{ code: 4242 }],
    nextRetryDelay: '2s',
    category: 'BENIGN',
    cause: root,
  });
  expect(tame(failure)).toMatchObject({
    message: 'm',
    type: 'T',
    nonRetryable: true,
    details: [{ code: 4242 }],
    nextRetryDelay: '2s',
    category: 'BENIGN',
    cause: { message: 'half \ufffd', type: 'Odd' },
  });
});

test('an aborted signal and a cancel are still known as such', () => {
  expect(tame(Object.assign(new Error('half \ud83d'), { name: 'AbortError' })).name).toBe('AbortError');
  expect(tame(new CancelledFailure('half \ud83d'))).toBeInstanceOf(CancelledFailure);
});

test('of details that cannot be kept the message says so', () => {
  expect(tame(ApplicationFailure.nonRetryable('m', 'T', 1n)).message).toBe(
    'm (its details cannot be kept: they are too large, or no JSON)',
  );
});

test('a delay of nothing is sent as a short one, as Temporal would take it for "no retry"; others as they are', () => {
  const delayOf = (nextRetryDelay: number | string) =>
    converted(tame(ApplicationFailure.create({ nextRetryDelay: nextRetryDelay as number }))).applicationFailureInfo
      ?.nextRetryDelay;
  for (const none of [0, '0s', 0.4]) expect(Number(delayOf(none)?.nanos)).toBe(100_000_000);
  expect(Number(delayOf('20ms')?.nanos)).toBe(20_000_000);
});
