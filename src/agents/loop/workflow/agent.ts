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
import { patched } from '@temporalio/workflow';
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
  const terms = await ownStep(prefix, 'terms', untilDeployed)({ subject, message });
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
  if (terms.handsOver && isTold(answer, agentAnswer(rules, state, true))) {
    await ownStep(prefix, 'handOver', untilTold)({ message, subject, answer });
  }
  return outcome(fanIn, { answer, redriveOf });
}

/** Runs that began before told nobody of what was only not decided in time. */
function isTold({ handOver }: AgentAnswer, before: AgentAnswer): boolean {
  if (handOver === undefined) return false;
  return before.handOver !== undefined || patched('fanfold: what nobody decided in time is handed over');
}

const startToCloseTimeout = '1 minute' as const;
const most = 10_000;
/**
 * A worker of before does not have the agent, and one of a deploy does: as many attempts as a deploy of a quarter of an hour
 * takes, each of a worker that took it. However long it waits for one counts for nothing; the server says since when it is
 * tried only where there is a bound.
 */
const untilDeployed = {
  startToCloseTimeout,
  scheduleToCloseTimeout: '365 days',
  retry: { maximumInterval: '10 seconds', maximumAttempts: 90 },
} as const;
/** Whom it tells may be away; a run whose person was never told has not ended as it should. */
const untilTold = {
  startToCloseTimeout,
  scheduleToCloseTimeout: '1 day',
  retry: { maximumInterval: '5 minutes', maximumAttempts: most },
} as const;

/** An agent's own activity; the name has the agent's prefix, which no type has. */
function ownStep<K extends keyof OwnAgentActivities>(
  prefix: string,
  name: K,
  options: Parameters<typeof proxyActivities>[0],
): OwnAgentActivities[K] {
  return proxyActivities<Record<string, unknown>>(options)[prefix + name] as unknown as OwnAgentActivities[K];
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
