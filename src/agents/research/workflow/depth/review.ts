/** The plan of a research before anything of it is asked: a person sees it, lets it go on, changes it, or stops the run. */
import {
  acceptUpdate,
  InvalidOptionsError,
  milliseconds,
  refuseBad,
  waitForPerson,
  type Duration,
} from '../../../../workflow.ts';
import { ApplicationFailure, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import type { PendingApproval } from '../../../../index.ts';
import { oneLine } from '../../../../core/text/index.ts';
import { checkPlanned, planCall, type PlanChange, type ShownPlan } from '../../pure/plan.ts';

export const planQuery = defineQuery<ShownPlan | undefined>('plan');
/** What a person made of the plan, also once the run is over: a redrive goes on from it. */
export const changedPlan = defineQuery<readonly string[] | undefined>('changedPlan');
export const planApprovals = defineQuery<PendingApproval[]>('planApprovals');
export const changePlan = defineUpdate<undefined, [PlanChange]>('changePlan');
export const approvePlan = defineUpdate<undefined, [PlanDecision]>('approve');
export const rejectPlan = defineUpdate<undefined, [PlanDecision]>('reject');

interface PlanDecision {
  readonly callId: string;
  readonly by?: string;
  readonly reason?: string;
}

/** What became of a plan that was shown. */
export interface ReviewedPlan {
  readonly questions: readonly string[];
  readonly isChanged: boolean;
  /** For the note of the answer. */
  readonly note: string;
}

/** A plan that is shown. */
interface PlanToShow {
  readonly questions: readonly string[];
  /** A person made it before, in the run that this one does again. */
  readonly isPersons: boolean;
}

/** Until a person has spoken, or for as long as `wait`: then it goes on as it is. @throws {ApplicationFailure} `PlanRejected` */
export async function reviewed({ questions, isPersons }: PlanToShow, wait: Duration): Promise<ReviewedPlan> {
  const waitMs = refuseBad(() => milliseconds(wait, 'reviewPlan'));
  const until = Date.now() + waitMs;
  let said: ({ questions?: readonly string[] } & Partial<PlanDecision> & { isRejected?: boolean }) | undefined;
  let isOver = false;
  const isOpen = (): boolean => said === undefined && !isOver;
  const checkOpen = (callId: string = planCall): void => {
    if (!isOpen()) throw new InvalidOptionsError('plan', 'does not wait any more: the research goes on with it');
    if (callId !== planCall)
      throw new InvalidOptionsError('callId', `names nothing that waits but '${planCall}'`, callId);
  };
  const shown = (): ShownPlan | undefined => (isOpen() ? { questions, until } : undefined);
  setHandler(planQuery, shown);
  setHandler(changedPlan, () => said?.questions ?? (isPersons ? questions : undefined));
  setHandler(planApprovals, () =>
    isOpen() ? [{ callId: planCall, tool: 'plan', input: { questions: [...questions] }, until }] : [],
  );
  acceptUpdate(changePlan, {
    check(change) {
      checkOpen();
      checkPlanned(change?.questions);
    },
    apply: (change) => void (said = change),
  });
  acceptUpdate(approvePlan, { check: (one) => checkOpen(one?.callId), apply: (one) => void (said = one) });
  acceptUpdate(rejectPlan, {
    check: (one) => checkOpen(one?.callId),
    apply: (one) => void (said = { ...one, isRejected: true }),
  });
  await waitForPerson(() => said !== undefined, waitMs, 'waits for the plan to be looked at');
  isOver = true;
  return outcomeOf(questions, said);
}

function outcomeOf(
  questions: readonly string[],
  said: ({ questions?: readonly string[] } & Partial<PlanDecision> & { isRejected?: boolean }) | undefined,
): ReviewedPlan {
  if (!said) return { questions, isChanged: false, note: 'Nobody looked at the plan in time: it went on as it was.' };
  const by = said.by === undefined ? '' : ` by ${oneLine(said.by, 200)}`;
  if (said.isRejected === true) {
    const why = said.reason === undefined ? '' : `: ${oneLine(said.reason, 500)}`;
    throw ApplicationFailure.nonRetryable(`The plan was rejected${by}${why}`, 'PlanRejected');
  }
  if (!said.questions) return { questions, isChanged: false, note: `The plan was approved${by}.` };
  return { questions: said.questions, isChanged: true, note: `The plan was changed${by} before anything was asked.` };
}
