/** What an activity gets unless the caller says otherwise; every option survives a crash, so none is unlimited. */
import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import { milliseconds } from '../core/duration.ts';

/**
 * What an activity gets unless the caller says otherwise: one minute an attempt, three attempts, and a cancel that does
 * not wait for the activity to agree. Where the worker has fanfold's plugin, which beats for every activity,
 * `proxyActivities` adds a heartbeat timeout of 9 s.
 *
 * @example const slow = proxyActivities<typeof activities>({ retry: { ...activityDefaults.retry, maximumAttempts: 10 } });
 */
export const activityDefaults = {
  startToCloseTimeout: '1 minute',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s', maximumAttempts: 3 },
} as const satisfies ActivityOptions;

/** The same in milliseconds, as the SDK would parse the texts for every call. */
export const parsedDefaults = {
  ...activityDefaults,
  startToCloseTimeout: milliseconds(activityDefaults.startToCloseTimeout, 'startToCloseTimeout'),
  retry: {
    ...activityDefaults.retry,
    initialInterval: milliseconds(activityDefaults.retry.initialInterval, 'initialInterval'),
    maximumInterval: milliseconds(activityDefaults.retry.maximumInterval, 'maximumInterval'),
  },
} as const satisfies ActivityOptions;
