/** Support: what a customer asks is looked up at once, answered from their own rows, and acted on only as a person allows. */
import { given, milliseconds, gatherOptions, type RunOutcome, outcome, refuseBad, listen } from '../../../workflow.ts';
import { patched } from '@temporalio/workflow';
import type { UsableCall } from '../../loop/pure/conversation.ts';
import {
  approvalMs,
  checkSupport,
  supportLimits,
  groundedPolicy,
  claimsPolicy,
  supportPolicy,
  type SupportAnswer,
  type SupportInput,
} from '../pure/types.ts';
import { supportAnswer } from '../pure/answer.ts';
import { runAgent } from '../../loop/workflow/run-agent.ts';

/** @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is scheduled */
export async function support(input: SupportInput): Promise<RunOutcome<SupportAnswer>> {
  const { message, customer, agent, options = {}, known, redriveOf } = input;
  listen();
  // Runs that began before go on without: what they have decided was decided without it.
  const isGrounded = patched('answers-are-grounded');
  const readsClaims = isGrounded && patched('claims-are-read');
  const { rules, timeoutMs, lookUps } = refuseBad(() => {
    checkSupport(input);
    return {
      rules: {
        policy: readsClaims ? claimsPolicy : isGrounded ? groundedPolicy : supportPolicy,
        limits: supportLimits(agent),
      },
      timeoutMs: approvalMs(agent),
      lookUps: gatherOptions<UsableCall, unknown>(options),
    };
  });
  const { state, fanIn } = await runAgent({
    agent: 'support',
    rules,
    message,
    subject: { customer },
    approvalMs: timeoutMs,
    lookUps,
    ...given({
      attempts: options.attempts,
      known,
      deadlineMs: isGrounded && options.deadline !== undefined ? milliseconds(options.deadline, 'deadline') : undefined,
    }),
  });
  return outcome(fanIn, { answer: supportAnswer(rules, state), redriveOf });
}
