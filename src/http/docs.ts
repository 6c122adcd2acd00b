/** Responses in the OpenAPI document, and what it says about schemas beside their shape. */
import type { z } from 'zod';

export { docs } from '../runs/schema.ts';

/** A response of JSON. */
export function answer<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } } };
}
