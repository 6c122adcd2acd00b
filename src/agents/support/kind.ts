/** Support as a kind of run, and what a person may say to one. */
import { z } from 'zod';
import { context, docs, duration, type Kind } from '../../runs/kind.ts';
import { approvalWords } from '../loop/kind.ts';
import { spoken } from '../loop/spoken.ts';
import { checkSupport, type SupportInput } from './pure/types.ts';

export type { AgentOptions, SupportAnswer, SupportInput } from './pure/types.ts';

const count = z.int().min(1);

const input = z.strictObject({
  message: z
    .string()
    .min(1)
    .max(8000)
    .regex(/\S/, 'must not be blank')
    .register(docs, {
      description: 'What the customer asks',
      examples: ['Where is my order 1042, and was I charged twice?'],
    }),
  customer: count.clone().register(docs, {
    description: 'Whose rows are seen; whoever calls has made sure that it is them',
    examples: [7],
  }),
  agent: z.exactOptional(
    z.strictObject({
      maxTurns: z.exactOptional(count.max(50)).register(docs, { description: 'Turns of the model; 6 unless given' }),
      tokenBudget: z
        .exactOptional(z.int().min(0))
        .register(docs, { description: 'Tokens of the whole run, in and out; 60000 unless given' }),
      cost: z
        .exactOptional(
          z.strictObject({ budget: z.number().min(0), input: z.number().min(0), output: z.number().min(0) }),
        )
        .register(docs, { description: 'What the run may cost, with prices per million tokens in the same currency' }),
      contextTokens: z
        .exactOptional(count)
        .register(docs, { description: 'Tokens of a conversation that the model takes; 24000 unless given' }),
      approvalTimeout: z
        .exactOptional(duration)
        .register(docs, { description: 'How long a person has to approve or reject; 7 days unless given' }),
    }),
  ),
  ...context,
});

/**
 * The kind of run that answers a customer of a shop.
 *
 * @example type Input = Parameters<(typeof supportKind)['summary']>[0];
 */
export const supportKind = {
  name: 'support' as const,
  workflow: 'support',
  noun: 'call',
  about: 'Answers a customer from their own orders, payments and parcels; refunds wait for a person',
  input,
  remote: input.omit({ redriveOf: true, known: true }),
  summary: ({ customer }) => `customer ${customer}`,
  check: checkSupport,
  pending: 'approvals',
  spoken,
  words: approvalWords,
} satisfies Kind<SupportInput>;
