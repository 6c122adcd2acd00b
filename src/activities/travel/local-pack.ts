/**
 * A pack in the workflow's own task, for few fast tasks: no heartbeat, no checkpoint, and it can be repeated whole after a crash.
 * It signals nothing, as a signal that comes while the workflow's last task is open makes the server refuse its end.
 * A pack is begun once in a process: a workflow task that was refused asks again and gets the same results, and one that has
 * waited a while gets what has settled and asks for the rest later.
 */
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { CallAnswer, EarlierTries, PackInput, PackOutput, PackTask } from '../../core/travel/pack.ts';
import { isFinal, retryDelay } from '../../core/travel/retry.ts';
import type { RunnerEnd } from '../../core/travel/runner.ts';
import proto from '../../packages/temporal-proto.ts';
import { describeExecution } from '../../store/executions.ts';
import { activityNamed } from '../activity-named.ts';
import type { FindActivity } from '../find-activity.ts';
import { KeptPacks } from './kept-packs.ts';
import { PackRun, type PackActivity } from './pack-run.ts';

/** Of the results in one message: one above 2 MB is refused, and several packs may end in one workflow task. */
const maxBytes = 600_000;
/** A local pack begins at once: one that was sent longer ago may be a replay. */
const replayedMs = 250;
/** As long as it waits, the workflow's task is open: none of its timers fires, and no other workflow has its place. */
const patienceMs = 200;
/** A workflow asks for the rest after two seconds at most; where none does, it was moved to another worker, or wants none of it. */
const unaskedMs = 15_000;
const goesOn = proto.temporal.api.enums.v1.WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_RUNNING;

/** The activity that runs packs of the activities it is given. */
export function createLocalPack(find: FindActivity) {
  const kept = new KeptPacks<LocalPack>();
  return {
    async runLocalPack(input: PackInput): Promise<readonly CallAnswer[]> {
      const activity = activityNamed(find, input.activity);
      const context = Context.current();
      const key = keyOf(input, context);
      await refuseReplay(input, context);
      const pack = kept.get(key, input) ?? kept.add(key, new LocalPack(input, activity, context));
      return pack.answer(input, context);
    },
  };
}

/** The pack of a workflow; it has no more than one of a name at a time. */
function keyOf({ reportAs }: PackInput, { info }: Context): string {
  return JSON.stringify([info.namespace, info.workflowExecution, reportAs ?? info.activityId]);
}

/**
 * A look at a run that was terminated replays it on a worker, which then begins anew the local activities that were in flight.
 *
 * @throws {ApplicationFailure} of type `RunOver`, so that no task runs again of a run that is over
 */
async function refuseReplay({ sentAt }: PackInput, context: Context): Promise<void> {
  const { workflowExecution } = context.info;
  if (sentAt === undefined || Date.now() - sentAt < replayedMs || !workflowExecution) return;
  const { workflowId, runId } = workflowExecution;
  const { raw } = (await describeExecution(context.client, workflowId, runId)) ?? {};
  if (raw?.workflowExecutionInfo?.status !== goesOn) {
    const message = 'The run was over before this task had a result';
    throw ApplicationFailure.nonRetryable(message, 'RunOver');
  }
}

class LocalPack {
  readonly over: Promise<RunnerEnd>;
  readonly #run: PackRun;
  readonly #handedBack = new Map<number, EarlierTries>();
  readonly #places: ReadonlyMap<string, number>;
  /** By its place, what is asked of each: an activity may change its arguments. */
  readonly #asked: readonly string[];
  readonly #waiting = new Set<() => void>();
  #end: RunnerEnd | undefined;
  /** One result a task, once it is over. */
  #whole: PackOutput = [];
  #asking = 0;
  #unasked: NodeJS.Timeout | undefined;

