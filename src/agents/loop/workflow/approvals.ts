/** What waits for a person: a query that lists it, and an Update each for yes and no, validated so that a mistake leaves no trace. */
import { acceptUpdate, given, InvalidOptionsError } from '../../../workflow.ts';
import { defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import type { PendingApproval } from '../../../index.ts';
import type { Decided } from '../pure/state.ts';
import type { UsableCall } from '../pure/conversation.ts';

export interface Decision {
  readonly callId: string;
  readonly by?: string;
  readonly reason?: string;
}

export const approvalsQuery = defineQuery<PendingApproval[]>('approvals');
export const approveUpdate = defineUpdate<PendingApproval[], [Decision]>('approve');
export const rejectUpdate = defineUpdate<PendingApproval[], [Decision]>('reject');

/** Longest name and reason that are kept. */
const longest = 500;

export interface Desk {
  waiting(): readonly UsableCall[];
  until(): number;
  decide(decided: Decided): void;
}

/** Answers to the query and both Updates for as long as the workflow runs. */
export function openDesk(desk: Desk): void {
  const list = (): PendingApproval[] =>
    desk.waiting().map(({ id: callId, tool, input }) => ({ callId, tool, input, until: desk.until() }));
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
}

function check(decision: Decision | undefined, waiting: readonly PendingApproval[]): void {
  const named: unknown = decision?.callId;
  if (waiting.some(({ callId }) => callId === named)) return;
  const known = waiting.map(({ callId }) => `'${callId}'`).join(', ') || 'nothing';
  throw new InvalidOptionsError('callId', `names no call that waits for approval (there is: ${known})`);
}
