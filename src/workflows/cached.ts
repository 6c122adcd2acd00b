/**
 * One activity through the result cache: whoever asks the same within its time shares one execution, across the runs
 * of a tenant and crashes. Its key is made of the activity's name and input where the call is executed, as a workflow cannot hash.
 */
import { milliseconds, type Duration } from '../core/duration.ts';
import type { CachedInput } from '../core/run.ts';
import { proxyActivities } from './activity.ts';
import { refuseBad } from './accept-update.ts';
import { ownActivities } from './own-activities.ts';
import { tenantOfRun } from './tenant.ts';
import { namingPlugin } from './worker-facts.ts';

type ActivityOptions = NonNullable<Parameters<typeof proxyActivities>[0]>;

/**
 * An activity whose result is kept: who asks the same again has it without a call.
 *
 * @param ttl how long the result is kept for others
 * @example const score = cached('score', {}, '1 hour'); await score({ id: 7 });
 */
export function cached(
  activity: string,
  options: ActivityOptions = {},
  ttl: Duration = '1 day',
): (input: unknown) => Promise<unknown> {
  const ttlMs = refuseBad(() => milliseconds(ttl, 'ttl'));
  const { runCached } = ownActivities(
    proxyActivities<{ runCached(input: CachedInput): Promise<unknown> }>({ summary: activity, ...options }),
  );
  return (input) =>
    runCached({ activity, input, ttlMs, ...tenantOfRun() }).catch((error: unknown) => {
      throw namingPlugin(error);
    });
}
