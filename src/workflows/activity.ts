/**
 * Activities as tasks: each call inside a task has the task's id and says in the Web UI what it is.
 * Every option has a default that survives a crash, so none is unlimited, as Temporal's own are.
 */
import {
  proxyActivities as proxy,
  type ActivityInterfaceFor,
  patched,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { TaskInfo } from '../core/host.ts';
import { freeAttempts } from '../core/attempts.ts';
import { given } from '../core/given.ts';
import { checkNames } from '../core/option-names.ts';
import { nearest } from '../core/text/nearest.ts';
import type { Travel } from '../core/travel/choose-travel.ts';
import { oneLine } from '../core/text/controls.ts';
import { assertLimit, limitQueue } from '../limits/learned/settings.ts';
import { refuseBad } from './accept-update.ts';
import { usualHeartbeat } from './beating.ts';
import { activityDefaults, parsedDefaults } from './activity-defaults.ts';
import { callId } from './activity-id.ts';
import { currentTask, endOfTask } from './current-task.ts';
import type { CallOptions } from './travel/waiting-call.ts';
import { callsTravel, travel as travelTogether } from './travel/calls.ts';
import { hashIds, shownId } from './shown-id.ts';
import { untracked } from './untracked.ts';
import { latestFacts, workerFacts } from './worker-facts.ts';

export { activityDefaults } from './activity-defaults.ts';

type Call = (...args: unknown[]) => Promise<unknown>;
/** Activities by name, where only data says which. */
export type Activities = Record<string, Call>;
interface CallWithOptions extends Call {
  executeWithOptions(options: ActivityOptions, args: unknown[]): Promise<unknown>;
}

/** Temporal's options, and the named limit at which the activity waits. */
export interface LimitedOptions extends ActivityOptions {
  /** Waiting there costs neither a slot nor the activity's time, and being refused for lack of room no attempt. */
  readonly limit?: string | undefined;
  /**
   * How calls inside tasks travel: `'alone'` an activity each, for calls that must not be repeated after a crash;
   * `'pack'` many in one activity; `'local'` in the workflow's own task. @default as it suits
   */
  readonly travel?: Travel | undefined;
  /**
   * `'hashed'`: the server sees opaque ids of the workflow's tasks, in activities, summaries and details; no codec covers
   * the ids of activities. An activity's `Context` has that id too; results and `cancelTask` keep the task's own.
   *
   * @default 'plain'
   */
  readonly ids?: 'plain' | 'hashed' | undefined;
}

/**
 * As Temporal's `proxyActivities`, with fanfold's defaults; inside a task, the activity's id is the task's.
 * On workers made by `createWorker` or with fanfold's plugin, which beat for every activity, a heartbeat timeout of 9 s
 * is added; on any other worker there is none unless you give one.
 *
 * @example const { score } = proxyActivities<typeof activities>({ limit: 'openai' });
 */
export function proxyActivities<A = Record<string, Call>>({
  limit,
  travel,
  ids,
  ...options
}: LimitedOptions = {}): ActivityInterfaceFor<A> {
  refuseMisspelt(options);
  if (ids === 'hashed') hashIds();
  const merged = {
    ...parsedDefaults,
    ...given(options),
    retry: { ...parsedDefaults.retry, ...given(options.retry ?? {}) },
  };
  const proxied = proxy(merged) as Record<string, CallWithOptions>;
  const together =
    limit === undefined && travel !== 'alone' && packable(given(options)) ? asCallOptions(merged) : undefined;
  // Asked at the call: modules may be loaded, and their proxies made, before the worker has said that it beats.
  const beating = () => (merged.heartbeatTimeout === undefined ? usualHeartbeat() : {});
  const call = (name: string): CallWithOptions => {
    const withOptions = (more: ActivityOptions, args: unknown[]): Promise<unknown> => {
      const activity = proxied[name];
      if (!activity) throw new TypeError(`There is no activity '${name}'`);
      const task = currentTask();
      const naming = { ...beating(), ...taskNames(name, task) };
      const alone = (): Promise<unknown> => untracked(() => activity.executeWithOptions({ ...naming, ...more }, args));
      if (together && task && !task.seeEach && packable(more, true) && callsTravel()) {
        const id = naming.activityId ?? name;
        return travelTogether({ activity: name, id, args, options: together, travel, endsAt: endOfTask(), alone });
      }
      if (limit === undefined) return alone();
      return atLimit(limit, { ...merged, ...more }).then((limited) =>
        activity.executeWithOptions({ ...naming, ...more, ...limited }, args),
      );
    };
    return Object.assign((...args: unknown[]) => withOptions({}, args), { executeWithOptions: withOptions });
  };
  return new Proxy({} as ActivityInterfaceFor<A>, {
    get: (_target, name) => (typeof name === 'string' ? call(name) : undefined),
  });
}

/**
 * A misspelt limit would be none. Only what comes near an option of fanfold's own is refused, as what Temporal has besides
 * differs by its version.
 */
function refuseMisspelt(options: ActivityOptions): void {
  const own = ['limit', 'travel', 'ids'];
  const near = Object.keys(options).filter((name) => nearest(name, own) !== undefined);
  checkNames(Object.fromEntries(near.map((name) => [name, true])), own, '`proxyActivities`');
}

/** What a pack heeds of an activity's options; any other one is only kept by an activity of its own. */
const heeded = new Set(['startToCloseTimeout', 'retry', 'summary', 'cancellationType']);

function packable(options: ActivityOptions, isForOne = false): boolean {
  const { cancellationType = activityDefaults.cancellationType } = options;
  const names = Object.keys(options);
  if (isForOne) return names.every((name) => name === 'summary');
  return cancellationType === activityDefaults.cancellationType && names.every((name) => heeded.has(name));
}

function asCallOptions({ startToCloseTimeout, retry }: ActivityOptions): CallOptions {
  return { startToCloseTimeout: startToCloseTimeout ?? activityDefaults.startToCloseTimeout, retry: retry ?? {} };
}

/** @throws {ApplicationFailure} of type `InvalidOptionsError` for a limit that the worker does not have: nobody would ever take the task */
async function checkLimit(limit: string): Promise<void> {
  const { limits = [] } = await latestFacts();
  // In a deploy a limit may have come since they were asked for.
  const now =
    limits.includes(limit) || !patched('fanfold: a limit may have come') ? limits : (await workerFacts()).limits;
  refuseBad(() => assertLimit('limit', limit, now));
}

async function atLimit(limit: string, { retry, ...rest }: ActivityOptions): Promise<ActivityOptions> {
  await checkLimit(limit);
  const { maximumAttempts = Infinity } = retry ?? {};
  return {
    taskQueue: limitQueue(rest.taskQueue ?? workflowInfo().taskQueue, limit),
    // Dispatched with the workflow task, it would pass by the queue's rate.
    allowEagerDispatch: false,
    retry: {
      ...retry,
      ...(Number.isFinite(maximumAttempts) ? { maximumAttempts: maximumAttempts + freeAttempts } : {}),
    },
  };
}

/** Ids must differ among an execution's pending activities, so a second one of a task gets a number. */
function taskNames(activity: string, task: TaskInfo | undefined): Pick<ActivityOptions, 'activityId' | 'summary'> {
  if (!task) return { summary: activity };
  const backup = task.attempt > 1 ? ' (backup)' : '';
  const where = task.fanOut === undefined ? '' : `${task.fanOut}: `;
  return { activityId: callId(task.id), summary: oneLine(`${where}${shownId(task.id).slice(0, 200)}${backup}`, 200) };
}
