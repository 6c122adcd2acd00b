/** What may be done to a run: as much as goes on can be changed, and what failed of one that is over can be done again. */
import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { RunView } from '../../src/runs/run-view.ts';
import { runPath, send } from '../api.ts';
import type { Caller } from '../kinds.ts';
import { Dialog } from '../parts/dialog.tsx';
import { goTo } from '../routes.ts';
import { textIn } from './person.ts';

interface ControlsProps {
  readonly view: RunView;
  readonly caller: Caller;
  readonly noun: string;
}

interface Control {
  readonly name: string;
  readonly title: string;
  readonly action: string;
  readonly dangerous?: boolean;
  readonly fields?: ComponentChildren;
  readonly act: (form: FormData) => Promise<unknown>;
}

export function Controls({ view, caller, noun }: ControlsProps) {
  const [asked, setAsked] = useState<Control>();
  const [said, setSaid] = useState('');
  const { roles } = caller;
  const controls = view.status === 'running' ? changes(view, caller, noun) : redrives(view, caller, noun);
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
      {lacking && <p class="quiet">Your token may only look: it lacks the role “{view.status === 'running' ? 'control' : 'start'}”.</p>}
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

function changes(view: RunView, { roles }: Caller, noun: string): Control[] {
  if (!roles.includes('control')) return [];
  const path = runPath(view.runId);
  const { progress = [] } = view;
  const open = progress.find(({ stoppedBy }) => !stoppedBy);
  const target = open ? { name: open.name } : {};
  const cancel: Control = {
    name: 'Cancel',
    title: 'Cancel the whole run?',
    action: 'Cancel the run',
    dangerous: true,
    fields: <p>What runs is cancelled. What has settled is kept, and a redrive does only the rest.</p>,
    act: () => send(`${path}/cancel`),
  };
  if (!open) return [cancel];
  const settle: Control = {
    name: 'Settle now',
    title: 'Go on with what there is?',
    action: 'Settle now',
    fields: (
      <p>
        {open.succeeded} of {open.total} have succeeded. The others are cut; below its minimum the run fails.
      </p>
    ),
    act: () => send(`${path}/settle`, target),
  };
  const extend: Control = {
    name: 'Extend',
    title: 'Give it more time',
    action: 'Extend',
    fields: (
      <label>
        By how much
        <input name="by" defaultValue="30s" required pattern="\d{1,6}(\.\d{1,3})? ?(ms|s|m|h|d|seconds?|minutes?|hours?|days?)" title="A time with its unit, such as 30s or 5 minutes" />
      </label>
    ),
    act: (form) => send(`${path}/extend`, { by: textIn(form, 'by'), ...target }),
  };
  const concurrency: Control = {
    name: 'Concurrency',
    title: `How many ${noun}s at once`,
    action: 'Set',
    fields: (
      <label>
        At once
        <input name="concurrency" type="number" min={1} step={1} defaultValue={`${open.concurrency}`} required />
      </label>
    ),
    act: (form) => send(`${path}/concurrency`, { concurrency: Number(textIn(form, 'concurrency')), ...target }),
  };
  const minimum: Control = {
    name: 'Minimum',
    title: `How many ${noun}s must succeed`,
    action: 'Set',
    fields: (
      <label>
        At least
        <input name="successes" type="number" min={0} max={open.total} step={1} defaultValue={`${open.minimum.successes ?? 0}`} required />
      </label>
    ),
    act: (form) => send(`${path}/minimum`, { successes: Number(textIn(form, 'successes')), ...target }),
  };
  const add: Control = {
    name: 'Add',
    title: `Add ${noun}s`,
    action: 'Add',
    fields: (
      <label>
        A JSON list, of the same form as those that it began with
        <textarea name="items" rows={8} required spellcheck={false} defaultValue="[]" />
      </label>
    ),
    act: async (form) => send(`${path}/tasks`, { items: jsonIn(form, 'items'), ...target }),
  };
  return [
    settle,
    ...(open.deadlineAt === undefined ? [] : [extend]),
    concurrency,
    minimum,
    ...(roles.includes('start') ? [add] : []),
    cancel,
  ];
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
          A new run begins with every {noun} that failed, was cancelled or never started. What succeeded is kept, and not done
          again.
        </p>
      ),
      act: async () => {
        const { runId } = await send<{ readonly runId: string }>(`${runPath(view.runId)}/redrive`);
        goTo(runPath(runId));
      },
    },
  ];
}

/** @throws {Error} saying what is wrong with it */
export function jsonIn(form: FormData, name: string): unknown {
  try {
    return JSON.parse(textIn(form, name));
  } catch (error) {
    throw new Error(`This is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
