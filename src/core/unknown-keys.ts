/**
 * What is said of fields that a schema does not have: each with the one that was meant, as of options.
 * The surprising rule: while a value is checked only the schema is noted, and what is near is looked for in the few
 * mistakes that somebody reads; a body may have millions.
 */
import { nearest } from './text/nearest.ts';

/** A mistake as zod has it before it puts it into words. */
interface RawIssue {
  readonly code?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  /** The schema that the value does not keep to. */
  readonly inst?: unknown;
}

/** The schema that does not have them, by the list of keys, which a mistake keeps. */
const schemas = new WeakMap<readonly string[], unknown>();

/**
 * As zod's `error`: it has no words of its own, which {@link unknownKey} finds.
 *
 * @example schema.safeParse(value, { error: noteUnknownKeys });
 */
export function noteUnknownKeys({ code, keys, inst }: RawIssue): undefined {
  if (code === 'unrecognized_keys' && keys) schemas.set(keys, inst);
}

/** Why a schema has no such field, where its absence is meant. */
const reasons = new WeakMap<object, Readonly<Record<string, string>>>();

/**
 * The schema, with what is said to who gives a field that it leaves out on purpose.
 *
 * @param why a sentence for each such field, about what to do instead
 * @example const remote = refusing(input.omit({ folders: true }), { folders: 'name a source of the configuration instead' });
 */
export function refusing<S extends object>(schema: S, why: Readonly<Record<string, string>>): S {
  reasons.set(schema, why);
  return schema;
}

/** What is said of one of a mistake's `keys`. */
export function unknownKey(keys: readonly string[], key: string): string {
  const schema = schemas.get(keys) as { _zod?: { def?: { shape?: object } } } | undefined;
  const why = schema && reasons.get(schema);
  if (why && Object.hasOwn(why, key)) return why[key] ?? '';
  const near = nearest(key, Object.keys(schema?._zod?.def?.shape ?? {}));
  return `there is no such field${near === undefined ? '' : `: did you mean \`${near}\`?`}`;
}
