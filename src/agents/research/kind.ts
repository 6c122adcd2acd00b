/** Research as a kind of run. */
import { z } from 'zod';
import { context, docs, duration, refusing, type Kind } from '../../runs/kind.ts';
import { approvalWords } from '../loop/kind.ts';
import { longestPlanned, mostBreadth } from './pure/plan.ts';
import { checkDepth, mostLevels } from './pure/depth.ts';
import { researchForms } from './report.ts';
import type { ResearchInput } from './pure/types.ts';

export type { ResearchInput } from './pure/types.ts';

const name = z.string().min(1).max(1000);

const plannedQuestions = z
  .array(
    z
      .string()
      .min(1)
      .max(longestPlanned)
      .regex(/[\p{L}\p{N}]/u, 'must have a letter or a digit'),
  )
  .min(1)
  .max(mostBreadth);

const input = z.strictObject({
  question: z
    .string()
    .min(1)
    .max(10_000)
    .regex(/\S/, 'must not be blank')
    .register(docs, { description: 'What to find out', examples: ['How is a fan-out kept when a worker crashes?'] }),
  sources: z.exactOptional(z.array(name).min(1)).register(docs, {
    description:
      'Names of sources, such as wikipedia, or docs where the configuration names a folder so; unless given the web and the packages, in depth all',
  }),
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
  planned: z.exactOptional(plannedQuestions).register(docs, {
    description: 'Questions of the first level, in place of a plan; a redrive brings those that a person made',
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
  remote: refusing(input.omit({ folders: true, planned: true, redriveOf: true, known: true }), {
    folders:
      'a request names no path. Give a name in `sources`; those who run the workers name folders in fanfold.config: `"sources": [{ "name": "docs", "folder": "./docs" }]`',
  }),
  summary: ({ question }) => question,
  check: checkDepth,
  pending: 'planApprovals',
  // Only a plan that was shown can have been changed.
  carried: ({ reviewPlan }) => (reviewPlan === undefined ? {} : { planned: 'changedPlan' }),
  words: {
    ...approvalWords,
    plan: {
      summary: 'Ask other questions than those of the plan that waits, and go on',
      update: 'changePlan',
      body: z.strictObject({
        questions: plannedQuestions,
        by: z.exactOptional(name).register(docs, { description: 'Who changes it, for the record' }),
      }),
      person: 'by',
      needs: 'start',
    },
  },
  forms: researchForms,
  sights: {
    plan: {
      summary: 'The plan of a research in depth, while it waits to be seen',
      query: 'plan',
      answer: z.object({ questions: z.array(z.string()), until: z.number() }),
    },
  },
} satisfies Kind<ResearchInput>;
