/** Calls on their way in a pack: sent, reported while they travel, and delivered each as if it had travelled alone. */
import {
  ActivityCancellationType,
  ApplicationFailure,
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow';
import { milliseconds } from '../../core/duration.ts';
import { given } from '../../core/given.ts';
import { GrowingInterval } from '../../core/travel/growing-interval.ts';
import { maxPackBytes } from '../../core/travel/granularity.ts';
import type { CallResult, OpenCall, PackInput, PackTask } from '../../core/travel/pack.ts';
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
type RunLocally = (input: PackInput) => Promise<readonly (CallResult | OpenCall)[]>;

const { runPack } = ownActivities(
  proxyActivities<{ runPack: Run }>({
    ...activityDefaults,
    startToCloseTimeout: '1 hour',
    retry: { ...activityDefaults.retry, maximumAttempts: 10 },
  }),
);
const { runLocalPack } = ownActivities(
  proxyLocalActivities<{ runLocalPack: RunLocally }>({
    startToCloseTimeout: '1 hour',
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { maximumAttempts: 1 },
  }),
);

const unlimited = 1_000_000;
/** Between two questions to a local pack that has not ended. */
const leastPauseMs = 100;
const mostPauseMs = 2000;
/** Calls in a pack at most; their results go into one message. */
const maxPackCalls = 250;
let packs = 0;

/** @param again sends a call anew that was given more time meanwhile, or whose local pack handed it back */
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
  const sent: SentPack = { calls, activityId, again };
  const landing =
    way === 'local' ? scope.run(() => runLocally(sent)) : landAll(sent, () => scope.run(() => runAsActivity(sent)));
  const done = landing.then(() => {
    unhear();
    releaseId(activityId);
  });
  const isGone = ({ settled, tried }: WaitingCall): boolean => settled || (way === 'local' && tried !== undefined);
  for (const call of calls)
    call.cancelled = () => {
      if (calls.every(isGone)) scope.cancel();
    };
  const endsAt = (): number => Math.max(...calls.map((call) => (call.settled ? 0 : (call.endsAt() ?? Infinity))));
  noteLanding({ endsAt, done });
}

interface SentPack {
  readonly calls: readonly WaitingCall[];
  readonly activityId: string;
  readonly again: (call: WaitingCall) => void;
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
  const results = await run().catch((error: unknown) => {
    lost = error;
    return lastReported(error, activityId);
  });
  const byId = new Map(results.map((result) => [result.id, result]));
  for (const [index, call] of calls.entries()) land(call, byId.get(`${index}`), again, lost);
}

/**
 * Asks until none runs there any more: each answer has what has settled, so that a straggler holds up nobody.
 * Between two answers the workflow's task is over, so that its timers, signals and updates are heeded.
 */
async function runLocally({ calls, activityId, again }: SentPack): Promise<void> {
  let running: readonly PackTask[] = calls.map(packTask);
  const pause = new GrowingInterval(leastPauseMs, mostPauseMs);
  const callOf = ({ id }: { readonly id: string }): WaitingCall => calls[Number(id)] as WaitingCall;
  try {
    while (running.length > 0) {
      const input = { ...inputOf(calls, running, activityId), sentAt: Date.now() };
      const answers = await runLocalPack.executeWithOptions({ summary: summaryOf(calls) }, [input]);
      running = running.filter((task, index) => !landed(callOf(task), answers[index], again));
      if (running.length > 0) await sleep(pause.next(), { summary: `${running.length} calls still run` });
    }
  } catch (error) {
    for (const task of running) land(callOf(task), undefined, again, error);
  }
}

/** @returns false of a call that runs there still */
function landed(
  call: WaitingCall,
  answer: CallResult | OpenCall | undefined,
  again: (call: WaitingCall) => void,
): boolean {
  if (!answer || !('open' in answer)) land(call, answer, again, undefined);
  else if (answer.open === 'running') return call.settled;
  else if (!call.settled) {
    call.tried = answer.open;
    again(call);
  }
  return true;
}

function packTask(call: WaitingCall, index: number): PackTask {
  const endsAt = call.endsAt();
  call.sentUntil = endsAt ?? Infinity;
  const { id, args, tried } = call;
  return { id: `${index}`, callId: id, input: args, ...given({ endsAt, tried }) };
}

function summaryOf(calls: readonly WaitingCall[]): string {
  return `${calls[0]?.activity}: ${calls.length} calls`;
}

function inputOf(calls: readonly WaitingCall[], tasks: readonly PackTask[], reportAs: string): PackInput {
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
function land(
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
