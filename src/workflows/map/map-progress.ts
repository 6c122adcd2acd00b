/** How far a map run is, for people. */
import { given } from '../../core/given.ts';
import type { Progress, TaskProgress } from '../../core/live/control.ts';
import { layoutOf, type MapPlan } from './plan.ts';
import type { MapState } from './state.ts';

interface Facts {
  readonly succeeded: number;
  readonly failed: number;
  /** Tasks at once of all units that run. */
  readonly inUse: number;
  /** Milliseconds since the Unix epoch. */
  readonly endedAt: number;
  /** How many tasks are listed: of the items that failed. */
  readonly maxTasks: number;
}

export function progressOf(
  plan: MapPlan,
  state: MapState,
  { succeeded, failed, inUse, endedAt, maxTasks }: Facts,
): Progress {
  const running = Math.max(0, Math.min(inUse, state.tasks - succeeded - failed));
  const { units, width } = layoutOf(plan, state);
  return {
    name: 'items',
    total: state.tasks,
    queued: Math.max(0, state.tasks - succeeded - failed - running),
    running,
    succeeded,
    failed,
    concurrency: state.concurrency ?? units * width,
    startedAt: state.startedAt,
    minimum: state.minimum,
    ...given({ deadlineAt: state.deadlineAt, spent: plan.budget === undefined ? undefined : state.spent }),
    ...(state.stoppedBy ? { stoppedBy: state.stoppedBy, endedAt } : {}),
    tasks: failedItems(state, maxTasks),
  };
}

/** What else is known of single items only the units know, and whoever looks at the run asks them. */
function failedItems({ failedTasks }: MapState, most: number): TaskProgress[] {
  return Object.entries(failedTasks)
    .slice(0, most)
    .map(([id, message]) => ({ id, state: 'failed', message }));
}
