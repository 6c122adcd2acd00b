/** What waits for a person: a query that lists it, and an Update each for yes and no, validated so that a mistake leaves no trace. */
import { acceptUpdate, given, InvalidOptionsError } from '../../../workflow.ts';
import { defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import type { PendingApproval } from '../../../index.ts';
import { questionOf } from '../pure/ask.ts';
import type { Decided, Replied } from '../pure/state.ts';
import type { UsableCall } from '../pure/conversation.ts';

export interface Decision {
  readonly callId: string;
  readonly by?: string;
  readonly reason?: string;
}

export interface Reply {
  readonly text: string;
  readonly by?: string;
}

export const approvalsQuery = defineQuery<PendingApproval[]>('approvals');
export const approveUpdate = defineUpdate<PendingApproval[], [Decision]>('approve');
export const rejectUpdate = defineUpdate<PendingApproval[], [Decision]>('reject');
export const replyUpdate = defineUpdate<PendingApproval[], [Reply]>('reply');

/** Longest name and reason that are kept. */
const longest = 500;

export interface Desk {
  waiting(): readonly UsableCall[];
  /** The question that is open. */
  question(): UsableCall | undefined;
  until(): number;
  decide(said: Decided | Replied): void;
}

/** Answers to the query and both Updates for as long as the workflow runs. */
export function openDesk(desk: Desk): void {
  const list = (): PendingApproval[] => {
    const question = desk.question();
    const until = desk.until();
    if (question) return [{ ...shown(question), question: questionOf(question), until }];
    return desk.waiting().map((call) => ({ ...shown(call), until }));
  };
  setHandler(approvalsQuery, list);
  const on = (definition: typeof approveUpdate, approved: boolean): void => {
    const apply = ({ callId, by, reason }: Decision): PendingApproval[] => {
      desk.decide({
        kind: 'decided',
        callId,
        approved,
        ...given({ by: by?.slice(0, longest), reason: reason?.slice(0, longest) }),
      });
      return list();
    };
    acceptUpdate(definition, { check: (decision) => check(decision, list()), apply });
  };
  on(approveUpdate, true);
  on(rejectUpdate, false);
  acceptUpdate(replyUpdate, {
    check: () => {
      if (!desk.question()) throw new InvalidOptionsError('text', 'answers no question: the run asks nothing now');
    },
    apply: ({ text, by }) => {
      desk.decide({ kind: 'replied', text, ...given({ by: by?.slice(0, longest) }) });
      return list();
    },
  });
}

const shown = ({ id: callId, tool, input }: UsableCall) => ({ callId, tool, input });

function check(decision: Decision | undefined, waiting: readonly PendingApproval[]): void {
  const named: unknown = decision?.callId;
  const found = waiting.find(({ callId }) => callId === named);
  if (found?.question !== undefined) throw new InvalidOptionsError('callId', 'is a question: answer it with `reply`');
  if (found) return;
  const known = waiting.map(({ callId }) => `'${callId}'`).join(', ') || 'nothing';
  throw new InvalidOptionsError('callId', `names no call that waits for approval (there is: ${known})`);
}
