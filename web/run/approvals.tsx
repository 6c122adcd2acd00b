/** The calls of a run that wait for a person, and the person's word. */
import { useState } from 'preact/hooks';
import type { PendingApproval } from '../../src/core/run.ts';
import type { RunView } from '../../src/runs/run-view.ts';
import { runPath, send } from '../api.ts';
import { exactMoment, many, span } from '../format.ts';
import { useNow } from '../hooks.ts';
import type { Caller } from '../kinds.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Json } from '../parts/json.tsx';
import { nameOfReader, saidBy, textIn } from './person.ts';

type Decision = 'approve' | 'reject';

export function Approvals({ view, caller }: { readonly view: RunView; readonly caller: Caller }) {
  const { approvals = [], runId } = view;
  const [asked, setAsked] = useState<{ readonly call: PendingApproval; readonly decision: Decision }>();
  const [said, setSaid] = useState('');
  const now = useNow(approvals.length > 0, 1000);
  const may = caller.roles.includes('approve');
  return (
    <>
      <p class="quiet" role="status">
        {said}
      </p>
      {approvals.length > 0 && (
        <section class="asks" aria-labelledby="asks">
          <h2 id="asks">{many(approvals.length, 'call')} waiting for a person</h2>
          {approvals.map((call) => (
            <div class="card" key={call.callId}>
              <h3>{call.tool}</h3>
              <p class="quiet" title={exactMoment(call.until)}>
                {call.callId}, {call.until > now ? `${span(call.until - now)} left to decide` : 'its time is up'}
              </p>
              <Json value={call.input} label={`What ${call.tool} is called with`} />
              {may ? (
                <div class="actions">
                  <button onClick={() => setAsked({ call, decision: 'reject' })}>Reject …</button>
                  <button class="main" onClick={() => setAsked({ call, decision: 'approve' })}>
                    Approve …
                  </button>
                </div>
              ) : (
                <p class="quiet">Your token may not decide this: it lacks the role “approve”.</p>
              )}
            </div>
          ))}
        </section>
      )}
      {asked && (
        <Dialog
          title={`${asked.decision === 'approve' ? 'Approve' : 'Reject'} ${asked.call.tool}?`}
          action={asked.decision === 'approve' ? 'Approve' : 'Reject'}
          dangerous={asked.decision === 'reject'}
          close={() => setAsked(undefined)}
          act={async (form) => {
            const reason = textIn(form, 'reason');
            const body = { callId: asked.call.callId, ...saidBy(caller, form), ...(reason === '' ? {} : { reason }) };
            await send(`${runPath(runId)}/${asked.decision}`, body);
            setSaid(`${asked.call.tool} was ${asked.decision === 'approve' ? 'approved' : 'rejected'}.`);
          }}
        >
          <p class="quiet">{asked.call.callId}</p>
          <NameField caller={caller} />
          <label>
            Why (for the agent and the record)
            <textarea name="reason" rows={3} maxLength={500} />
          </label>
        </Dialog>
      )}
    </>
  );
}

/** Nothing where the token says who it is. */
export function NameField({ caller, required = false }: { readonly caller: Caller; readonly required?: boolean }) {
  if (caller.subject !== undefined) return <p>As {caller.subject}</p>;
  return (
    <label>
      Your name
      <input name="by" defaultValue={nameOfReader()} maxLength={200} required={required} autocomplete="name" />
    </label>
  );
}
