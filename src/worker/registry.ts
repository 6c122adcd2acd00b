/**
 * The activities of a worker, and who may call which of them by name.
 * The surprising rule: authority is that of the workflow that dispatches. Runs of data reach open activities and the
 * library's own dispatchers, which look up with {@link ActivityRegistry.find}; a workflow that is code reaches all.
 */
import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { FindActivity } from '../activities/find-activity.ts';
import type { Activity, Part } from '../runs/part.ts';

/**
 * Workflows whose tasks are data, so that a caller chooses what they name, with what each calls of the library itself.
 * Nothing here takes a name, a path or a key of the caller's without `find` or the run's own folder around it.
 */
const dataWorkflows: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['runTasks', new Set(['knownActivities', 'runPack', 'recoverPack', 'runLocalPack', 'runCached'])],
  ['mapItems', new Set(['knownActivities', 'planPart', 'adoptParts', 'runPages'])],
  ['mapBranch', new Set(['knownActivities', 'openPage', 'runItem', 'closePage'])],
]);

export class ActivityRegistry {
  readonly #all = new Map<string, Activity>();
  readonly #open = new Map<string, Activity>();

  /** @throws {TypeError} naming the activity that two parts bring, or that a part opens and does not have */
  add({ activities, open = [] }: Part): void {
    for (const [name, activity] of Object.entries(activities)) {
      if (this.#all.has(name))
        throw new TypeError(`The name of the activity '${name}' is taken: there are two of it, so rename yours`);
      if (typeof activity !== 'function') throw new TypeError(`The activity '${name}' is no function`);
      this.#all.set(name, activity);
    }
    for (const name of open) {
      const activity = Object.hasOwn(activities, name) ? this.#all.get(name) : undefined;
      if (!activity) throw new TypeError(`A part opens the activity '${name}', which it does not have`);
      this.#open.set(name, activity);
    }
  }

  /** What data may name, in order. */
  get openNames(): readonly string[] {
    return [...this.#open.keys()].toSorted();
  }

  /** What the worker registers: each refuses a run of data that may not reach it, however the run came to name it. */
  get activities(): Record<string, Activity> {
    return Object.fromEntries([...this.#all].map(([name, activity]) => [name, this.#guarded(name, activity)]));
  }

  /** For an activity that dispatches by name: what the workflow behind the current call may name. */
  readonly find: FindActivity = (name) => {
    if (typeof name !== 'string') return undefined;
    const { workflowType } = Context.current().info;
    const reachable = workflowType !== undefined && dataWorkflows.has(workflowType) ? this.#open : this.#all;
    return reachable.get(name) as ReturnType<FindActivity>;
  };

  #guarded(name: string, activity: Activity): Activity {
    if (this.#open.has(name)) return activity;
    return (...args) => {
      const own = dataWorkflows.get(Context.current().info.workflowType ?? '');
      if (own && !own.has(name))
        throw ApplicationFailure.nonRetryable(`No run of tasks may name the activity '${name}'`, 'UnknownActivity');
      return activity(...args);
    };
  }
}
