/** Research as a kind of run. */
import { z } from 'zod';
import { context, docs, duration, type Kind } from '../../runs/kind.ts';
import { approvalWords } from '../loop/kind.ts';
import { longestPlanned } from './pure/plan.ts';
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
  reviewPlan: z.exactOptional(duration).register(docs, {
    description: 'How long the plan waits to be seen, and changed, before anything is asked; not at all unless given',
  }),
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
  pending: 'planApprovals',
  words: {
    ...approvalWords,
    plan: {
      summary: 'Ask other questions than those of the plan that waits, and go on',
      update: 'changePlan',
      body: z.strictObject({
        questions: z
          .array(
            z
              .string()
              .min(1)
              .max(longestPlanned)
              .regex(/[\p{L}\p{N}]/u),
          )
          .min(1)
          .max(mostBreadth),
        by: z.exactOptional(name).register(docs, { description: 'Who changes it, for the record' }),
      }),
      person: 'by',
      needs: 'start',
    },
  },
  sights: {
    plan: {
      summary: 'The plan of a research in depth, while it waits to be seen',
      query: 'plan',
      answer: z.object({ questions: z.array(z.string()), until: z.number() }),
    },
  },
} satisfies Kind<ResearchInput>;
