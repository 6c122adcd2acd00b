/** The calls and the question of a run that wait for a person, and the person's word. */
import { useState } from 'preact/hooks';
import type { PendingApproval } from '../../src/core/run.ts';
import type { RunView } from '../../src/runs/run-view.ts';
import { runPath, send } from '../api.ts';
import { exactMoment, many, span } from '../format.ts';
import { useNow } from '../hooks.ts';
import type { Caller } from '../kinds.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Json } from '../parts/json.tsx';
import { NameField } from './name-field.tsx';
import { saidBy, textIn } from './person.ts';
import { isPlan, Plan } from './plan.tsx';
import { Question } from './question.tsx';

type Decision = 'approve' | 'reject';

interface ApprovalsProps {
  readonly view: RunView;
  /** Undefined where nothing can be decided, as in a file. */
  readonly caller?: Caller;
  /** The moment that is shown, where it is not the present. */
  readonly at?: number;
}

export function Approvals({ view, caller, at }: ApprovalsProps) {
  const { approvals = [], runId, kind } = view;
  const [asked, setAsked] = useState<{ readonly call: PendingApproval; readonly decision: Decision }>();
  const [said, setSaid] = useState('');
  const present = useNow(at === undefined && approvals.length > 0, 1000);
  const now = at ?? present;
  const questions = approvals.flatMap((call) => (call.question === undefined ? [] : [[call, call.question] as const]));
  const decisions = approvals.filter(({ question }) => question === undefined);
  return (
    <>
      <p class="quiet" role="status">
        {said}
      </p>
      {approvals.length > 0 && (
        <section class="asks" aria-labelledby="asks">
          <h2 id="asks">{headingOf(kind, approvals)}</h2>
          {questions.map(([call, question]) => (
            <Question key={call.callId} call={{ ...call, question }} {...{ runId, caller, now }} said={setSaid} />
          ))}
          {decisions.map((call) => {
            const decide = (decision: Decision): void => setAsked({ call, decision });
            return isPlan(kind, call) ? (
              <Plan key={call.callId} {...{ runId, call, caller, now, decide }} said={setSaid} />
            ) : (
              <Call key={call.callId} {...{ call, caller, now, decide }} />
            );
          })}
        </section>
      )}
      {asked && caller && (
        <Dialog
          title={`${asked.decision === 'approve' ? 'Approve' : 'Reject'} ${nameOf(kind, asked.call)}?`}
          action={asked.decision === 'approve' ? 'Approve' : 'Reject'}
          dangerous={asked.decision === 'reject'}
          close={() => setAsked(undefined)}
          act={async (form) => {
            const reason = textIn(form, 'reason');
            const body = { callId: asked.call.callId, ...saidBy(caller, form), ...(reason === '' ? {} : { reason }) };
            await send(`${runPath(runId)}/${asked.decision}`, body);
            setSaid(`${asked.decision === 'approve' ? 'Approved' : 'Rejected'}: ${nameOf(kind, asked.call)}.`);
          }}
        >
          <p class="quiet">{isPlan(kind, asked.call) ? afterPlan[asked.decision] : asked.call.callId}</p>
          <NameField caller={caller} />
          <label>
            Why ({isPlan(kind, asked.call) ? 'for the record' : 'for the agent and the record'})
            <textarea name="reason" rows={3} maxLength={500} />
          </label>
        </Dialog>
      )}
    </>
  );
}

const afterPlan = {
  approve: 'The questions are asked as they are.',
  reject: 'The run ends here, and nothing is asked.',
} as const;

function nameOf(kind: string, call: PendingApproval): string {
  return isPlan(kind, call) ? 'the plan' : call.tool;
}

function headingOf(kind: string, approvals: readonly PendingApproval[]): string {
  if (approvals.every((call) => isPlan(kind, call))) return 'The plan waits for a person';
  if (approvals.every(({ question }) => question !== undefined)) return 'A question waits for an answer';
  return `${many(approvals.length, 'call')} ${approvals.length === 1 ? 'waits' : 'wait'} for approval`;
}

interface CallProps {
  readonly call: PendingApproval;
  readonly caller: Caller | undefined;
  readonly now: number;
  decide(decision: Decision): void;
}

function Call({ call: { callId, tool, input, until }, caller, now, decide }: CallProps) {
  return (
    <div class="card">
      <h3>{tool}</h3>
      <p class="quiet" title={exactMoment(until)}>
        {callId}, {until > now ? `${span(until - now)} left to decide` : 'its time is up'}
      </p>
      <Json value={input} label={`What ${tool} is called with`} />
      {!caller ? undefined : caller.roles.includes('approve') ? (
        <div class="actions">
          <button onClick={() => decide('reject')}>Reject …</button>
          <button class="main" onClick={() => decide('approve')}>
            Approve …
          </button>
        </div>
      ) : (
        <p class="quiet">Your token may not decide this: it lacks the role “approve”.</p>
      )}
    </div>
  );
}