  constructor(input: PackInput, activity: PackActivity, context: Context) {
    this.#places = new Map(input.tasks.map(({ id }, at) => [id, at]));
    this.#asked = input.tasks.map((task) => askedOf(input, task));
    // A call that fails is tried again elsewhere: until then this workflow task would stand still.
    const rule = input.calls ? { ...input, attempts: 1 } : input;
    this.#run = new PackRun(rule, activity, context, {
      finished: (at, _line, { attempts }, outcome) => {
        if (!input.calls || !('thrown' in outcome) || attempts >= input.attempts) return;
        const { thrown } = outcome;
        if (!isFinal(thrown, input.retry))
          this.#handedBack.set(at, { attempts, delayMs: retryDelay(thrown, attempts, input.retry) });
      },
      settled: () => this.#look(),
    });
    this.over = this.#run.runner.over.then((end) => {
      this.#end = end;
      this.#whole = this.#run.output(end);
      this.#run.stop();
      clearTimeout(this.#unasked);
      this.#look();
      return end;
    });
    this.#run.runner.start();
  }

  serves(asked: PackInput): boolean {
    return asked.tasks.every((task) => this.#asked[this.#places.get(task.id) ?? -1] === askedOf(asked, task));
  }

  /** @throws {CancelledFailure} where the one who asks was cancelled, which ends the pack */
  async answer({ calls, tasks }: PackInput, context: Context): Promise<readonly CallAnswer[]> {
    const { cancellationSignal: signal } = context;
    const stop = (): void => this.#run.runner.stop('cancelled');
    signal.addEventListener('abort', stop);
    clearTimeout(this.#unasked);
    this.#asking++;
    try {
      if (signal.aborted) stop();
      await this.#until(calls ? tasks.map(({ id }) => id) : undefined);
      if (signal.aborted) await context.cancelled;
      if (this.#end === 'cancelled') throw new CancelledFailure('The pack was cancelled');
      return calls ? someOf(tasks.map(({ id }) => this.#answerOf(id))) : bounded(this.#whole);
    } finally {
      signal.removeEventListener('abort', stop);
      if (--this.#asking === 0 && this.#end === undefined)
        this.#unasked = setTimeout(() => this.#run.runner.stop('cancelled'), unaskedMs).unref();
    }
  }

  #answerOf(id: string): CallAnswer {
    const at = this.#places.get(id) ?? -1;
    const open = this.#handedBack.get(at);
    return open ? { id, open } : (this.#run.settled(at) ?? { id, open: 'running' });
  }

  /** Until it is over, or all of `ids` have settled; where they are given, no longer than a while. */
  #until(ids: readonly string[] | undefined): Promise<void> {
    const hasSettled = (id: string): boolean => this.#run.settled(this.#places.get(id) ?? -1) !== undefined;
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (this.#end !== undefined || ids?.every(hasSettled)) end();
      };
      const timer = ids && setTimeout(end, patienceMs);
      this.#waiting.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}

/** What makes a task this one. */
function askedOf({ activity }: PackInput, { callId, input }: PackTask): string {
  return JSON.stringify([activity, callId, input]);
}

/** What goes into one message, one result at least; a workflow asks for the others as it does for those that run. */
function someOf(answers: readonly CallAnswer[]): readonly CallAnswer[] {
  let bytes = 0;
  return answers.map((answer) => {
    if ('open' in answer) return answer;
    const size = Buffer.byteLength(JSON.stringify(answer));
    if (bytes > 0 && bytes + size > maxBytes) return { id: answer.id, open: 'running' };
    bytes += size;
    return answer;
  });
}

/** Of a fan-out, whose results have one message: what does not go into it is a failure of its task alone. */
function bounded(results: PackOutput): PackOutput {
  let bytes = 0;
  return results.map((result) => {
    const size = Buffer.byteLength(JSON.stringify(result));
    bytes += size;
    if (!result.success || bytes <= maxBytes) return result;
    bytes -= size;
    const { result: _result, ...rest } = result;
    const message = `The result has ${size} bytes, more than is left of the ${maxBytes} that fit`;
    return { ...rest, success: false, error: { kind: 'failed', name: 'ResultTooLarge', message, retryable: false } };
  });
}
