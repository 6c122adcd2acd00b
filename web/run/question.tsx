/** What a run has asked back, and the answer to it. */
import { useState } from 'preact/hooks';
import type { PendingApproval } from '../../src/core/run.ts';
import { runPath, send } from '../api.ts';
import { exactMoment, span } from '../format.ts';
import type { Caller } from '../kinds.ts';
import { Dialog } from '../parts/dialog.tsx';
import { NameField } from './name-field.tsx';
import { saidBy, textIn } from './person.ts';

interface QuestionProps {
  readonly runId: string;
  readonly call: PendingApproval & { readonly question: string };
  readonly caller: Caller | undefined;
  readonly now: number;
  said(text: string): void;
}

export function Question({ runId, call, caller, now, said }: QuestionProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="card">
      <h3>{call.question}</h3>
      <p class="quiet" title={exactMoment(call.until)}>
        {call.until > now ? `${span(call.until - now)} left to answer` : 'its time is up'}
      </p>
      {!caller ? undefined : caller.roles.includes('start') ? (
        <div class="actions">
          <button class="main" onClick={() => setOpen(true)}>
            Answer …
          </button>
        </div>
      ) : (
        <p class="quiet">Your token may not answer this: it lacks the role “start”.</p>
      )}
      {isOpen && caller && (
        <Dialog
          title={call.question}
          action="Answer"
          close={() => setOpen(false)}
          act={async (form) => {
            await send(`${runPath(runId)}/reply`, { text: textIn(form, 'text'), ...saidBy(caller, form) });
            said('The question was answered.');
          }}
        >
          <label>
            Your answer
            <textarea name="text" rows={4} maxLength={8000} required />
          </label>
          <NameField caller={caller} />
        </Dialog>
      )}
    </div>
  );
}
