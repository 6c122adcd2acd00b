/** An agent of one's own: its terms are fixed at the start, and then it is the loop that every agent runs. */
import {
  gatherOptions,
  given,
  listen,
  milliseconds,
  outcome,
  proxyActivities,
  refuseBad,
  InvalidOptionsError,
  type RunOutcome,
} from '../../../workflow.ts';
import type { UsableCall } from '../pure/conversation.ts';
import { agentAnswer } from '../pure/answer.ts';
import type { LoopLimits } from '../pure/state.ts';
import { agentName, type AgentAnswer, type AgentInput } from '../pure/types.ts';
import type { OwnAgentActivities } from '../define.ts';
import { runAgent } from './run-agent.ts';

/** @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is asked */
export async function agent(input: AgentInput): Promise<RunOutcome<AgentAnswer>> {
  listen();
  refuseBad(() => {
    if (typeof input.agent !== 'string' || !agentName.test(input.agent))
      throw new InvalidOptionsError('agent', 'must be the name of an agent', input.agent);
    if (typeof input.message !== 'string' || input.message.trim() === '')
      throw new InvalidOptionsError('message', 'must not be empty', input.message);
  });
  return definedRun(input);
}

/** Bounds that a run has of its own, in place of its agent's. */
export interface OwnBounds {
  readonly limits: LoopLimits;
  readonly approvalMs: number;
}

/**
 * The run of an agent that `defineAgent` made.
 *
 * @throws {ApplicationFailure} of type `InvalidOptionsError` for options that cannot be meant
 */
export async function definedRun(input: AgentInput, bounds?: OwnBounds): Promise<RunOutcome<AgentAnswer>> {
  const { message, subject, earlier = [], options = {}, known, redriveOf } = input;
  const lookUps = refuseBad(() => gatherOptions<UsableCall, unknown>(options));
  const prefix = `${input.agent}.`;
  const own = proxyActivities<OwnAgentActivities>({
    startToCloseTimeout: '1 minute',
    // A worker that does not know the agent does not learn it by being asked again.
    retry: { maximumAttempts: 3 },
  }) as Readonly<Record<string, (given: never) => Promise<unknown>>>;
  // Its activity takes what `K` says; the name has the agent's prefix, which no type has.
  const call = <K extends keyof OwnAgentActivities>(name: K, asked: Parameters<OwnAgentActivities[K]>[0]) =>
    own[prefix + name]?.(asked as never) as ReturnType<OwnAgentActivities[K]>;
  const terms = await call('terms', { subject, message });
  const { limits = terms.rules.limits, approvalMs = terms.approvalMs } = bounds ?? {};
  const rules = { ...terms.rules, limits };
  const asked = options.deadline === undefined ? undefined : milliseconds(options.deadline, 'deadline');
  const deadlineMs = least(asked, terms.deadlineMs);
  const { state, fanIn } = await runAgent({
    agent: input.agent,
    prefix,
    rules,
    message,
    earlier,
    subject,
    approvalMs,
    lookUps,
    ...given({ attempts: options.attempts, known, deadlineMs, replyMs: terms.replyMs }),
  });
  const answer = agentAnswer(rules, state);
  if (answer.handOver !== undefined && terms.handsOver) {
    await call('handOver', { message, subject, answer });
  }
  return outcome(fanIn, { answer, redriveOf });
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
