/** Follows a run to its end. A worker that was there may die on the way, so it is looked for again and again. */
import type { RunContext } from '../core/run.ts';
import { queueOfRun } from '../runs/run-queue.ts';
import { assertGoesOn } from '../runs/run-stuck.ts';
import type { RunView } from '../runs/run-view.ts';
import { FanfoldError } from '../errors.ts';
import { describeExecution } from '../store/executions.ts';
import { unserved } from './attend.ts';
import { callOf, type ExitCode } from './exit.ts';
import type { Invocation } from './invocation.ts';
import { live } from './live-progress.ts';
import { LostResults } from './lost-results.ts';
import { outcomeText } from './outcome.ts';
import { painter, widthOf } from './text.ts';

const pollMs = 2000;
/** So long it is waited for a worker of a queue that a command does not serve. */
const unservedMs = 30_000;
/** So long it may be a deploy. */
const stuckMs = 10_000;

/**
 * Shows the run until it is over, then what became of it.
 *
 * @example return followToEnd(invocation, runId);
 */
export async function followToEnd(invocation: Invocation, runId: string, question?: string): Promise<ExitCode> {
  return answerEnd(invocation, await follow(invocation, runId), question);
}

/**
 * The run as the command's answer, with what the command ends with.
 *
 * @example return answerEnd(invocation, await follow(invocation, runId));
 */
export async function answerEnd(invocation: Invocation, view: RunView, question?: string): Promise<ExitCode> {
  await answerRun(invocation, view, question);
  return new LostResults(view.fanIn?.results).codeOf(invocation, view);
}

/**
 * The run as the command's answer.
 *
 * @example await answerRun(invocation, await follow(invocation, runId));
 */
export async function answerRun(invocation: Invocation, seen: RunView, question?: string): Promise<void> {
  const session = await invocation.session();
  const { withCosts } = await import('../runs/costs.ts');
  const view = await withCosts(session.client.temporal, seen);
  const { embedded } = session.server;
  const paint = painter(process.stdout);
  await invocation.answer(view, () =>
    outcomeText(view, {
      width: widthOf(process.stdout),
      paint,
      question,
      page: session.pageOf(view.runId),
      embedded,
      callOf,
    }),
  );
}

/**
 * What a run was asked, which is not what this command was given where it joined the run.
 *
 * @example const { awaitSignOff } = await inputOfRun<ReconcileInput>(invocation, runId);
 */
export async function inputOfRun<I extends RunContext>(invocation: Invocation, runId: string): Promise<I> {
  const { readInput } = await import('../runs/input.ts');
  return (await readInput((await invocation.session()).client.temporal, runId)) as I;
}

/**
 * Shows the run until it is over, or waits for a person; says nothing of its outcome.
 *
 * @param isWaiting whether it waits for a person by other means than approvals
 * @example const view = await follow(invocation, await begin(invocation, digestKind, { pages }));
 */
export async function follow(
  invocation: Invocation,
  runId: string,
  isWaiting?: (view: RunView) => Promise<boolean>,
): Promise<RunView> {
  const view = await watched(invocation, runId, isWaiting);
  if (view.status !== 'running') invocation.ended = view.status;
  return view;
}

async function watched(
  invocation: Invocation,
  runId: string,
  isWaiting?: (view: RunView) => Promise<boolean>,
): Promise<RunView> {
  invocation.runId = runId;
  const session = await invocation.session();
  const display = live();
  let polledAt = Date.now();
  let last: RunView | undefined;
  const described = await describeExecution(session.client.temporal, runId);
  const queue = queueOfRun(described) ?? session.client.taskQueue;
  const attendance = new Attendance(invocation, runId, queue);
  // Where it is over, its results may have to be asked for, and it begins nothing any more.
  const isOver = Boolean(described?.raw.workflowExecutionInfo?.closeTime);
  attendance.isServed = isOver ? await session.attendQueue(queue) : await session.needWorker('runs', queue);
  try {
    for await (const view of session.client.watch(runId)) {
      last = view;
      if (view.status !== 'running' || invocation.signal.aborted) return view;
      // A person may take days, and may be the one at this terminal.
      if (view.approvals || (await isWaiting?.(view))) return view;
      display.show(view);
      assertGoesOn(runId, view.stuck, stuckMs);
      attendance.assert();
      if (Date.now() - polledAt < pollMs) continue;
      polledAt = Date.now();
      attendance.isServed = await session.needWorker('runs', queue);
    }
  } finally {
    display.end(last);
  }
  return session.client.get(runId);
}

/** Whether anybody does the work of the run that is followed: a queue that all share is not served by a command. */
class Attendance {
  isServed = true;
  readonly #invocation: Invocation;
  readonly #message: string;
  #since: number | undefined;

  constructor(invocation: Invocation, runId: string, queue: string) {
    this.#invocation = invocation;
    this.#message = unserved(queue, runId);
  }

  /** @throws {FanfoldError} of type `Unreachable` where nobody has done it for longer than a worker needs to start anew */
  assert(): void {
    if (this.isServed) this.#since = undefined;
    else if (this.#since === undefined) {
      this.#since = Date.now();
      this.#invocation.say(this.#message);
    } else if (Date.now() - this.#since > unservedMs) throw new FanfoldError('Unreachable', this.#message);
  }
}
