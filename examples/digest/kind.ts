/** A kind of run of one's own: a digest of pages, each summarised by itself. */
import { z } from 'zod';
import { context, type Kind, type RunContext } from 'fanfold/client';

export interface DigestInput extends RunContext {
  /** Addresses of the pages. */
  readonly pages: readonly string[];
}

export const digestKind = {
  name: 'digest' as const,
  workflow: 'digest',
  noun: 'page',
  input: z.strictObject({ pages: z.array(z.string().min(1)).min(1).max(500), ...context }),
  summary: ({ pages }) => `${pages.length} pages`,
  count: ({ pages }) => pages.length,
  task: ({ pages }, id) => pages.find((page) => page === id),
} satisfies Kind<DigestInput>;
