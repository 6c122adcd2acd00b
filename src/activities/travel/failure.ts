/** An error as plain JSON, for calls that travel many at a time and must see the failure that they would have seen alone. */
import { given } from '../../core/given.ts';
import { plainJson } from '../../core/bounded.ts';
import { causesOf, isA, messageOf, nameOf, propertyOf } from '../../core/thrown.ts';
import type { CallFailure } from '../../core/travel/call-failure.ts';

const maxCauses = 10;
const maxDetailCharacters = 50_000;

export function asFailure(thrown: unknown): CallFailure {
  const chain = causesOf(thrown).slice(0, maxCauses).toReversed();
  let failure: CallFailure | undefined;
  for (const error of chain) failure = { ...alone(error), ...given({ cause: failure }) };
  return failure ?? alone(thrown);
}

function alone(error: unknown): CallFailure {
  const name = isA(error, Error) ? propertyOf(error, 'name') : undefined;
  const kind = name === 'TimeoutFailure' ? 'timeout' : name === 'CancelledFailure' ? 'cancelled' : 'application';
  const nonRetryable = propertyOf(error, 'nonRetryable') === true ? { nonRetryable: true } : {};
  const details = plainJson(propertyOf(error, 'details'), maxDetailCharacters);
  const listed = Array.isArray(details) && details.length > 0 ? { details } : {};
  const category = propertyOf(error, 'category') === 'BENIGN' ? { category: 'BENIGN' as const } : {};
  return { kind, type: nameOf(error), message: messageOf(error), ...nonRetryable, ...listed, ...category };
}
