/**
 * Activities as tasks: each call inside a task bears the task's id and says in the Web UI what it is.
 * The surprising rule: every option has a default that survives a crash, so none is unlimited, as Temporal's own are.
 */
import {
  ActivityCancellationType,
  proxyActivities as proxy,
  type ActivityInterfaceFor,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import { freeAttempts } from '../core/attempts.ts';
import { assertLimit, limitQueue } from '../limits/learned/settings.ts';
import { refuseBad } from './desk.ts';
import { currentTask } from './host.ts';
import { latestFacts } from './worker-facts.ts';

/**
 * What an activity gets unless the caller says otherwise: one minute an attempt, three attempts, a heartbeat within
 * 2 s (fanfold's worker beats by itself), and a cancel that does not wait for the activity to agree.
 */
export const activityDefaults = {
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '2s',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 3 },
} as const satisfies ActivityOptions;

type Call = (...args: unknown[]) => Promise<unknown>;
/** Activities by name, where only data says which. */
export type Activities = Record<string, Call>;
interface CallWithOptions extends Call {
  executeWithOptions(options: ActivityOptions, args: unknown[]): Promise<unknown>;
}

/** Temporal's options, and the named limit at which the activity waits. */
export interface LimitedOptions extends ActivityOptions {
  /** Waiting there costs neither a slot nor the activity's time, and being refused for lack of room no attempt. */
  readonly limit?: string;
}

/**
 * As Temporal's `proxyActivities`, with fanfold's defaults; inside a task, the activity's id is the task's.
 * Meant for workers made by `createWorker` or with fanfold's plugin, which heartbeat for every activity.
 */
export function proxyActivities<A = Record<string, Call>>({
  limit,
  ...options
}: LimitedOptions = {}): ActivityInterfaceFor<A> {
  const merged = { ...activityDefaults, ...options, retry: { ...activityDefaults.retry, ...options.retry } };
  const proxied = proxy(merged) as Record<string, CallWithOptions>;
  const call = (name: string): CallWithOptions => {
    const withOptions = (given: ActivityOptions, args: unknown[]): Promise<unknown> => {
      const activity = proxied[name];
      if (!activity) throw new TypeError(`There is no activity '${name}'`);
      if (limit === undefined) return activity.executeWithOptions({ ...named(name), ...given }, args);
      const naming = named(name);
      return atLimit(limit, { ...merged, ...given }).then((limited) =>
        activity.executeWithOptions({ ...naming, ...given, ...limited }, args),
      );
    };
    return Object.assign((...args: unknown[]) => withOptions({}, args), { executeWithOptions: withOptions });
  };
  return new Proxy({} as ActivityInterfaceFor<A>, {
    get: (_target, name) => (typeof name === 'string' ? call(name) : undefined),
  });
}

/** @throws {ApplicationFailure} of type `InvalidOptionsError` for a limit that the worker does not have: nobody would ever take the task */
async function checkLimit(limit: string): Promise<void> {
  const { limits } = await latestFacts();
  refuseBad(() => assertLimit('limit', limit, limits));
}

async function atLimit(limit: string, { retry, ...given }: ActivityOptions): Promise<ActivityOptions> {
  await checkLimit(limit);
  const { maximumAttempts = Infinity } = retry ?? {};
  return {
    taskQueue: limitQueue(given.taskQueue ?? workflowInfo().taskQueue, limit),
    // Dispatched with the workflow task, it would pass by the queue's rate.
    allowEagerDispatch: false,
    retry: {
      ...retry,
      ...(Number.isFinite(maximumAttempts) ? { maximumAttempts: maximumAttempts + freeAttempts } : {}),
    },
  };
}

const taken = new Map<string, number>();

/** Ids must differ among an execution's pending activities, so a second one of a task gets a number. */
function named(activity: string): Pick<ActivityOptions, 'activityId' | 'summary'> {
  const task = currentTask();
  if (!task) return { summary: activity };
  const id = task.id.slice(0, 200);
  const count = (taken.get(id) ?? 0) + 1;
  taken.set(id, count);
  const backup = task.attempt > 1 ? ' (backup)' : '';
  const where = task.fanOut === undefined ? '' : `${task.fanOut}: `;
  return { activityId: count === 1 ? id : `${id}#${count}`, summary: `${where}${id}${backup}`.slice(0, 200) };
}
