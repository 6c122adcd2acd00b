/** What an activity gets unless the caller says otherwise; every option survives a crash, so none is unlimited. */
import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';

/**
 * What an activity gets unless the caller says otherwise: one minute an attempt, three attempts, and a cancel that does
 * not wait for the activity to agree. Where the worker has fanfold's plugin, which beats for every activity,
 * `proxyActivities` adds a heartbeat timeout of 2 s.
 *
 * @example const slow = proxyActivities<typeof activities>({ retry: { ...activityDefaults.retry, maximumAttempts: 10 } });
 */
export const activityDefaults = {
  startToCloseTimeout: '1 minute',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 3 },
} as const satisfies ActivityOptions;
