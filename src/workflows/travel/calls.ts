/**
 * Calls that tasks make in one activation travel together: alone, in packs or in the workflow's own task, as it suits.
 * The surprising rule: what decides is in the history (the worker's facts, counts, bytes, times), never how fast this
 * process happens to be, so that a replay decides the same.
 */
import { ApplicationFailure } from '@temporalio/common';
import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  patched,
  proxyActivities as activitiesOf,
  proxyLocalActivities,
  sleep,
  type ActivityOptions,
} from '@temporalio/workflow';
import { milliseconds } from '../../core/duration.ts';
import { given } from '../../core/given.ts';
import { maxPackBytes, probeCount, slowMs } from '../../core/travel/granularity.ts';
import type { CallResult, PackInput, PackTask } from '../../core/travel/pack.ts';
import { wayOf, type Travel } from '../../core/travel/way.ts';
import { activityDefaults } from '../activity-defaults.ts';
import { releaseId, takeId } from '../activity-id.ts';
import { activationEnds, noteLanding } from '../landing.ts';
import { callFacts, type CallableFacts } from '../worker-facts.ts';
import { activityFailure, cancelledCall } from './call-failure.ts';
import { lastReported } from './last-reported.ts';

/** A call that waits for its way. */
export interface Call {
  readonly activity: string;
  /** What its `Context` says, and the Web UI where it travels alone. */
  readonly id: string;
  readonly args: readonly unknown[];
  readonly options: CallOptions;
  readonly travel: Travel | undefined;
  /** When nobody waits for it any more, in milliseconds since the Unix epoch. */
  readonly endsAt: () => number | undefined;
  /** Schedules it as an activity of its own. */
  readonly alone: () => Promise<unknown>;
}

/** What a pack can do for a call; calls of other options travel alone. */
export type CallOptions = Required<Pick<ActivityOptions, 'startToCloseTimeout' | 'retry'>>;

interface Waiting extends Call {
  readonly scope: CancellationScope;
  readonly bytes: number;
  settled: boolean;
  settle(give: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void): void;
  /** Until when it was sent. */
  sentUntil: number;
  /** Called when it is cancelled while it travels. */
  cancelled: () => void;
}

const { runPack } = activitiesOf<{ runPack(input: PackInput): Promise<readonly CallResult[]> }>({
  ...activityDefaults,
  startToCloseTimeout: '1 hour',
  retry: { ...activityDefaults.retry, maximumAttempts: 10 },
});
const { runLocalPack } = proxyLocalActivities<{ runLocalPack(input: PackInput): Promise<readonly CallResult[]> }>({
  startToCloseTimeout: '1 hour',
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: { maximumAttempts: 1 },
});

const unlimited = 1_000_000;
/** Calls in a pack at most; their results go into one message. */
const maxPackCalls = 250;
/** Bytes of commands that leave in one turn. */
const maxTurnBytes = 1_000_000;
/** Without a store, a payload above this comes near the server's limit of 2 MB, which it answers with a loop of refusals. */
const maxInputBytes = 1_500_000;

let collected: Waiting[] = [];
let travelling: boolean | undefined;
let packs = 0;

/** Whether this history was begun when calls travelled together. */
export function callsTravel(): boolean {
  return (travelling ??= patched('fanfold: calls travel together'));
}

/** Collects the call with those of the same activation. */
export function travel(call: Call): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const scope = CancellationScope.current();
    const waiting: Waiting = {
      ...call,
      scope,
      bytes: byteSize(call.args),
      settled: false,
      sentUntil: Infinity,
      settle(give) {
        if (waiting.settled) return;
        waiting.settled = true;
        give(resolve, reject);
      },
      cancelled: () => {},
    };
    const cancel = (): void => {
      if (waiting.settled || !scope.consideredCancelled) return;
      waiting.settle((_resolve, refuse) => refuse(cancelledCall(call.activity, call.id)));
      waiting.cancelled();
    };
    if (scope.consideredCancelled) return cancel();
    scope.cancelRequested.catch(cancel);
    collect(waiting);
  });
}

function collect(call: Waiting): void {
  collected.push(call);
  if (collected.length > 1) return;
  void detached(async () => {
    await activationEnds();
    const calls = collected;
    collected = [];
    await dispatch(calls);
  });
}

/** Runs in no task's scope, as what travels is of many; a cancel reaches each call by itself. */
function detached(work: () => Promise<void>): Promise<void> {
  let root = CancellationScope.current();
  while (root.parent) root = root.parent;
  return new CancellationScope({ cancellable: false, parent: root }).run(work);
}

async function dispatch(calls: readonly Waiting[]): Promise<void> {
  const facts = await callFacts();
  const pacing = { bytes: 0 };
  for (const alike of byActivity(calls.filter(({ settled }) => !settled))) await dispatchAlike(alike, facts, pacing);
}

async function dispatchAlike(
  calls: readonly Waiting[],
  facts: CallableFacts,
  pacing: { bytes: number },
): Promise<void> {
  const [{ activity, travel: asked }] = calls as [Waiting];
  const fitting = calls.filter((call) => fits(call, facts));
  const bytes = fitting.reduce((sum, call) => sum + call.bytes, 0);
  const known = { count: fitting.length, bytes, pace: facts.paces[activity] };
  const way = !facts.names.includes(activity) ? 'alone' : (asked ?? wayOf(known));
  if (way !== 'probe') return send(fitting, way, pacing);
  await send(fitting.slice(0, probeCount), 'alone', pacing);
  const rest = fitting.slice(probeCount);
  void isSlow(fitting.slice(0, probeCount)).then(async (slow) => {
    await send(
      rest.filter(({ settled }) => !settled),
      slow ? 'alone' : 'pack',
      pacing,
    );
  });
}

