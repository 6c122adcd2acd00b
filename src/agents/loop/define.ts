/**
 * Agents of one's own: tools that read and tools that act, held to a policy, with people where the policy wants them.
 * An agent's activities carry its name before a dot, so that no two agents meet.
 */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import type { Activity, Part } from '../../activities/index.ts';
import { checkNames, given, InvalidOptionsError, milliseconds } from '../../index.ts';
import type { Kind } from '../../runs/kind.ts';
import { createAgentActivities } from './activities/index.ts';
import { agentOf } from './defined-agent.ts';
import type { AgentDefinition, AgentOwnLimits, AgentOwnPolicy } from './definition.ts';
import { checkHandOver, deliverHandOver, type HandOver } from './hand-over.ts';
import { agentKindOf } from './kind.ts';
import { toolsOf, type OwnTools } from './own-tools.ts';
import type { Policy } from './pure/policy.ts';
import type { LoopLimits } from './pure/state.ts';
import { agentName, type AgentInput, type AgentTerms } from './pure/types.ts';

/**
 * What {@link defineAgent} makes of a definition: a kind for clients and a part for workers.
 *
 * @example const { kind, part }: DefinedAgent = defineAgent({ name: 'desk', instructions, tools });
 */
export interface DefinedAgent {
  readonly name: string;
  /** For `FanfoldClient({ kinds })`: `client.run(NAME, { message, subject })` and `POST /runs/NAME`. */
  readonly kind: Kind<AgentInput>;
  /** For `createWorker({ parts })`. */
  readonly part: Part;
}

export interface OwnAgentActivities {
  terms(given: { readonly subject: unknown; readonly message: string }): Promise<AgentTerms>;
  handOver(given: Omit<HandOver, 'agent' | 'runId' | 'key'>): Promise<void>;
}

/** The kind of every agent, and what fanfold's own activities begin with. */
const taken: ReadonlySet<string> = new Set(['agent', 'fanfold']);

/**
 * An agent of one's own: bounded, traced, its actions approved by people, made once and read back.
 *
 * @throws {InvalidOptionsError} naming what cannot be meant
 * @example
 * export const desk = defineAgent({
 *   name: 'desk', instructions: 'You answer from the rows.', subject: z.object({ customer: z.int() }),
 *   tools: ({ read }) => ({
 *     orders: read({ description: 'The orders', input: z.object({}), run: (_, { subject }) => ordersOf(subject.customer) }),
 *   }),
 * });
 */
export function defineAgent<S = unknown, I = unknown>(definition: AgentDefinition<S, I>): DefinedAgent {
  checkKeys(definition);
  const { name } = definition;
  if (!agentName.test(name) || taken.has(name))
    throw new InvalidOptionsError(
      'name',
      'must be of a-z, 0-9 and -, at most 40 long, not `agent`, not `fanfold`',
      name,
    );
  const terms = termsOf(definition);
  const agent = agentOf(definition);
  const environment = definition.environment ?? process.env;
  const shared = createAgentActivities({ [name]: agent }, environment);
  const own: OwnAgentActivities = {
    async terms({ subject }) {
      const checked = await (definition.subject ?? z.unknown()).safeParseAsync(subject);
      if (checked.success) return terms;
      const problem = z.prettifyError(checked.error).slice(0, 300);
      throw ApplicationFailure.nonRetryable(`\`subject\`: ${problem}`, 'InvalidOptionsError', { field: 'subject' });
    },
    handOver: (known) => deliverHandOver({ agent: name, ...run(), ...known }, definition.onHandOver),
  };
  const activities = Object.entries({ ...shared, ...own } as Record<string, Activity>);
  return {
    name,
    kind: agentKindOf(name),
    part: { activities: Object.fromEntries(activities.map(([each, activity]) => [`${name}.${each}`, activity])) },
  };
}

function run(): Pick<HandOver, 'runId' | 'key'> {
  const { workflowId = '', runId = '' } = Context.current().info.workflowExecution ?? {};
  return { runId: workflowId, key: `${workflowId}/${runId}` };
}

const ofDefinition = [
  'name',
  'instructions',
  'tools',
  'subject',
  'policy',
  'limits',
  'classify',
  'plan',
  'answer',
  'gap',
  'next',
  'onHandOver',
  'environment',
] satisfies (keyof AgentDefinition<unknown>)[];

/** A rule that is misspelt would be one that does not hold. */
function checkKeys<S, I>({ policy = {}, limits = {}, ...definition }: AgentDefinition<S, I>): void {
  checkNames(definition, ofDefinition, '`defineAgent`');
  checkNames(policy, ['redact', 'grounding', 'claims'], "an agent's `policy`");
  checkNames(
    policy.grounding ?? {},
    ['statusFields', 'statuses', 'actions', 'moments', 'links', 'events'],
    "an agent's `grounding`",
  );
  checkNames(limits, ['turns', 'tokens', 'window', 'cost', 'approval', 'reply', 'deadline'], "an agent's `limits`");
}

function termsOf<S, I>({ tools, policy, limits = {}, onHandOver }: AgentDefinition<S, I>): AgentTerms {
  checkHandOver(onHandOver);
  const { approval = '7 days', reply, deadline } = limits;
  const policyOfTools = policyOf(toolsOf(tools, reply !== undefined), policy);
  return {
    rules: { policy: policyOfTools, screensEarlier: true, limits: limitsOf(limits) },
    approvalMs: milliseconds(approval, 'limits.approval'),
    ...given({
      replyMs: reply === undefined ? undefined : milliseconds(reply, 'limits.reply'),
      deadlineMs: deadline === undefined ? undefined : milliseconds(deadline, 'limits.deadline'),
    }),
    handsOver: onHandOver !== undefined,
  };
}

/** How answers are read; terms that were recorded with less of it go on with less. */
const reading = { readsClaims: true, readsStates: true, readsDirections: true, readsFacts: true } as const;

function policyOf<S>(tools: OwnTools<S>, { redact, grounding = {}, claims }: AgentOwnPolicy = {}): Policy {
  return {
    tools: Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, tool.policy])),
    redact: redact ?? ['email', 'card', 'phone', 'iban'],
    keepsFacts: true,
    grounding: { statusFields: [], statuses: {}, actions: {}, ...grounding, ...reading },
    ...given({ claims }),
  };
}

function limitsOf({ turns = 6, tokens = 60_000, window = 24_000, cost }: AgentOwnLimits): LoopLimits {
  if (!Number.isInteger(turns) || turns < 1 || turns > 50)
    throw new InvalidOptionsError('limits.turns', 'must be a whole number from 1 to 50', turns);
  const bounds = { maxReturns: 3, maxCalls: 8, answerTokens: 1200, overheadTokens: 1000 };
  return { ...bounds, maxTurns: turns, contextTokens: window, tokenBudget: tokens, ...given({ cost }) };
}
