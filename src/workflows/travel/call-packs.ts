/** Calls on their way in a pack: sent, reported while they travel, and delivered each as if it had travelled alone. */
import { ApplicationFailure, CancellationScope, proxyActivities } from '@temporalio/workflow';
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
const unlimited = 1_000_000;
/** Calls in a pack at most; their results go into one message. */
const maxPackCalls = 250;
let packs = 0;

/** Calls that are on their way together. */
export interface SentPack {
  readonly calls: readonly WaitingCall[];
  readonly activityId: string;
  /** Sends a call anew that was given more time meanwhile, or whose local pack handed it back. */
  readonly again: (call: WaitingCall) => void;
}

/** An id that no other pack of the workflow has; of the activity, where it is one. */
export function nextPackId(): string {
  return takeId(`pack-${++packs}`);
}

export function sendPack(calls: readonly WaitingCall[], again: SentPack['again']): void {
  const activityId = nextPackId();
  const unhear = hearPack(activityId, (results) => {
    for (const result of results) {
      const call = calls[Number(result.id)];
      if (call) deliver(call, result);
    }
  });
  const sent: SentPack = { calls, activityId, again };
  const landed = (scope: CancellationScope): Promise<void> => landAll(sent, () => scope.run(() => runAsActivity(sent)));
  void whileOnTheWay(calls, ({ settled }) => settled, landed).then(() => {
    unhear();
    releaseId(activityId);
  });
}

/** Cancels the pack when nobody waits for any of its calls, and lets a deadline wait for what is due with it. */
export function whileOnTheWay(
  calls: readonly WaitingCall[],
  isGone: (call: WaitingCall) => boolean,
  travel: (scope: CancellationScope) => Promise<void>,
): Promise<void> {
  const scope = new CancellationScope();
  const done = travel(scope);
  for (const call of calls)
    call.cancelled = () => {
      if (calls.every(isGone)) scope.cancel();
    };
  const endsAt = (): number => Math.max(...calls.map((call) => (call.settled ? 0 : (call.endsAt() ?? Infinity))));
  noteLanding({ endsAt, done });
  return done;
}

function runAsActivity({ calls, activityId }: SentPack): Promise<readonly CallResult[]> {
  const tasks = calls.map(packTask);
  // A pack beats by itself on every worker that has packs.
  const heartbeatTimeout = beatWithinOf(tasks.length);
  const options = { activityId, summary: summaryOf(calls), heartbeatTimeout };
  return runPack.executeWithOptions(options, [inputOf(calls, tasks, activityId)]);
}

/** Settles each by what the pack answers, or by what one that died had reported. */
async function landAll(
  { calls, activityId, again }: SentPack,
  run: () => Promise<readonly CallResult[]>,
): Promise<void> {
  let lost: unknown;
  const results = await run().catch(async (error: unknown) => {
    const last = await lastReported(error, activityId);
    lost = last.lost;
    return last.results;
  });
  const byId = new Map(results.map((result) => [result.id, result]));
  for (const [index, call] of calls.entries()) land(call, byId.get(`${index}`), again, lost);
}

export function packTask(call: WaitingCall, index: number): PackTask {
  const endsAt = call.endsAt();
  call.sentUntil = endsAt ?? Infinity;
  const { id, args, tried } = call;
  return { id: `${index}`, callId: id, input: args, ...given({ endsAt, tried }) };
}

export function summaryOf(calls: readonly WaitingCall[]): string {
  return `${calls[0]?.activity}: ${calls.length} calls`;
}

export function inputOf(calls: readonly WaitingCall[], tasks: readonly PackTask[], reportAs: string): PackInput {
  const [{ activity, options }] = calls as [WaitingCall];
  const { retry, startToCloseTimeout } = options;
  return {
    activity,
    calls: true,
    reportAs,
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
}

/** Settles a call by its result. @param lost why it has none */
export function land(
  call: WaitingCall,
  result: CallResult | undefined,
  again: (call: WaitingCall) => void,
  lost: unknown,
): void {
  if (call.settled) return;
  if (result) deliver(call, result);
  else call.reject(lost ?? new Error('The pack did not report the call'));
  // Its time was over in the pack: whoever set it settles the task now, unless there is more time by now.
  if (!call.settled && (call.endsAt() ?? Infinity) > call.sentUntil) again(call);
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
