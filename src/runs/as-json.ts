/** What a caller gives, as JSON: what JSON cannot say is refused by its place, where it would be dropped or thrown. */
import { FanfoldError } from '../errors.ts';

/** What JSON cannot say, and where: `.tasks[0].input`. */
interface Unsayable {
  readonly at: string;
  readonly what: string;
}

/** Below it JSON itself says what is wrong. */
const deepest = 500;

/**
 * @param place how its caller calls it: `input`
 * @throws {FanfoldError} of type `InvalidInput`, naming the place of a BigInt, a function, a symbol, an undefined in a list
 *   and an object that leads back to itself
 */
export function jsonTextOf(value: unknown, place: string): string {
  try {
    return JSON.stringify(sayable(value, place));
  } catch (error) {
    if (error instanceof FanfoldError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new FanfoldError('InvalidInput', `\`${place}\` cannot be written as JSON: ${why}`, place);
  }
}

/** The value itself, for somebody else to write. @param place empty where its fields are called by their own names @throws as {@link jsonTextOf} does */
export function sayable<T>(value: T, place: string): T {
  const wrong = unsayable(value, []);
  if (!wrong) return value;
  const at = `${place}${wrong.at}`.replace(/^\./, '').slice(0, 500);
  throw new FanfoldError(
    'InvalidInput',
    `\`${at}\` is ${wrong.what}, which JSON cannot say; pass it in another form`,
    at,
  );
}

function unsayable(value: unknown, within: readonly object[]): Unsayable | undefined {
  if (value === undefined) return { at: '', what: 'undefined' };
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return undefined;
  // As JSON asks it: a date says itself what it is, and so may a BigInt.
  if (typeof (value as { readonly toJSON?: unknown }).toJSON === 'function') return undefined;
  if (typeof value === 'bigint') return { at: '', what: 'a BigInt' };
  if (typeof value !== 'object') return { at: '', what: `a ${typeof value}` };
  if (within.includes(value)) return { at: '', what: 'an object that leads back to itself' };
  return within.length > deepest ? undefined : unsayableIn(value, [...within, value]);
}

/** A field of undefined is as if it were not there. */
function unsayableIn(value: object, within: readonly object[]): Unsayable | undefined {
  const isList = Array.isArray(value);
  for (const [name, each] of isList ? value.entries() : Object.entries(value)) {
    const wrong = !isList && each === undefined ? undefined : unsayable(each, within);
    if (wrong) return { ...wrong, at: `${isList ? `[${name}]` : `.${String(name)}`}${wrong.at}` };
  }
  return undefined;
}
