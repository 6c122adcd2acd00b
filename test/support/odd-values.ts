/** What code may throw though nobody should; each is made anew, since some are spoilt by being looked at. */
import { ApplicationFailure } from '@temporalio/common';

const trap = (): never => {
  throw new Error('trap');
};

function circle(): Error {
  const outer = new Error('outer');
  outer.cause = new Error('inner', { cause: outer });
  return outer;
}

function deep(): Error {
  let error = new Error('root');
  for (let depth = 0; depth < 20_000; depth++) error = new Error('around', { cause: error });
  return error;
}

/** By name, as tests are told apart. */
export const oddValues: Readonly<Record<string, () => unknown>> = {
  'causes in a circle': circle,
  'an error that is its own cause': () => {
    const self = new Error('self');
    self.cause = self;
    return self;
  },
  'a failure whose causes go in a circle': () =>
    ApplicationFailure.create({ message: 'outer', nonRetryable: true, cause: circle() }),
  '20,000 causes': deep,
  'a message with half an emoji': () => new Error('half \ud83d'),
  'a failure with half an emoji in its type and message': () =>
    ApplicationFailure.nonRetryable('half \ud83d', '\ude00'),
  'half an emoji in a cause': () => new Error('outer', { cause: new Error('half \ud83d') }),
  'a message of 5 MB': () => new Error('H'.repeat(5 * 1024 * 1024)),
  'a type of 5 MB': () => ApplicationFailure.nonRetryable('m', 'T'.repeat(5 * 1024 * 1024)),
  'a getter that throws': () => Object.defineProperty(new Error('m'), 'message', { get: trap }),
  'a stack that throws': () => Object.defineProperty(new Error('m'), 'stack', { get: trap }),
  'a cause that throws': () => Object.defineProperty(new Error('m'), 'cause', { get: trap }),
  'a message that is no text': () => Object.assign(new Error('m'), { message: { a: 1n }, name: 7 }),
  'a Proxy that throws': () => new Proxy({}, { get: trap, getPrototypeOf: trap, has: trap, ownKeys: trap }),
  'a Proxy of an error': () => new Proxy(new Error('m'), { get: trap }),
  'details that are no JSON': () => ApplicationFailure.nonRetryable('m', 'T', 1n, trap),
  'details of 5 MB': () => ApplicationFailure.nonRetryable('m', 'T', 'D'.repeat(5 * 1024 * 1024)),
  'a delay that is none': () => ApplicationFailure.create({ message: 'm', nextRetryDelay: 'soon' as '1s' }),
  'what is no error and goes in a circle': () => {
    const value: { self?: unknown; cause?: unknown } = {};
    value.self = value;
    value.cause = value;
    return value;
  },
  'an object without a prototype': () => Object.create(null) as unknown,
  'a cause that is no error': () => {
    const cause: { self?: unknown } = Object.create(null) as object;
    cause.self = cause;
    return new Error('m', { cause });
  },
  'a function': () => trap,
  'a symbol': () => Symbol('s'),
  'a bigint': () => 10n,
  nothing: () => undefined,
  null: () => null,
  'a text with half an emoji': () => 'half \ud83d',
  'a frozen error': () => Object.freeze(new Error('m')),
  'an AggregateError': () => new AggregateError([circle(), new Error('half \ud83d')], 'many'),
};
