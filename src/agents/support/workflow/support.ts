/** Support: what a customer asks is looked up at once, answered from their own rows, and acted on only as a person allows. */
import { given, milliseconds, gatherOptions, type RunOutcome, outcome, refuseBad, listen } from '../../../workflow.ts';
import { patched } from '@temporalio/workflow';
import type { UsableCall } from '../../loop/pure/conversation.ts';
import { agentAnswer } from '../../loop/pure/answer.ts';
import type { AgentAnswer } from '../../loop/pure/types.ts';
import { definedRun, type OwnBounds } from '../../loop/workflow/agent.ts';
import { runAgent } from '../../loop/workflow/run-agent.ts';
import { closed } from '../pure/closing.ts';
import { claimsPolicy, groundedPolicy, supportPolicy } from '../pure/released.ts';
import { approvalMs, checkSupport, supportLimits, type SupportInput } from '../pure/types.ts';

/** @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is scheduled */
export async function support(input: SupportInput): Promise<RunOutcome<AgentAnswer>> {
  listen();
  // Runs that began before go on as they began: what they have decided was decided by those rules.
  if (!patched('support-is-an-agent')) return released(input);
  const bounds = boundsOf(input);
  const { message, customer, options, known, redriveOf } = input;
  const asked = { agent: 'support', message, subject: { customer }, ...given({ options, known, redriveOf }) };
  return definedRun(asked, bounds);
}

function boundsOf(input: SupportInput): OwnBounds {
  return refuseBad(() => {
    checkSupport(input);
    return { limits: supportLimits(input.agent), approvalMs: approvalMs(input.agent) };
  });
}

/** A run that has its rules from this code, and no terms in its history. */
async function released(input: SupportInput): Promise<RunOutcome<AgentAnswer>> {
  const { message, customer, options = {}, known, redriveOf } = input;
  const isGrounded = patched('answers-are-grounded');
  const readsClaims = isGrounded && patched('claims-are-read');
  const policy = readsClaims ? claimsPolicy : isGrounded ? groundedPolicy : supportPolicy;
  const { limits, approvalMs: decisionMs } = boundsOf(input);
  const rules = { policy, limits };
  const lookUps = refuseBad(() => gatherOptions<UsableCall, unknown>(options));
  const deadlineMs =
    isGrounded && options.deadline !== undefined ? milliseconds(options.deadline, 'deadline') : undefined;
  const { state, fanIn } = await runAgent({
    agent: 'support',
    rules,
    message,
    subject: { customer },
    approvalMs: decisionMs,
    lookUps,
    ...given({ attempts: options.attempts, known, deadlineMs }),
  });
  return outcome(fanIn, { answer: agentAnswer(rules, closed(state)), redriveOf });
}
