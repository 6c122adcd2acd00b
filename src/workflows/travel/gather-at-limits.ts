/**
 * Tasks of which some wait at a named limit: each is an activity of its own, or a pack would pass by the limit.
 * A task's time is that of its call alone, since what it waits is not its fault.
 */
import { given } from '../../core/given.ts';
import { InvalidOptionsError } from '../../core/errors.ts';
import type { FanIn } from '../../core/fan-in.ts';
import type { GatherOptions } from '../../core/options.ts';
import { proxyActivities, type Activities } from '../activity.ts';
import type { ActivityWork } from './activity-work.ts';
import { gather } from '../verbs.ts';
import { refuseBad } from '../accept-update.ts';

/** How the server names a call that took too long, among the errors that are not tried again. */
const timedOutType = 'TemporalTimeout:StartToClose';

export function gatherAtLimits<I, T>(
  list: readonly I[],
  work: ActivityWork<I>,
  { taskTimeout, ...rule }: GatherOptions<I, T>,
): Promise<FanIn<T>> {
  refuseBad(() => {
    if (!rule.hedge) return;
    throw new InvalidOptionsError('hedge', 'cannot be together with `limit`: a backup would only wait as well');
  });
  const proxies = new Map<string | undefined, Activities>();
  const activitiesOf = (item: I): Activities => {
    const limit = work.limit?.(item);
    const proxied = proxies.get(limit) ?? proxyActivities<Activities>(optionsOf(work, limit, taskTimeout));
    proxies.set(limit, proxied);
    return proxied;
  };
  const single = async (item: I): Promise<T> =>
    callByName<T>(activitiesOf(item), work.activity(item), work.input(item));
  return gather(list, single, rule);
}

function optionsOf<I>(
  { options, attempts }: ActivityWork<I>,
  limit: string | undefined,
  taskTimeout: GatherOptions['taskTimeout'],
): Parameters<typeof proxyActivities>[0] {
  const final = taskTimeout === undefined ? {} : { nonRetryableErrorTypes: [timedOutType] };
  return {
    ...options,
    travel: 'alone',
    ...given({ startToCloseTimeout: taskTimeout }),
    retry: { ...options?.retry, maximumAttempts: attempts, ...final },
    ...given({ limit }),
  };
}

export function callByName<T>(activities: Activities, name: string, input: unknown): Promise<T> {
  const activity = activities[name];
  if (!activity) throw new TypeError(`There is no activity '${name}'`);
  return activity(input) as Promise<T>;
}