/** An input that no message takes is its own task's failure. */
function fits(call: Waiting, { maxPayloadBytes = maxInputBytes }: CallableFacts): boolean {
  if (call.bytes <= maxPayloadBytes) return true;
  const message = `The input has ${call.bytes} bytes; at most ${maxPayloadBytes} fit. Pass a reference instead`;
  call.settle((_resolve, reject) => reject(ApplicationFailure.nonRetryable(message, 'InputTooLarge')));
  return false;
}

/** Whether half of the probed calls take longer than a pack may hold up the others. */
async function isSlow(probed: readonly Waiting[]): Promise<boolean> {
  const timer = new CancellationScope();
  let late = false;
  void timer
    .run(() => sleep(slowMs, { summary: 'probe of the first calls' }))
    .then(
      () => (late = true),
      () => {},
    );
  const settled = (): number => probed.filter((call) => call.settled).length;
  await condition(() => late || settled() * 2 >= probed.length);
  timer.cancel();
  return late;
}

async function send(calls: readonly Waiting[], way: Travel, pacing: { bytes: number }): Promise<void> {
  if (way === 'alone') {
    for (const call of calls) {
      await paced(call.bytes, pacing);
      if (!call.settled) sendAlone(call);
    }
    return;
  }
  for (const pack of chunks(calls)) {
    await paced(
      pack.reduce((sum, { bytes }) => sum + bytes, 0),
      pacing,
    );
    sendPack(pack, way);
  }
}

/** A turn takes only so many bytes; what is more leaves in the next one. */
async function paced(bytes: number, pacing: { bytes: number }): Promise<void> {
  if (pacing.bytes > 0 && pacing.bytes + bytes > maxTurnBytes) {
    await sleep(1, { summary: 'send what was launched' });
    pacing.bytes = 0;
  }
  pacing.bytes += bytes;
}

function sendAlone(call: Waiting): void {
  void call.scope
    .run(() => call.alone())
    .then(
      (value) => call.settle((resolve) => resolve(value)),
      (error: unknown) => call.settle((_resolve, reject) => reject(error)),
    );
}

function sendPack(calls: readonly Waiting[], way: 'pack' | 'local'): void {
  const scope = new CancellationScope();
  const activityId = takeId(`pack-${++packs}`);
  const done = scope
    .run(() => deliver(calls, way, activityId))
    .then(
      (results) => land(calls, results),
      async (error: unknown) => {
        const results = way === 'pack' ? ((await lastReported(error, activityId)) as CallResult[]) : [];
        land(calls, results, error);
      },
    )
    .then(() => releaseId(activityId));
  for (const call of calls)
    call.cancelled = () => {
      if (calls.every(({ settled }) => settled)) scope.cancel();
    };
  const endsAt = (): number => Math.max(...calls.map((call) => (call.settled ? 0 : (call.endsAt() ?? Infinity))));
  noteLanding({ endsAt, done });
}

function deliver(calls: readonly Waiting[], way: 'pack' | 'local', activityId: string): Promise<readonly CallResult[]> {
  const [{ activity, options }] = calls as [Waiting];
  const { retry, startToCloseTimeout } = options;
  const tasks = calls.map((call, index): PackTask => {
    const endsAt = call.endsAt();
    call.sentUntil = endsAt ?? Infinity;
    return { id: `${index}`, callId: call.id, input: call.args, ...given({ endsAt }) };
  });
  const input: PackInput = {
    activity,
    calls: true,
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
  if (way === 'local') return runLocalPack.executeWithOptions({ summary }, [input]);
  return runPack.executeWithOptions({ activityId, summary }, [input]);
}

/** Settles each call by its result. @param lost why a call has none */
function land(calls: readonly Waiting[], results: readonly CallResult[], lost?: unknown): void {
  const byId = new Map(results.map((result) => [result.id, result]));
  for (const [index, call] of calls.entries()) {
    const result = byId.get(`${index}`);
    if (result?.success) call.settle((resolve) => resolve(result.result));
    else if (result?.failure) {
      const failure = activityFailure(call.activity, call.id, result.failure);
      call.settle((_resolve, reject) => reject(failure));
    } else if (lost !== undefined) call.settle((_resolve, reject) => reject(lost));
    else leftOpen(call, result);
  }
}

/** Its time was over in the pack: whoever set it settles the task now, unless there is more time by now. */
function leftOpen(call: Waiting, result: CallResult | undefined): void {
  if (call.settled) return;
  if (result?.success === false && result.error.kind === 'timedOut') {
    if ((call.endsAt() ?? Infinity) > call.sentUntil) collect(call);
    return;
  }
  const { message = 'The pack did not report the call', name = 'CallLost' } =
    result?.success === false ? result.error : {};
  call.settle((_resolve, reject) => reject(ApplicationFailure.nonRetryable(message, name)));
}

/** By count and by what a message takes; a call that is larger goes in a pack of its own. */
function chunks(calls: readonly Waiting[]): Waiting[][] {
  const packed: Waiting[][] = [];
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

/** Calls of one activity with the same options. */
function byActivity(calls: readonly Waiting[]): Waiting[][] {
  const groups = new Map<string, Map<CallOptions, Waiting[]>>();
  for (const call of calls) {
    const byOptions = groups.get(call.activity) ?? new Map<CallOptions, Waiting[]>();
    groups.set(call.activity, byOptions);
    const group = byOptions.get(call.options);
    if (group) group.push(call);
    else byOptions.set(call.options, [call]);
  }
  return [...groups.values()].flatMap((byOptions) => [...byOptions.values()]);
}

function byteSize(args: readonly unknown[]): number {
  try {
    return JSON.stringify(args).length;
  } catch {
    return 0;
  }
}
