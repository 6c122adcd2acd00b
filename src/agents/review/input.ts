/**
 * What a review may be asked over HTTP. The surprising rule: neither a root nor the project's own tools, since who may
 * use the service may not thereby read other folders of its workers, nor run code that lies in this one.
 */
import { z } from 'zod';
import { docs } from '../../http/docs.ts';
import { runOptions } from '../../http/schemas.ts';

/** Relative, and without a way up; links that lead out of the folder are refused by the worker. */
const path = z
  .string()
  .min(1)
  .max(1000)
  // Characters that regular expressions of other languages class differently are left out, so that clients agree with us.
  // oxlint-disable-next-line no-control-regex
  .regex(/^(?![/\\]|[A-Za-z]:)(?!.*\.\.)[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+$/)
  .register(docs, {
    description: 'A file or folder below the working directory of the worker; nothing outside of it is read',
    examples: ['src'],
  });

export const reviewInput = z.strictObject({
  paths: z
    .exactOptional(z.array(path).min(1).max(1000))
    .register(docs, { description: 'The whole directory unless given' }),
  diff: z.exactOptional(z.string().regex(/^(?!.*\.\.)[A-Za-z0-9_@][A-Za-z0-9._@/^~{}+-]{0,199}$/)).register(docs, {
    description: 'Only what changed since this revision of git branched off',
    examples: ['main'],
  }),
  options: z.exactOptional(runOptions),
});
