/** The tasks of a pack under its runner, wherever the pack runs, and what became of each, in the order of the tasks. */
import type { Context } from '@temporalio/activity';
import { cancelledError } from '../../core/cancelled-error.ts';
import type { TaskResult } from '../../core/task.ts';
import type { PackInput, PackOutput, PackTask } from '../../core/travel/pack.ts';
import { Runner, type RunnerEnd, type RunnerOutcome } from '../../core/travel/runner.ts';
import { resultOf, toResultLine } from './result.ts';
import { asTask } from './task-context.ts';

export type PackActivity = (...args: unknown[]) => unknown;

/** Called for each task that has succeeded, or failed for good. */
export type Finished = (at: number, line: string, result: TaskResult, outcome: RunnerOutcome) => void;

interface Placed {
  readonly task: PackTask;
  readonly at: number;
}

interface Beside {
  /** Results of attempts before, by the position of the task. */
  readonly known?: ReadonlyMap<number, TaskResult>;
  readonly finished: Finished;
  /** Called after each task that has settled, however it did. */
  readonly settled?: () => void;
}

export class PackRun {
  readonly runner: Runner<Placed>;
  readonly #input: PackInput;
  readonly #begunAt = Date.now();
  readonly #results: Map<number, TaskResult>;

  constructor(
    input: PackInput,
    activity: PackActivity,
    context: Context,
    { known = new Map(), finished, settled }: Beside,
  ) {
    this.#input = input;
    const results = (this.#results = new Map(known));
    const tally = tallyOf(known.values());
    const open = [input.tasks.flatMap((task, at): Placed[] => (known.has(at) ? [] : [{ task, at }]))];
    this.runner = new Runner<Placed>(input, {
      supply: async () => open.shift(),
      run: (running) => {
        const { id, callId = id, input: given } = running.task.task;
        return input.calls
          ? asTask(context, callId, running, activity, given as unknown[], input.activity)
          : asTask(context, callId, running, activity, [given]);
      },
      settled: (running, outcome) => {
        const { task, at } = running.task;
        const [line, result] = toResultLine(resultOf(task.id, running, outcome, input.calls));
        results.set(at, result);
        tally[result.success ? 'succeeded' : 'failed']++;
        // What timed out may end otherwise in another attempt of the pack.
        if (result.success || result.error.kind === 'failed') finished(at, line, result, outcome);
        settled?.();
      },
      tally: () => tally,
      endsAt: ({ task }) => task.endsAt,
      // Calls of a workflow's own may be of another kind each, and answer for themselves.
      endsWithTenant: !input.calls,
      tried: ({ task }) => task.tried,
    });
  }

  /** One result a task; what was open at the end was ended by it. */
  output(end: RunnerEnd): PackOutput {
    const { deadlineAt, tasks } = this.#input;
    const deadlineMs = deadlineAt === undefined ? undefined : Math.max(0, deadlineAt - this.#begunAt);
    for (const running of this.runner.running) {
      const { task, at } = running.task;
      this.#results.set(at, resultOf(task.id, running, { error: cancelledError(end, running, deadlineMs) }));
    }
    return tasks.map(({ id }, at) => {
      const neverBegun = { success: false, durationMs: 0, attempts: 0 } as const;
      return this.#results.get(at) ?? { id, ...neverBegun, error: cancelledError(end, {}, deadlineMs) };
    });
  }

  /** What has settled of the task at this position. */
  settled(at: number): TaskResult | undefined {
    return this.#results.get(at);
  }

  stop(): void {
    this.runner.stop();
    this.runner.cancel();
  }
}

function tallyOf(results: Iterable<TaskResult>): { succeeded: number; failed: number } {
  const tally = { succeeded: 0, failed: 0 };
  for (const { success } of results) tally[success ? 'succeeded' : 'failed']++;
  return tally;
}
