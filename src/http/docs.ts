/** What the OpenAPI document says about schemas beside their shape; those with an id are written once and referred to. */
import { z } from 'zod';

/** Of our own, since zod's global one is shared with whatever else runs in the process. */
export const docs = z.registry<{ id?: string; description?: string; examples?: unknown[] }>();

/** A response of JSON. */
export function answer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } } };
}
