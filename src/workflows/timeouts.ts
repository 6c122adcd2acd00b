/** The timeouts of all tasks by one durable timer: it is set for the earliest of them, and then for the next. */
import { patched } from '@temporalio/workflow';
import { timer } from './timer.ts';
import { untracked } from './untracked.ts';

interface Timeout {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly fire: () => void;
}

/** A workflow's module state is its own. */
const waiting = new Set<Timeout>();
let armed: { readonly at: number; readonly stop: () => void } | undefined;
let shared: boolean | undefined;

/**
 * Calls `fire` once after a time; the answer cancels it. In a history of before each has a timer of its own.
 *
 * @param summary names the timer for people, where it has one
 */
export function timeout(milliseconds: number, summary: string, fire: () => void): () => void {
  shared ??= patched('fanfold: one timer for all timeouts');
  if (!shared) return timer(milliseconds, summary, fire);
  const entry: Timeout = { at: Date.now() + milliseconds, fire };
  waiting.add(entry);
  if (!armed || entry.at < armed.at) arm(entry.at);
  return () => {
    if (waiting.delete(entry) && waiting.size === 0) stopUnlessUsed();
  };
}

function arm(at: number): void {
  armed?.stop();
  armed = { at, stop: timer(at - Date.now(), 'timeouts of tasks', fireDue) };
}

function fireDue(): void {
  armed = undefined;
  const now = Date.now();
  const due = [...waiting].filter(({ at }) => at <= now);
  for (const entry of due) if (waiting.delete(entry)) entry.fire();
  let next = Infinity;
  for (const { at } of waiting) next = Math.min(next, at);
  if (next < Infinity && !armed) arm(next);
}

/** The next task starts in the step in which the one before it ends, so that for one after the other the timer stays. */
function stopUnlessUsed(): void {
  void untracked(() => Promise.resolve()).then(() => {
    if (waiting.size > 0) return;
    armed?.stop();
    armed = undefined;
  });
}
