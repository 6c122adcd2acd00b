/** Ids of activities: no two that are pending in one workflow are equal, whatever its tasks are called. */

import { shownId } from './shown-id.ts';

const pending = new Set<string>();
const calls = new Map<string, number>();

/** The id that is wanted, or with a number behind it where that one is pending. */
export function takeId(wanted: string): string {
  let id = wanted;
  for (let number = 2; pending.has(id); number++) id = `${wanted}~${number}`;
  pending.add(id);
  return id;
}

export function releaseId(id: string): void {
  pending.delete(id);
}

/** The id of a task's call: the task's own or its opaque one, and for each further call with its number. */
export function callId(task: string): string {
  const id = shownId(task).slice(0, 200).toWellFormed();
  const count = (calls.get(id) ?? 0) + 1;
  calls.set(id, count);
  return takeId(count === 1 ? id : `${id}#${count}`);
}
