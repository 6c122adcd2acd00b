/** What is said of fields that a schema does not have: each with the one that was meant, as of options. */
import { nearest } from './option-names.ts';

/** A mistake as zod has it before it puts it into words. */
interface RawIssue {
  readonly code?: string | undefined;
  readonly keys?: readonly string[] | undefined;
  /** The schema that the value does not keep to. */
  readonly inst?: unknown;
}

/** How what is said of such a field begins. */
export const noSuchField = 'there is no such field';
/** More of them help nobody, and there may be hundreds of thousands. */
const most = 100;

/**
 * A line for each field; undefined for all other mistakes, of which zod's own words are good.
 *
 * @example schema.safeParse(value, { error: sayUnknownKeys });
 */
export function sayUnknownKeys({ code, keys = [], inst }: RawIssue): string | undefined {
  if (code !== 'unrecognized_keys') return undefined;
  const names = Object.keys((inst as { _zod?: { def?: { shape?: object } } })._zod?.def?.shape ?? {});
  const lines = keys.slice(0, most).map((key) => {
    const near = nearest(key, names);
    return near === undefined ? noSuchField : `${noSuchField}: did you mean \`${near}\`?`;
  });
  return lines.join('\n');
}
