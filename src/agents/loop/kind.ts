/** Agents of one's own as kinds of run: one kind that names any of them, and one for each. */
import { z } from 'zod';
import { context, docs, type Kind, type Word } from '../../runs/kind.ts';
import { conversation } from './thread.ts';
import { agentName, type AgentInput } from './pure/types.ts';
import { spoken } from './spoken.ts';

const name = z.string().regex(agentName, 'must be small letters, digits and hyphens, at most 40');

const shape = {
  message: z
    .string()
    .min(1)
    .max(8000)
    .regex(/\S/, 'must not be blank')
    .register(docs, { description: 'What the agent is asked' }),
  subject: z.exactOptional(z.unknown()).register(docs, {
    description: 'Who it is about, as its tools know it; whoever calls has made sure that it is them',
  }),
  earlier: z
    .exactOptional(
      z.array(z.strictObject({ role: z.enum(['user', 'assistant']), text: z.string().max(20_000) })).max(50),
    )
    .register(docs, { description: 'What was said before in this conversation, the oldest first' }),
  ...context,
};

const decision = z.strictObject({
  callId: z
    .string()
    .min(1)
    .max(200)
    .register(docs, { description: 'The call that waits, as `approvals` of the run names it' }),
  by: z.exactOptional(z.string().min(1).max(200)).register(docs, { description: 'Who decides, for the record' }),
  reason: z
    .exactOptional(z.string().min(1).max(500))
    .register(docs, { description: 'Why, for the agent and the record' }),
});

/** What a person says to a call that waits, of every kind that is run by the loop. */
export const approvalWords = {
  approve: { summary: 'Approve a call that waits for a person', update: 'approve', body: decision, person: 'by' },
  reject: {
    summary: 'Reject a call that waits for a person; the agent learns why',
    update: 'reject',
    body: decision,
    person: 'by',
  },
} satisfies Record<string, Word>;

const reply = {
  summary: 'Answer what a run has asked back',
  update: 'reply',
  body: z.strictObject({
    text: z.string().min(1).max(8000).regex(/\S/, 'must not be blank').register(docs, { description: 'The answer' }),
    by: z.exactOptional(z.string().min(1).max(200)).register(docs, { description: 'Who answers, for the record' }),
  }),
  person: 'by',
  needs: 'start',
} satisfies Word;

const seam = {
  workflow: 'agent',
  noun: 'call',
  about: 'Asks an agent of your own, as your configuration lists them',
  pending: 'approvals',
  spoken,
  words: { ...approvalWords, reply },
  conversation,
} satisfies Partial<Kind<AgentInput>>;

const anyInput = z.strictObject({
  agent: name.clone().register(docs, { description: 'The agent, as `defineAgent` named it' }),
  ...shape,
}) as z.ZodObject<z.core.$ZodLooseShape, z.core.$strict> & z.ZodType<AgentInput>;

/** A run of any agent that a worker has. */
export const agentKind = {
  ...seam,
  name: 'agent' as const,
  input: anyInput,
  // Zod infers a loose shape for what `omit` leaves of a schema whose fields were spread in.
  remote: anyInput.omit({ redriveOf: true, known: true }) as unknown as z.ZodType<AgentInput>,
  summary: ({ agent }: AgentInput) => agent,
} satisfies Kind<AgentInput>;

/** A run of one agent, whose name need not be given. */
export function agentKindOf(agent: string): Kind<AgentInput> {
  const input = z.strictObject({ agent: z.literal(agent).default(agent), ...shape });
  return {
    ...seam,
    name: agent,
    sharesWorkflow: true,
    input,
    remote: input.omit({ redriveOf: true, known: true }),
    summary: ({ message }) => message.slice(0, 100),
  };
}
