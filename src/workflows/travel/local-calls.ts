/** Few fast calls in the workflow's own task: by themselves, or along with the question what the worker knows of them. */
import { ActivityCancellationType, proxyLocalActivities, sleep } from '@temporalio/workflow';
import { GrowingInterval } from '../../core/travel/growing-interval.ts';
import { maxLocalTasks } from '../../core/travel/granularity.ts';
import { maxLocalBytes } from '../../core/travel/local.ts';
import type { CallAnswer, PackInput, PackTask } from '../../core/travel/pack.ts';
import { releaseId } from '../activity-id.ts';
import { ownActivities } from '../own-activities.ts';
import { inputOf, land, nextPackId, packTask, summaryOf, whileOnTheWay, type SentPack } from './call-packs.ts';
import type { WaitingCall } from './waiting-call.ts';

const { runLocalPack } = ownActivities(
  proxyLocalActivities<{ runLocalPack(input: PackInput): Promise<readonly CallAnswer[]> }>({
    startToCloseTimeout: '1 hour',
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { maximumAttempts: 1 },
  }),
);

/** Between two questions to a local pack that has not ended. */
const leastPauseMs = 100;
const mostPauseMs = 2000;

export function sendLocally(calls: readonly WaitingCall[], again: SentPack['again']): void {
  const activityId = nextPackId();
  const sent = { calls, activityId, again };
  void onTheWay(sent, () => askForRest(sent, calls.map(packTask))).then(() => releaseId(activityId));
}

/** Calls that went with the question, which only ever goes along with the first ones of a while. */
export interface AlongPack {
  readonly calls: readonly WaitingCall[];
  readonly input: PackInput;
}

let along = 0;

/** Undefined where the calls are too many or too large to be done by who answers. */
export function packAlong(calls: readonly WaitingCall[]): AlongPack | undefined {
  const bytes = calls.reduce((sum, call) => sum + call.bytes, 0);
  if (calls.length < 2 || calls.length > maxLocalTasks || bytes > maxLocalBytes) return undefined;
  const input = { ...inputOf(calls, calls.map(packTask), `along-${++along}`), sentAt: Date.now() };
  return { calls, input };
}

export function landAlong({ calls, input }: AlongPack, answers: readonly CallAnswer[], again: SentPack['again']): void {
  const sent = { calls, activityId: input.reportAs ?? '', again };
  const running = stillRunning(sent, input.tasks, answers);
  if (running.length > 0) void onTheWay(sent, () => askForRest(sent, running, true));
}

function onTheWay(sent: SentPack, ask: () => Promise<void>): Promise<void> {
  return whileOnTheWay(sent.calls, isGone, (scope) => scope.run(ask));
}

function isGone({ settled, tried }: WaitingCall): boolean {
  return settled || tried !== undefined;
}

/**
 * Asks until none runs there any more: each answer has what has settled, so that a straggler holds up nobody.
 * Between two answers the workflow's task is over, so that its timers, signals and updates are heeded.
 */
async function askForRest(sent: SentPack, tasks: readonly PackTask[], wasAsked = false): Promise<void> {
  const { calls, activityId } = sent;
  const pause = new GrowingInterval(leastPauseMs, mostPauseMs);
  const rest = (): Promise<void> => sleep(pause.next(), { summary: `${running.length} calls still run` });
  let running = tasks;
  try {
    if (wasAsked) await rest();
    while (running.length > 0) {
      const input = { ...inputOf(calls, running, activityId), sentAt: Date.now() };
      const answers = await runLocalPack.executeWithOptions({ summary: summaryOf(calls) }, [input]);
      running = stillRunning(sent, running, answers);
      if (running.length > 0) await rest();
    }
  } catch (error) {
    for (const { id } of running) land(callOf(sent, id), undefined, sent.again, error);
  }
}

/** Settles what has an answer, and sends anew what was handed back. */
function stillRunning(sent: SentPack, tasks: readonly PackTask[], answers: readonly CallAnswer[]): PackTask[] {
  return tasks.filter(({ id }, index) => {
    const call = callOf(sent, id);
    const answer = answers[index];
    if (!answer || !('open' in answer)) land(call, answer, sent.again, undefined);
    else if (answer.open === 'running') return !call.settled;
    else if (!call.settled) {
      call.tried = answer.open;
      sent.again(call);
    }
    return false;
  });
}

function callOf({ calls }: SentPack, id: string): WaitingCall {
  return calls[Number(id)] as WaitingCall;
}
