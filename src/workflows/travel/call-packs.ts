/** Calls on their way in a pack: sent, reported while they travel, and delivered each as if it had travelled alone. */
import {
  ActivityCancellationType,
  ApplicationFailure,
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import { milliseconds } from '../../core/duration.ts';
import { given } from '../../core/given.ts';
import { maxPackBytes } from '../../core/travel/granularity.ts';
import type { CallResult, PackInput, PackTask } from '../../core/travel/pack.ts';
import { activityDefaults } from '../activity-defaults.ts';
import { releaseId, takeId } from '../activity-id.ts';
import { beatWithinOf } from '../beating.ts';
import { noteLanding } from '../late-results.ts';
import { ownActivities } from '../own-activities.ts';
import { activityFailure } from './call-failure.ts';
import { lastReported } from './last-reported.ts';
import { hearPack } from './pack-news.ts';
import type { WaitingCall } from './waiting-call.ts';

type Run = (input: PackInput) => Promise<readonly CallResult[]>;

const { runPack } = ownActivities(
  proxyActivities<{ runPack: Run }>({
    ...activityDefaults,
    startToCloseTimeout: '1 hour',
    retry: { ...activityDefaults.retry, maximumAttempts: 10 },
  }),
);
const { runLocalPack } = ownActivities(
  proxyLocalActivities<{ runLocalPack: Run }>({
    startToCloseTimeout: '1 hour',
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { maximumAttempts: 1 },
  }),
);

const unlimited = 1_000_000;
/** Calls in a pack at most; their results go into one message. */
const maxPackCalls = 250;
let packs = 0;

/** @param again sends a call anew that was given more time meanwhile */
export function sendPack(
  calls: readonly WaitingCall[],
  way: 'pack' | 'local',
  again: (call: WaitingCall) => void,
): void {
  const scope = new CancellationScope();
  const activityId = takeId(`pack-${++packs}`);
  const unhear = hearPack(activityId, (results) => {
    for (const result of results) {
      const call = calls[Number(result.id)];
      if (call) deliver(call, result);
    }
  });
  const landing = scope
    .run(() => request(calls, way, activityId))
    .then(
      (results) => land(calls, results, again),
      async (error: unknown) => {
        const results = way === 'pack' ? ((await lastReported(error, activityId)) as CallResult[]) : [];
        land(calls, results, again, error);
      },
    );
  const done = landing.then(() => {
    unhear();
    releaseId(activityId);
  });
  for (const call of calls)
    call.cancelled = () => {
      if (calls.every(({ settled }) => settled)) scope.cancel();
    };
  const endsAt = (): number => Math.max(...calls.map((call) => (call.settled ? 0 : (call.endsAt() ?? Infinity))));
  noteLanding({ endsAt, done });
}

function request(
  calls: readonly WaitingCall[],
  way: 'pack' | 'local',
  activityId: string,
): Promise<readonly CallResult[]> {
  const [{ activity, options }] = calls as [WaitingCall];
  const { retry, startToCloseTimeout } = options;
  const tasks = calls.map((call, index): PackTask => {
    const endsAt = call.endsAt();
    call.sentUntil = endsAt ?? Infinity;
    return { id: `${index}`, callId: call.id, input: call.args, ...given({ endsAt }) };
  });
  const input: PackInput = {
    activity,
    calls: true,
    reportAs: activityId,
    width: tasks.length,
    attempts: retry.maximumAttempts ?? unlimited,
    attemptTimeoutMs: milliseconds(startToCloseTimeout, 'startToCloseTimeout'),
    retry: {
      initialMs: milliseconds(retry.initialInterval ?? '1s', 'retry.initialInterval'),
      coefficient: retry.backoffCoefficient ?? 2,
      maximumMs: milliseconds(retry.maximumInterval ?? '100s', 'retry.maximumInterval'),
      ...given({ final: retry.nonRetryableErrorTypes }),
    },
    tasks,
  };
  const summary = `${activity}: ${tasks.length} calls`;
  if (way === 'local') return runLocalPack.executeWithOptions({ summary }, [{ ...input, sentAt: Date.now() }]);
  // A pack beats by itself on every worker that has packs.
  const heartbeatTimeout = beatWithinOf(tasks.length);
  return runPack.executeWithOptions({ activityId, summary, heartbeatTimeout }, [input]);
}

/** Settles each call by its result. @param lost why a call has none */
function land(
  calls: readonly WaitingCall[],
  results: readonly CallResult[],
  again: (call: WaitingCall) => void,
  lost?: unknown,
): void {
  const byId = new Map(results.map((result) => [result.id, result]));
  for (const [index, call] of calls.entries()) {
    const result = byId.get(`${index}`);
    if (call.settled) continue;
    if (result) deliver(call, result);
    else call.reject(lost ?? new Error('The pack did not report the call'));
    // Its time was over in the pack: whoever set it settles the task now, unless there is more time by now.
    if (!call.settled && (call.endsAt() ?? Infinity) > call.sentUntil) again(call);
  }
}

function deliver(call: WaitingCall, result: CallResult): void {
  if (result.success) return call.resolve(result.result);
  const { failure, error } = result;
  if (failure) return call.reject(activityFailure(call.activity, call.id, failure));
  if (error.kind === 'timedOut') return;
  call.reject(ApplicationFailure.nonRetryable(error.message, error.name));
}

/** By count and by what a message takes; a call that is larger goes in a pack of its own. */
export function chunks(calls: readonly WaitingCall[]): WaitingCall[][] {
  const packed: WaitingCall[][] = [];
  let bytes = 0;
  for (const call of calls) {
    const last = packed.at(-1);
    const fitsIn = last && last.length < maxPackCalls && bytes + call.bytes <= maxPackBytes;
    if (fitsIn) last.push(call);
    else packed.push([call]);
    bytes = fitsIn ? bytes + call.bytes : call.bytes;
  }
  return packed;
}
