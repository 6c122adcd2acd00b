/** What may be done to a run: as much as goes on can be changed, and what failed of one that is over can be done again. */
import { useState } from 'preact/hooks';
import type { RunView } from '../../src/runs/run-view.ts';
import { runPath, send } from '../api.ts';
import type { Caller } from '../kinds.ts';
import { Dialog } from '../parts/dialog.tsx';
import { goTo } from '../routes.ts';
import { changesOf, type Control } from './changes.tsx';

interface ControlsProps {
  readonly view: RunView;
  readonly caller: Caller;
  readonly noun: string;
}

export function Controls({ view, caller, noun }: ControlsProps) {
  const [asked, setAsked] = useState<Control>();
  const [said, setSaid] = useState('');
  const { roles } = caller;
  const controls = view.status === 'running' ? changesOf(view, caller, noun) : redrives(view, caller, noun);
  const lacking = view.status === 'running' ? !roles.includes('control') : !roles.includes('start') && failedIn(view);
  return (
    <>
      {controls.length > 0 && (
        <div class="controls" role="group" aria-label="What may be done">
          {controls.map((control) => (
            <button key={control.name} class={control.dangerous ? 'danger' : ''} onClick={() => setAsked(control)}>
              {control.name} …
            </button>
          ))}
        </div>
      )}
      {lacking && (
        <p class="quiet">
          Your token may only look: it lacks the role “{view.status === 'running' ? 'control' : 'start'}”.
        </p>
      )}
      <p class="quiet" role="status">
        {said}
      </p>
      {asked && (
        <Dialog
          title={asked.title}
          action={asked.action}
          dangerous={asked.dangerous ?? false}
          close={() => setAsked(undefined)}
          act={async (form) => {
            await asked.act(form);
            setSaid(`${asked.name}: done.`);
          }}
        >
          {asked.fields}
        </Dialog>
      )}
    </>
  );
}

function failedIn({ fanIn, status }: RunView): boolean {
  return status !== 'completed' || (fanIn?.failureCount ?? 0) > 0;
}

function redrives(view: RunView, { roles }: Caller, noun: string): Control[] {
  if (!failedIn(view) || !roles.includes('start')) return [];
  return [
    {
      name: 'Redrive',
      title: 'Do again what has no result?',
      action: 'Redrive',
      fields: (
        <p>
          A new run begins with every {noun} that failed, was cancelled or never started. What succeeded is kept, and
          not done again.
        </p>
      ),
      act: async () => {
        const { runId } = await send<{ readonly runId: string }>(`${runPath(view.runId)}/redrive`);
        goTo(runPath(runId));
      },
    },
  ];
}
