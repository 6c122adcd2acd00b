/** An answer held to the schema that its documentation gives. */
import type { z } from 'zod';
import { malformed } from './failures.ts';

/**
 * An answer held to a schema.
 *
 * @throws {ApplicationFailure} of type `MalformedResponse`, naming the field
 * @example const { items } = read('works', z.object({ items: z.array(z.string()) }), await fetchJson(url, options));
 */
export function read<S extends z.ZodType>(source: string, schema: S, answer: unknown): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw malformed(source, `${issue?.path.join('.') || 'its body'}: ${issue?.message ?? 'unknown'}`);
}
