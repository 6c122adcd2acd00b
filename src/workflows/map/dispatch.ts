/** How a unit of a map run gets to its worker: many tasks in one activity, or a child workflow with an activity each. */
import { given } from '../../core/given.ts';
import { markdownText } from '../../core/text/markup.ts';
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  TimeoutFailure,
  executeChild,
  isCancellation,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { createMap } from '../../activities/map/index.ts';
import type { UnitInput, UnitReport } from '../../core/map/types.ts';
import { describeError } from '../../core/task.ts';
import { proxyActivities } from '../activity.ts';
import { ownActivities } from '../own-activities.ts';
import { beatWithinOfMany } from '../beating.ts';
import type { mapBranch } from './branch.ts';

type MapActivities = ReturnType<typeof createMap>;

/** What prepares and closes: quick, and tried again for minutes where the store does not answer. */
export const { planPart, adoptParts } = ownActivities(
  proxyActivities<MapActivities>({ startToCloseTimeout: '1 hour', retry: { maximumAttempts: 20 } }),
);

const { runPages } = ownActivities(
  proxyActivities<MapActivities>({
    heartbeatTimeout: beatWithinOfMany,
    // It reports how far it is, so only silence ends it.
    startToCloseTimeout: '7 days',
    // A unit that is cancelled returns what it has.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { maximumAttempts: 20 },
  }),
);

/** In the workflow's own task, as tasks that do not heed a cancel may hold all slots of the worker. */
const { runPages: sealPages } = ownActivities(
  proxyLocalActivities<MapActivities>({ startToCloseTimeout: '5 minutes', retry: { maximumAttempts: 20 } }),
);

/** Runs a unit to its report; the last checkpoint of a unit that was lost is kept. @throws what no other attempt could mend */
export async function runPack(input: UnitInput): Promise<UnitReport> {
  const { activity, part, from, to, number } = input;
  const summary = `${activity}: pages ${from} to ${to - 1}${part === 0 ? '' : ` of part ${part}`}`.slice(0, 200);
  try {
    return await runPages.executeWithOptions({ activityId: `unit-${number}`, summary }, [input]);
  } catch (error) {
    if (isFinal(error)) throw error;
    return await sealed(input, error);
  }
}

/** A child workflow a page, with an activity for each task. */
export async function runBranch(input: UnitInput): Promise<UnitReport> {
  return executeChild<typeof mapBranch>('mapBranch', {
    workflowId: `${workflowInfo().workflowId}/${input.number}`,
    args: [input],
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    workflowTaskTimeout: '5s',
    staticSummary: markdownText(`${input.activity}: page ${input.from}`, 200),
  }).catch((error: unknown) => sealed(input, error));
}

/** Another activity writes what the lost one had finished; the rest of it is its failure. */
function sealed(input: UnitInput, error: unknown): Promise<UnitReport> {
  const checkpoint = lastCheckpoint(error);
  const seal: UnitInput = {
    ...input,
    again: true,
    seal: isCancellation(error) ? true : describeError(error),
    ...given({ told: checkpoint }),
  };
  const options = { summary: `what unit ${input.number} had finished` };
  return CancellationScope.nonCancellable(() => sealPages.executeWithOptions(options, [seal]));
}

/** What earlier successes a unit has that never began. */
export function adoptUnit(input: UnitInput): Promise<UnitReport> {
  const options = { summary: 'what the earlier run had' };
  return CancellationScope.nonCancellable(() =>
    sealPages.executeWithOptions(options, [{ ...input, again: true, seal: true }]),
  );
}

function isFinal(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

function lastCheckpoint(error: unknown): unknown {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof TimeoutFailure ? cause.lastHeartbeatDetails : undefined;
}
