/**
 * The activities of a worker, and who may call which of them by name.
 * The surprising rule: authority is that of the workflow that dispatches. Runs of data reach open activities and the
 * library's own dispatchers, which look up with {@link ActivityRegistry.find}; a workflow that is code reaches all.
 */
import { ApplicationFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { FindActivity } from '../activities/find-activity.ts';
import { ownPrefix, prefixed } from '../core/own-names.ts';
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

interface Entry {
  readonly activity: Activity;
  readonly isOpen: boolean;
  /** Of fanfold's own, its name without the prefix. */
  readonly own?: string;
}

export class ActivityRegistry {
  readonly #users = new Map<string, Entry>();
  readonly #own = new Map<string, Entry>();

  /** A user's. @throws {TypeError} naming the activity that two parts bring, that a part opens and does not have, or whose prefix is fanfold's */
  add(part: Part): void {
    for (const [name, entry] of entriesOf(part)) {
      if (name.startsWith(ownPrefix))
        throw new TypeError(`The activity '${name}' has the prefix of fanfold's own, '${ownPrefix}', so rename yours`);
      put(this.#users, name, entry);
    }
  }

  /** fanfold's own: by their names with the prefix, and for runs from before there was one without it, where no user took it. */
  addOwn(part: Part): void {
    for (const [name, entry] of entriesOf(part)) put(this.#own, name, { ...entry, own: name });
  }

  /** Names of the user's that one of fanfold's own had before there was a prefix. */
  get taken(): readonly string[] {
    return [...this.#users.keys()].filter((name) => this.#own.has(name)).toSorted();
  }

  /** What data may name, in order. */
  get openNames(): readonly string[] {
    return this.#names.filter((name) => this.#at(name)?.isOpen).toSorted();
  }

  /** What is known of activities by one of their names, by each of them. */
  byEachName<V>(known: Readonly<Record<string, V>>): Record<string, V> {
    const plain = [...this.#own.keys()].flatMap((name) => {
      const value = known[prefixed(name)];
      return value === undefined || this.#users.has(name) ? [] : [[name, value] as const];
    });
    return { ...known, ...Object.fromEntries(plain) };
  }

  /** What the worker registers: each refuses a run of data that may not reach it, however the run came to name it. */
  get activities(): Record<string, Activity> {
    return Object.fromEntries(
      this.#names.flatMap((name) => {
        const entry = this.#at(name);
        return entry ? [[name, guarded(name, entry)] as const] : [];
      }),
    );
  }

  /** For an activity that dispatches by name: what the workflow behind the current call may name. */
  readonly find: FindActivity = (name) => {
    if (typeof name !== 'string') return undefined;
    const { workflowType } = Context.current().info;
    const entry = this.#at(name);
    const isReachable = workflowType === undefined || !dataWorkflows.has(workflowType) || entry?.isOpen;
    return isReachable ? (entry?.activity as ReturnType<FindActivity>) : undefined;
  };

  /** Each once, those that users took among them. */
  get #names(): readonly string[] {
    const own = [...this.#own.keys()];
    return [...new Set([...this.#users.keys(), ...own, ...own.map(prefixed)])];
  }

  #at(name: string): Entry | undefined {
    if (name.startsWith(ownPrefix)) return this.#own.get(name.slice(ownPrefix.length));
    return this.#users.get(name) ?? this.#own.get(name);
  }
}

function entriesOf({ activities, open = [] }: Part): [string, Entry][] {
  for (const name of open)
    if (!Object.hasOwn(activities, name))
      throw new TypeError(`A part opens the activity '${name}', which it does not have`);
  return Object.entries(activities).map(([name, activity]) => {
    if (typeof activity !== 'function') throw new TypeError(`The activity '${name}' is no function`);
    return [name, { activity, isOpen: open.includes(name) }];
  });
}

function put(entries: Map<string, Entry>, name: string, entry: Entry): void {
  if (entries.has(name))
    throw new TypeError(`The name of the activity '${name}' is taken: there are two of it, so rename yours`);
  entries.set(name, entry);
}

function guarded(name: string, { activity, isOpen, own }: Entry): Activity {
  if (isOpen) return activity;
  return (...args) => {
    const reached = dataWorkflows.get(Context.current().info.workflowType ?? '');
    if (reached && !(own !== undefined && reached.has(own)))
      throw ApplicationFailure.nonRetryable(`No run of tasks may name the activity '${name}'`, 'UnknownActivity');
    return activity(...args);
  };
}
