/**
 * Reads what was thrown, whatever it is: a Proxy, getters that throw, causes in a circle or 20,000 deep, five megabytes.
 * The surprising rule: nothing here throws or goes on without end, since it stands where errors are dealt with.
 */
import { plainJson, truncate } from './bounded.ts';

/** Of an error's message more is not kept. */
export const maxMessageCharacters = 10_000;
const maxNameCharacters = 200;
/** A chain may be this long before its root is believed to be what is there. */
const maxDepth = 100_000;

/** A property, or undefined where there is none or it cannot be read. */
export function propertyOf(value: unknown, name: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  try {
    return (value as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** `instanceof`, which a Proxy can make throw. */
export function isA<C>(value: unknown, type: abstract new (...args: never[]) => C): value is C {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}

/** What was thrown, then its cause, and so on to the root; each once, so that a circle ends. Only errors are followed. */
export function causesOf(thrown: unknown): readonly unknown[] {
  const chain = new Set([thrown]);
  let last = thrown;
  while (chain.size < maxDepth && isA(last, Error)) {
    const cause = propertyOf(last, 'cause');
    if (!isA(cause, Error) || chain.has(cause)) break;
    chain.add(cause);
    last = cause;
  }
  return [...chain];
}

/** The error's message, or what stands for one where something else was thrown. */
export function messageOf(thrown: unknown): string {
  const message = isA(thrown, Error) ? propertyOf(thrown, 'message') : thrown;
  return bounded(shown(message));
}

/** The error's `type`, as Temporal's failures have one, or its name, or that of its class. */
export function nameOf(thrown: unknown): string {
  if (!isA(thrown, Error)) return 'Error';
  const type = propertyOf(thrown, 'type');
  if (typeof type === 'string' && type !== '') return truncate(type, maxNameCharacters);
  const name = propertyOf(thrown, 'name');
  // A class of one's own seldom sets `name`; Temporal goes by the class, too.
  const ofClass = name === 'Error' ? propertyOf(propertyOf(thrown, 'constructor'), 'name') : undefined;
  return truncate(typeof ofClass === 'string' && ofClass !== '' ? ofClass : shown(name), maxNameCharacters);
}

function bounded(text: string): string {
  if (text.length <= maxMessageCharacters) return text.toWellFormed();
  return `${truncate(text, maxMessageCharacters - 100)} … (${text.length} characters in all)`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  const json = typeof value === 'object' && value !== null ? plainJson(value, maxMessageCharacters) : undefined;
  if (json !== undefined) return typeof json === 'string' ? json : JSON.stringify(json);
  try {
    const text: unknown = String(value);
    if (typeof text === 'string') return text;
  } catch {
    // No text can be made of it; its type can be named.
  }
  return `A value of type ${typeof value} that cannot be shown`;
}
