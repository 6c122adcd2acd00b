/**
 * One activity through the result cache: whoever asks the same within its time shares one execution, across the runs
 * of a tenant and crashes. Its key is made of the activity's name and input where the call is executed, as a workflow cannot hash.
 */
import { milliseconds, type Duration } from '../core/duration.ts';
import { given } from '../core/given.ts';
import { checkShared } from '../core/task-spec.ts';
import type { CachedInput } from '../core/run.ts';
import { proxyActivities } from './activity.ts';
import { refuseBad } from './accept-update.ts';
import { ownActivities } from './own-activities.ts';
import { tenantOfRun } from './tenant.ts';
import { namingPlugin } from './worker-facts.ts';

type ActivityOptions = NonNullable<Parameters<typeof proxyActivities>[0]>;

/**
 * How a cached activity is called, and with whom its results are shared.
 *
 * @example const options: CachedOptions = { startToCloseTimeout: '1 minute', shared: true };
 */
export interface CachedOptions extends ActivityOptions {
  /** Its results are those of all who declare them so, of whatever tenant. @default those of the run's own tenant */
  readonly shared?: true | undefined;
}

/**
 * An activity whose result is kept: who asks the same again has it without a call.
 *
 * @param ttl how long the result is kept for others
 * @throws {ApplicationFailure} of type `InvalidOptionsError`
 * @example const score = cached('score', { shared: true }, '1 hour'); await score({ id: 7 });
 */
export function cached(
  activity: string,
  { shared, ...options }: CachedOptions = {},
  ttl: Duration = '1 day',
): (input: unknown) => Promise<unknown> {
  const ttlMs = refuseBad(() => {
    checkShared('shared', shared);
    return milliseconds(ttl, 'ttl');
  });
  const { runCached } = ownActivities(
    proxyActivities<{ runCached(input: CachedInput): Promise<unknown> }>({ summary: activity, ...options }),
  );
  return (input) =>
    runCached({ activity, input, ttlMs, ...tenantOfRun(), ...given({ shared }) }).catch((error: unknown) => {
      throw namingPlugin(error);
    });
}
