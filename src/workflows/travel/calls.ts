/**
 * Calls that tasks make in one activation travel together: alone, in packs or in the workflow's own task, as it suits.
 * The surprising rule: what decides is in the history (the worker's facts, counts, bytes, times), never how fast this
 * process happens to be, so that a replay decides the same.
 */
import { CancellationScope, condition, patched, sleep } from '@temporalio/workflow';
import { probeCount, probeMs } from '../../core/travel/granularity.ts';
import { chooseTravel, type Travel } from '../../core/travel/choose-travel.ts';
import { inputTooLarge } from '../input-size.ts';
import { activationEnds } from '../late-results.ts';
import { beganWithPrefixes } from '../own-activities.ts';
import { callFacts, type CallableFacts } from '../worker-facts.ts';
import { untracked } from '../untracked.ts';
import { chunks, sendPack } from './call-packs.ts';
import { landAlong, packAlong, sendLocally, type AlongPack } from './local-calls.ts';
import { latencyOf, watch } from './seen-calls.ts';
import { WaitingCall, type Call, type CallOptions } from './waiting-call.ts';

/** Inputs of so many characters fit into any message, whatever they are; of longer ones the bytes are counted. */
const surelyFitting = 500_000;
/** Bytes of commands that leave in one turn. */
const maxTurnBytes = 1_000_000;

let collected: WaitingCall[] = [];
let travelling: boolean | undefined;

/** Whether this history was begun when calls travelled together; prefixes came later, so that one marker says both. */
export function callsTravel(): boolean {
  return (travelling ??= beganWithPrefixes() || patched('fanfold: calls travel together'));
}

/** Collects the call with those of the same activation. */
export function travel(call: Call): Promise<unknown> {
  return untracked(
    () =>
      new Promise((resolve, reject) => {
        const waiting = new WaitingCall(call, byteSize(call.args), resolve, reject);
        if (!waiting.settled) collect(waiting);
      }),
  );
}

function collect(call: WaitingCall): void {
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

async function dispatch(calls: readonly WaitingCall[]): Promise<void> {
  const open = (): WaitingCall[][] => byActivity(calls.filter(({ settled }) => !settled));
  let along: AlongPack | undefined;
  const facts = await callFacts(() => (along = alongWith(open()))?.input);
  if (along && facts.answers) return landAlong(along, facts.answers, collect);
  const pacing = { bytes: 0 };
  for (const ofActivity of open()) await dispatchOfActivity(ofActivity, facts, pacing);
}

/** The calls that a worker may do at once as it is asked what it knows, if it knows that they are fast. */
function alongWith([only, ...others]: readonly WaitingCall[][]): AlongPack | undefined {
  const mayTravel = only?.every(({ travel: asked, tried }) => asked === undefined && tried === undefined);
  return only && mayTravel && others.length === 0 ? packAlong(only) : undefined;
}

async function dispatchOfActivity(
  calls: readonly WaitingCall[],
  facts: CallableFacts,
  pacing: { bytes: number },
): Promise<void> {
  const [{ activity, travel: asked }] = calls as [WaitingCall];
  const fitting = calls.filter((call) => fits(call, facts) && call.tried === undefined);
  const handedBack = calls.filter((call) => call.tried !== undefined);
  if (handedBack.length > 0) await send(handedBack, 'pack', pacing);
  const chosen = !facts.names.includes(activity) ? 'alone' : (asked ?? wayOf(activity, fitting, facts));
  if (chosen !== 'probe') return send(fitting, chosen, pacing);
  const [first, rest] = [fitting.slice(0, probeCount), fitting.slice(probeCount)];
  await send(first, 'alone', pacing);
  void isSlow(first, probeMs(rest.length)).then(async (slow) => {
    await send(
      rest.filter(({ settled }) => !settled),
      slow ? 'alone' : 'pack',
      pacing,
    );
  });
}

function wayOf(activity: string, calls: readonly WaitingCall[], facts: CallableFacts): Travel | 'probe' {
  return chooseTravel({
    count: calls.length,
    bytes: calls.reduce((sum, call) => sum + call.bytes, 0),
    latency: latencyOf(activity, facts),
    mayBeLocal: (facts.ways ?? 1) >= 3,
  });
}

/** An input that no message takes is its own task's failure. */
function fits(call: WaitingCall, { maxPayloadBytes }: CallableFacts): boolean {
  if (call.bytes <= surelyFitting) return true;
  const failure = inputTooLarge(JSON.stringify(call.args), maxPayloadBytes);
  if (failure) call.reject(Object.assign(failure, { notStarted: true }));
  return !failure;
}

/** Whether half of the probed calls take longer than the others may wait for them. */
async function isSlow(probed: readonly WaitingCall[], withinMs: number): Promise<boolean> {
  const timer = new CancellationScope();
  let late = false;
  void timer
    .run(() => sleep(withinMs, { summary: 'probe of the first calls' }))
    .then(
      () => (late = true),
      () => {},
    );
  const settled = (): number => probed.filter((call) => call.settled).length;
  await condition(() => late || settled() * 2 >= probed.length);
  timer.cancel();
  return late;
}

async function send(calls: readonly WaitingCall[], how: Travel, pacing: { bytes: number }): Promise<void> {
  if (how === 'alone') {
    for (const call of calls) {
      if (!hasRoom(call.bytes, pacing)) await pause(call.bytes, pacing);
      if (!call.settled) sendAlone(call);
    }
    return;
  }
  for (const pack of chunks(calls)) {
    const bytes = pack.reduce((sum, call) => sum + call.bytes, 0);
    if (!hasRoom(bytes, pacing)) await pause(bytes, pacing);
    if (how === 'pack') sendPack(pack, collect);
    else sendLocally(pack, collect);
  }
}

/** Whether so much more leaves in this turn; where not, it leaves in the next one, after a {@link pause}. */
function hasRoom(bytes: number, pacing: { bytes: number }): boolean {
  if (pacing.bytes > 0 && pacing.bytes + bytes > maxTurnBytes) return false;
  pacing.bytes += bytes;
  return true;
}

async function pause(bytes: number, pacing: { bytes: number }): Promise<void> {
  await sleep(1, { summary: 'send what was launched' });
  pacing.bytes = bytes;
}

function sendAlone(call: WaitingCall): void {
  const settles = watch(call);
  untracked(() => {
    void call.scope
      .run(() => call.alone())
      .then(
        (value) => {
          settles(call);
          call.resolve(value);
        },
        (error: unknown) => {
          settles(call);
          call.reject(error);
        },
      );
  });
}

/** Calls of one activity with the same options. */
function byActivity(calls: readonly WaitingCall[]): WaitingCall[][] {
  const groups = new Map<string, Map<CallOptions, WaitingCall[]>>();
  for (const call of calls) {
    const byOptions = groups.get(call.activity) ?? new Map<CallOptions, WaitingCall[]>();
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
