/** What a run of data names of its workers, checked before it starts where the starter has one in its own process. */
import type { MapInput } from '../core/map/types.ts';
import type { RunContext, RunTasksInput } from '../core/run.ts';
import { checkActivity, parseTask, type OpenNames, type ServedNames } from '../core/task-spec.ts';
import { assertLimit } from '../limits/learned/settings.ts';
import type { Kind } from './kind.ts';
import { mapKind, tasksKind } from './kinds.ts';

/** @throws {InvalidOptionsError} naming the field that names what no worker serves, as the run itself would */
export function checkServed(kind: Kind, input: RunContext, { activities, limits }: ServedNames): void {
  if (kind !== tasksKind && kind !== mapKind) return;
  const open: OpenNames = {
    activities: new Set(activities),
    checkLimit: (field, limit) => assertLimit(field, limit, limits),
  };
  const { limit } = input.options ?? {};
  if (limit !== undefined) open.checkLimit('limit', limit);
  if (kind === tasksKind)
    (input as RunTasksInput).tasks.forEach((task, index) => parseTask(task, `tasks[${index}]`, open));
  else checkMap(input as MapInput, open.activities);
}

function checkMap({ activity, source }: MapInput, open: ReadonlySet<string>): void {
  checkActivity('activity', activity, open);
  if (source.kind === 'query') checkActivity('source.activity', source.activity, open);
}
