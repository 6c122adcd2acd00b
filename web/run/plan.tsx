/** A plan that waits to be looked at: its questions, and others in their place. */
import { useState } from 'preact/hooks';
import type { PendingApproval } from '../../src/core/run.ts';
import { runPath, send } from '../api.ts';
import { exactMoment, many, span } from '../format.ts';
import type { Caller } from '../kinds.ts';
import { linesOf } from '../start/schema.ts';
import { Dialog } from '../parts/dialog.tsx';
import { NameField } from './name-field.tsx';
import { saidBy, textIn } from './person.ts';

export interface PlannedCall extends PendingApproval {
  readonly input: { readonly questions: readonly string[] };
}

/** Whether what waits is a list of questions that can be changed: of other kinds a tool may have this name. */
export function isPlan(kind: string, call: PendingApproval): call is PlannedCall {
  const questions = (call.input as { readonly questions?: unknown } | null)?.questions;
  return (
    kind === 'research' &&
    call.tool === 'plan' &&
    Array.isArray(questions) &&
    questions.every((each) => typeof each === 'string')
  );
}

interface PlanProps {
  readonly runId: string;
  readonly call: PlannedCall;
  readonly caller: Caller | undefined;
  readonly now: number;
  decide(decision: 'approve' | 'reject'): void;
  said(text: string): void;
}

export function Plan({ runId, call: { input, until }, caller, now, decide, said }: PlanProps) {
  const [isOpen, setOpen] = useState(false);
  const { questions } = input;
  return (
    <div class="card">
      <h3>The plan: {many(questions.length, 'question')}</h3>
      <p class="quiet" title={exactMoment(until)}>
        {until > now
          ? `${span(until - now)} left to look at it; then it goes on as it is`
          : 'its time is up: it goes on as it is'}
      </p>
      <ol>
        {questions.map((question, index) => (
          <li key={index}>{question}</li>
        ))}
      </ol>
      {caller && <PlanActions roles={caller.roles} change={() => setOpen(true)} decide={decide} />}
      {isOpen && caller && (
        <Dialog
          title="Ask other questions?"
          action="Ask these"
          close={() => setOpen(false)}
          act={async (form) => {
            const asked = linesOf(textIn(form, 'questions'));
            await send(`${runPath(runId)}/plan`, { questions: asked, ...saidBy(caller, form) });
            said(`The plan was changed: it goes on with ${many(asked.length, 'question')}.`);
          }}
        >
          <label>
            Questions, one a line
            <textarea name="questions" rows={8} required defaultValue={questions.join('\n')} />
          </label>
          <NameField caller={caller} />
        </Dialog>
      )}
    </div>
  );
}

interface PlanActionsProps extends Pick<PlanProps, 'decide'> {
  readonly roles: Caller['roles'];
  change(): void;
}

function PlanActions({ roles, change, decide }: PlanActionsProps) {
  const [mayChange, mayDecide] = [roles.includes('start'), roles.includes('approve')];
  return (
    <>
      <div class="actions">
        {mayDecide && <button onClick={() => decide('reject')}>Reject …</button>}
        {mayChange && <button onClick={change}>Change …</button>}
        {mayDecide && (
          <button class="main" onClick={() => decide('approve')}>
            Approve …
          </button>
        )}
      </div>
      {!(mayChange && mayDecide) && (
        <p class="quiet">
          Your token may not {mayDecide ? 'change it' : mayChange ? 'approve or reject it' : 'decide this'}: it lacks
          the role “{mayDecide ? 'start' : 'approve'}”.
        </p>
      )}
    </>
  );
}
