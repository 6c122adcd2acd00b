/** Research as a kind of run. */
import { z } from 'zod';
import { context, docs, type Kind } from '../../runs/kind.ts';
import { checkDepth, mostBreadth, mostLevels } from './pure/depth.ts';
import type { ResearchInput } from './pure/types.ts';

export type { ResearchInput } from './pure/types.ts';

const name = z.string().min(1).max(1000);

const input = z.strictObject({
  question: z
    .string()
    .min(1)
    .max(10_000)
    .regex(/\S/)
    .register(docs, { description: 'What to find out', examples: ['How is a fan-out kept when a worker crashes?'] }),
  sources: z
    .exactOptional(z.array(name).min(1))
    .register(docs, { description: 'Names of sources; all that there are unless given' }),
  folders: z.exactOptional(z.array(name)).register(docs, { description: 'Folders of documents, each a source' }),
  depth: z
    .exactOptional(z.int().min(1).max(mostLevels))
    .register(docs, { description: 'Levels of questions; 1 asks as it is, from 2 it is taken apart and followed up' }),
  breadth: z
    .exactOptional(z.int().min(1).max(mostBreadth))
    .register(docs, { description: 'Questions of a level at most; 3' }),
  tokenBudget: z
    .exactOptional(z.number().min(0))
    .register(docs, { description: 'Tokens that the model calls of a deep research may cost together' }),
  ...context,
});

/**
 * The kind of run that asks sources and writes one answer.
 *
 * @example type Input = Parameters<(typeof researchKind)['summary']>[0];
 */
export const researchKind = {
  name: 'research' as const,
  workflow: 'research',
  noun: 'source',
  about: 'Asks every source side by side and writes one answer from what came back, each statement with its source',
  input,
  // Who may use the service may not thereby read the disks of its workers.
  remote: input.omit({ folders: true, redriveOf: true, known: true }),
  summary: ({ question }) => question,
  check: checkDepth,
} satisfies Kind<ResearchInput>;
