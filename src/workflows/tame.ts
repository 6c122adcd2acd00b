/**
 * Makes what was thrown fit for the SDK, which follows causes without end and writes texts that the protocol cannot carry.
 * The surprising rule: an error that is fit passes as it is, since its class decides what Temporal makes of it.
 */
import { ApplicationFailure, CancelledFailure, TemporalFailure, TimeoutFailure } from '@temporalio/workflow';
import { takesAtMost } from '../core/byte-size.ts';
import { milliseconds, type Duration } from '../core/duration.ts';
import { plainJson, truncate } from '../core/bounded.ts';
import { leastRetryMs } from '../core/travel/retry.ts';
import { causesOf, isA, maxMessageCharacters, messageOf, nameOf, propertyOf } from '../core/thrown.ts';

/** Of a long chain of causes the outermost are kept, and the root. */
const maxCauses = 20;
const maxStackCharacters = 20_000;
/** A failure above 2 MB is refused. */
const maxDetailBytes = 1_000_000;

/**
 * The error itself where the SDK can convert it; else a copy of its class in Temporal's eyes, with what of it can be kept.
 * Something else than an error becomes one.
 */
export function tame(thrown: unknown): Error {
  const chain = wholeChain(thrown);
  const isFit = chain.length <= maxCauses && chain.every((error, depth) => fits(error, depth));
  if (isFit && isA(thrown, Error)) return thrown;
  const kept = chain.length > maxCauses ? [...chain.slice(0, maxCauses - 1), chain.at(-1)] : chain;
  return kept.reduceRight<Error | undefined>((cause, error) => copyOf(error, cause), undefined) ?? new Error('Unknown');
}

/** The SDK follows any cause, also one that is no error, and round a circle. */
function wholeChain(thrown: unknown): readonly unknown[] {
  const chain = causesOf(thrown);
  const last = propertyOf(chain.at(-1), 'cause');
  if (last === undefined || last === null) return chain;
  // At the end of a circle it is said once more that there is one.
  return [...chain, chain.includes(last) ? new Error(`${messageOf(last)} (and so on in a circle)`) : last];
}

function fits(error: unknown, depth: number): boolean {
  if (!isA(error, Error) || !isReadable(error)) return false;
  if (!['message', 'stack', 'name', 'type'].every((name) => fitsText(error, name))) return false;
  if (fromServer(error)) return true;
  // Of the cause of a failure Temporal keeps the type only where it is a failure itself.
  if (depth > 0 && !isA(error, TemporalFailure)) return false;
  const details = propertyOf(error, 'details') ?? undefined;
  const delay = propertyOf(error, 'nextRetryDelay') ?? undefined;
  return (details === undefined || keptDetails(details) !== undefined) && delay === keptDelay(delay);
}

/** All that the SDK reads. */
const fields = ['message', 'stack', 'name', 'type', 'cause', 'details', 'nextRetryDelay', 'category', 'nonRetryable'];

function isReadable(error: Error): boolean {
  return fields.every((name) => {
    try {
      // Some engines make `stack` a getter; one of somebody's own may throw the next time.
      const isGetter = Object.getOwnPropertyDescriptor(error, name)?.get !== undefined && name !== 'stack';
      return !isGetter && Reflect.get(error, name) !== isReadable;
    } catch {
      return false;
    }
  });
}

function fitsText(error: unknown, name: string): boolean {
  const text = propertyOf(error, name);
  if (text === undefined || text === null) return name === 'type' || name === 'stack';
  const most = name === 'stack' ? maxStackCharacters : maxMessageCharacters;
  return typeof text === 'string' && text.length <= most && text.isWellFormed();
}

/** What came in a message goes out as it came. */
function fromServer(error: unknown): boolean {
  const own = isA(error, TemporalFailure) ? Object.getOwnPropertyDescriptor(error, 'failure') : undefined;
  return typeof own?.value === 'object' && own.value !== null;
}

function copyOf(error: unknown, cause: Error | undefined): Error {
  const message = messageOf(error);
  const copy = failureOf(error, message, cause) ?? plainCopy(error, message, cause);
  const stack = propertyOf(error, 'stack');
  if (typeof stack === 'string') copy.stack = truncate(stack, maxStackCharacters);
  return copy;
}

/** By its name Temporal knows an aborted signal, and for the rest it keeps the type of failures only. */
function plainCopy(error: unknown, message: string, cause: Error | undefined): Error {
  const type = nameOf(error);
  if (type !== 'AbortError') return new ApplicationFailure(message, type, false, [], cause);
  return Object.assign(new Error(message, cause && { cause }), { name: type });
}

function failureOf(error: unknown, message: string, cause: Error | undefined): TemporalFailure | undefined {
  if (isA(error, CancelledFailure)) return new CancelledFailure(message, detailsOf(error), cause);
  if (isA(error, TimeoutFailure)) return new TimeoutFailure(message, undefined, error.timeoutType);
  if (isA(error, ApplicationFailure)) return applicationFailure(error, message, cause);
  return isA(error, TemporalFailure) ? new TemporalFailure(message, cause) : undefined;
}

function applicationFailure(error: unknown, message: string, cause: Error | undefined): ApplicationFailure {
  const details = detailsOf(error);
  const dropped = details.length === 0 && propertyOf(error, 'details') !== undefined && hasDetails(error);
  return new ApplicationFailure(
    dropped ? `${message} (its details cannot be kept: they are too large, or no JSON)` : message,
    nameOf(error),
    propertyOf(error, 'nonRetryable') === true,
    details,
    cause,
    keptDelay(propertyOf(error, 'nextRetryDelay')),
    propertyOf(error, 'category') === 'BENIGN' ? 'BENIGN' : undefined,
  );
}

function hasDetails(error: unknown): boolean {
  const details = propertyOf(error, 'details');
  return !Array.isArray(details) || details.length > 0;
}

function detailsOf(error: unknown): unknown[] {
  return keptDetails(propertyOf(error, 'details')) ?? [];
}

function keptDetails(details: unknown): unknown[] | undefined {
  if (!Array.isArray(details)) return undefined;
  const plain = plainJson(details, maxDetailBytes);
  return Array.isArray(plain) && takesAtMost(JSON.stringify(plain), maxDetailBytes) ? plain : undefined;
}

function keptDelay(delay: unknown): Duration | undefined {
  if (delay === undefined || delay === null) return undefined;
  try {
    // Sent as whole milliseconds, and none at all is "no retry" to Temporal, though not to who wrote it.
    return milliseconds(delay as Duration, 'nextRetryDelay') < 1 ? leastRetryMs : (delay as Duration);
  } catch {
    return undefined;
  }
}
