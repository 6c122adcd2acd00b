/** What may be changed of a run that goes on: of the fan-out that is open, and the whole of it. */
import type { ComponentChildren } from 'preact';
import type { Progress } from '../../src/core/live/control.ts';
import { parseExactly } from '../../src/core/json.ts';
import type { RunView } from '../../src/runs/run-view.ts';
import { runPath, send } from '../api.ts';
import type { Caller } from '../kinds.ts';
import { textIn } from './person.ts';

/** A button, the question that it asks, and what is then sent. */
export interface Control {
  readonly name: string;
  readonly title: string;
  readonly action: string;
  readonly dangerous?: boolean;
  readonly fields?: ComponentChildren;
  readonly act: (form: FormData) => Promise<unknown>;
}

interface Target {
  readonly path: string;
  readonly open: Progress;
  readonly noun: string;
}

/** None for who may only look. */
export function changesOf({ runId, progress = [] }: RunView, { roles }: Caller, noun: string): Control[] {
  if (!roles.includes('control')) return [];
  const path = runPath(runId);
  const open = progress.find(({ stoppedBy }) => !stoppedBy);
  if (!open) return [cancel(path)];
  const target = { path, open, noun };
  return [
    settle(target),
    ...(open.deadlineAt === undefined ? [] : [extend(target)]),
    concurrency(target),
    minimum(target),
    ...(roles.includes('start') ? [add(target)] : []),
    cancel(path),
  ];
}

function cancel(path: string): Control {
  return {
    name: 'Cancel',
    title: 'Cancel the whole run?',
    action: 'Cancel the run',
    dangerous: true,
    fields: <p>What runs is cancelled. What has settled is kept, and a redrive does only the rest.</p>,
    act: () => send(`${path}/cancel`),
  };
}

function settle({ path, open: { name, succeeded, total } }: Target): Control {
  return {
    name: 'Settle now',
    title: 'Go on with what there is?',
    action: 'Settle now',
    fields: (
      <p>
        {succeeded} of {total} have succeeded. The others are stopped; with fewer than its minimum the run fails.
      </p>
    ),
    act: () => send(`${path}/settle`, { name }),
  };
}

const time = String.raw`\d{1,6}(\.\d{1,3})? ?(ms|s|m|h|d|seconds?|minutes?|hours?|days?)`;

function extend({ path, open: { name } }: Target): Control {
  return {
    name: 'Extend',
    title: 'Give it more time',
    action: 'Extend',
    fields: (
      <label>
        By how much
        <input
          name="by"
          defaultValue="30s"
          required
          pattern={time}
          title="A time with its unit, such as 30s or 5 minutes"
        />
      </label>
    ),
    act: (form) => send(`${path}/extend`, { by: textIn(form, 'by'), name }),
  };
}

function concurrency({ path, noun, open: { name, concurrency: now } }: Target): Control {
  return {
    name: 'Concurrency',
    title: `How many ${noun}s at once`,
    action: 'Set',
    fields: (
      <label>
        At once
        <input name="concurrency" type="number" min={1} step={1} defaultValue={`${now}`} required />
      </label>
    ),
    act: (form) => send(`${path}/concurrency`, { concurrency: Number(textIn(form, 'concurrency')), name }),
  };
}

function minimum({ path, noun, open: { name, total, minimum: now } }: Target): Control {
  return {
    name: 'Minimum',
    title: `How many ${noun}s must succeed`,
    action: 'Set',
    fields: (
      <label>
        At least
        <input
          name="successes"
          type="number"
          min={0}
          max={total}
          step={1}
          defaultValue={`${now.successes ?? 0}`}
          required
        />
      </label>
    ),
    act: (form) => send(`${path}/minimum`, { successes: Number(textIn(form, 'successes')), name }),
  };
}

function add({ path, noun, open: { name } }: Target): Control {
  return {
    name: 'Add',
    title: `Add ${noun}s`,
    action: 'Add',
    fields: (
      <label>
        A JSON list, of the same form as those that it began with
        <textarea name="items" rows={8} required spellcheck={false} defaultValue="[]" />
      </label>
    ),
    act: async (form) => send(`${path}/tasks`, { items: jsonIn(form, 'items'), name }),
  };
}

/** @throws {Error} saying what is wrong with it */
function jsonIn(form: FormData, name: string): unknown {
  try {
    return parseExactly(textIn(form, name));
  } catch (error) {
    throw new Error(`This is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
