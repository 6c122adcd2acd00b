/** What a run leaves behind: an outcome that the server takes, or a failure that ends the workflow and not only its task. */
import type { SearchAttributePair } from '@temporalio/common';
import {
  ApplicationFailure,
  CancelledFailure,
  patched,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { endAttributes, notesEndMemo } from '../core/end-attributes.ts';
import type { FanOutError } from '../core/errors.ts';
import type { FanIn } from '../core/fan-in.ts';
import { given } from '../core/given.ts';
import { partialMemo } from '../core/outcome-memo.ts';
import type { RunOutcome } from '../core/run.ts';
import { propertyOf } from '../core/thrown.ts';
import { tame } from './tame.ts';

/** Details of a failure that history takes without complaint; its limit is 2 MB. */
const maxDetailBytes = 500_000;

/** Characters of an outcome without a store; the server's limit is 2 MB, and a character may take more than a byte. */
const maxOutcomeBytes = 600_000;

/** A plain error would fail the workflow *task*, which is retried for ever; these fail the workflow. */
export function fail<T>(error: FanOutError, fanIn?: FanIn<T>): Error {
  if (error.name === 'FanOutCancelledError')
    return new CancelledFailure(error.message, fanIn ? [boundedFanIn(fanIn)] : []);
  const details = error.name === 'InvalidOptionsError' ? [{ field: error.field }] : fanIn ? [boundedFanIn(fanIn)] : [];
  const failure = { message: error.message, type: error.name, nonRetryable: true, details };
  if (error.name !== 'TaskFailedError' || error.cause === undefined) return ApplicationFailure.create(failure);
  const category = error.error.category === 'BENIGN' ? ('BENIGN' as const) : undefined;
  return ApplicationFailure.create({ ...failure, cause: tame(error.cause), ...given({ category }) });
}

/** The fan-in, without what its tasks returned where that would not fit into a failure. */
function boundedFanIn<T>(fanIn: FanIn<T>): FanIn {
  if (byteLength(fanIn) <= maxDetailBytes) return fanIn;
  return { ...fanIn, results: [], mergedResults: [], failedTasks: {} };
}

/**
 * An outcome that the server takes: a result above 2 MB would be refused and retried for ever.
 *
 * @example return outcome(await gather(pages, load), { answer: { title: 'Digest' }, redriveOf: input.redriveOf });
 */
export function outcome<A>(
  fanIn: FanIn,
  { answer, redriveOf }: { answer?: A; redriveOf?: string | undefined } = {},
  atMost = maxOutcomeBytes,
): RunOutcome<A> {
  const base = given({ answer, redriveOf });
  if (byteLength(fanIn) <= atMost) return { fanIn, ...base };
  return { fanIn: boundedFanIn(fanIn), ...base, resultsInPages: true };
}

/**
 * A run that completes though some of its tasks failed notes that, for lists; one that did all it was asked costs nothing.
 *
 * @param ended what the run's workflow returns
 */
export function notePartial(ended: unknown): void {
  const fanIn = propertyOf(ended, 'fanIn');
  const [failed, succeeded] = [propertyOf(fanIn, 'failureCount'), propertyOf(fanIn, 'successCount')];
  if (typeof failed !== 'number' || typeof succeeded !== 'number' || failed === 0) return;
  if (!patched('fanfold: a run notes what failed of it')) return;
  upsertMemo({ [partialMemo]: { failed, total: failed + succeeded } });
}

/** About the bytes of a value as JSON; 0 where it has none. */
export function byteLength(value: unknown): number {
  try {
    // At most 3 bytes a UTF-16 unit; counting exactly would cost more than it is worth.
    return JSON.stringify(value)?.length ?? 0;
  } catch {
    return 0;
  }
}

/**
 * Writes how a run ended where it can be found by that; of one that did all it was asked, and cost nothing, there is nothing to
 * write.
 *
 * @param ended the run's outcome, or the fan-in in its failure
 */
export function noteEnd(ended: unknown): void {
  if (workflowInfo().memo?.[notesEndMemo] !== true) return;
  const fanIn = propertyOf(ended, 'fanIn') ?? ended;
  const [stopReason, failed] = [propertyOf(fanIn, 'stoppedBy'), propertyOf(fanIn, 'failureCount')];
  const cost = propertyOf(propertyOf(propertyOf(ended, 'answer'), 'metrics'), 'cost');
  const costs = typeof cost === 'number' && cost > 0;
  if (typeof stopReason !== 'string' || typeof failed !== 'number') return;
  if (stopReason === 'allSettled' && failed === 0 && !costs) return;
  // A worker of before wrote nothing there.
  if (!patched('fanfold: a run writes how it ended')) return;
  const { stopReason: why, failedTasks, cost: money } = endAttributes;
  const pairs: SearchAttributePair[] = [
    { key: { name: why.name, type: 'KEYWORD' }, value: stopReason },
    { key: { name: failedTasks.name, type: 'INT' }, value: failed },
  ];
  if (costs) pairs.push({ key: { name: money.name, type: 'DOUBLE' }, value: cost });
  upsertSearchAttributes(pairs);
}
