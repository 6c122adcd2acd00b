/**
 * A pack: many tasks in one activity, each with its own timeout, attempts and result.
 * The surprising rule: the heartbeat carries the finished results, so that a retried pack skips them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { PackInput, PackOutput, PackTask } from '../core/pack.ts';
import { promiseHost, type TaskContext } from '../core/promise-host.ts';
import { describeError, type TaskFailure, type TaskResult, type TaskSuccess } from '../core/task.ts';
import { fanOut } from '../core/verbs.ts';

type Activity = (input: unknown) => unknown;

/** How often what is finished is told; a dead pack redoes at most what finished since. */
const checkpointMs = 200;
/** A heartbeat above 2 MB is refused; finished results beyond this are redone by a retried pack. */
const maxCheckpointCharacters = 500_000;
const firstBackoffMs = 100;

/** The activity that runs packs of the activities it is given. */
export function createPack(activities: Readonly<Record<string, unknown>>) {
  return {
    async runPack(input: PackInput): Promise<PackOutput> {
      const activity = activities[input.activity];
      if (typeof activity !== 'function') {
        throw ApplicationFailure.nonRetryable(
          `There is no activity '${input.activity}' on this worker`,
          'UnknownActivity',
        );
      }
      const context = Context.current();
      const known = finishedBefore(context.info.heartbeatDetails);
      const told = new Checkpoint([...known.values()]);
      const timer = setInterval(() => context.heartbeat(told.results), checkpointMs);
      try {
        return await runTasks(input, activity as Activity, known, told, context.cancellationSignal);
      } finally {
        clearInterval(timer);
      }
    },
  };
}

async function runTasks(
  { tasks, width, attempts, taskTimeoutMs, deadlineAt, first, maxFailures }: PackInput,
  activity: Activity,
  known: ReadonlyMap<string, TaskResult>,
  told: Checkpoint,
  signal: AbortSignal,
): Promise<PackOutput> {
  const { asCompleted } = fanOut(promiseHost({ signal }));
  const open = tasks.filter(({ id }) => !known.has(id));
  const tries = new Map<string, number>();
  const run = (task: PackTask, context: TaskContext): Promise<unknown> =>
    attempt(task, activity, attempts, tries, context);
  const settled = new Map(known);
  const rule = {
    ...(first === undefined ? {} : { first: Math.min(first, open.length || 1) }),
    ...(maxFailures === undefined ? {} : { maxFailures }),
  };
  const running = asCompleted(open, run, {
    id: ({ id }) => id,
    concurrency: width,
    cancelGrace: 50,
    ...(open.length === 0 ? {} : rule),
    ...(taskTimeoutMs === undefined ? {} : { taskTimeout: taskTimeoutMs }),
    ...(deadlineAt === undefined ? {} : { deadline: Math.max(0, deadlineAt - Date.now()) }),
  });
  for await (const result of running) {
    const counted = withAttempts(result, tries.get(result.id));
    settled.set(result.id, counted);
    told.add(counted);
  }
  return tasks.flatMap(({ id }) => settled.get(id) ?? []);
}

async function attempt(
  task: PackTask,
  activity: Activity,
  attempts: number,
  tries: Map<string, number>,
  { signal }: TaskContext,
): Promise<unknown> {
  for (let number = 1; ; number++) {
    tries.set(task.id, number);
    try {
      return await activity(task.input);
    } catch (error) {
      if (number >= attempts || describeError(error).retryable === false) throw error;
    }
    await sleep(firstBackoffMs * 2 ** (number - 1), undefined, { signal });
  }
}

function withAttempts<T>(result: TaskSuccess<T> | TaskFailure, attempts: number | undefined): TaskResult<T> {
  return attempts === undefined ? result : { ...result, attempts };
}

/** Finished results of an attempt that died; cut ones are not finished. */
function finishedBefore(details: unknown): Map<string, TaskResult> {
  const results = Array.isArray(details) ? (details as TaskResult[]) : [];
  return new Map(results.map((result) => [result.id, result]));
}

class Checkpoint {
  readonly results: TaskResult[];
  #characters = 0;

  constructor(results: TaskResult[]) {
    this.results = results;
  }

  add(result: TaskResult): void {
    if (!result.success && result.error.kind !== 'failed') return;
    this.#characters += JSON.stringify(result).length;
    if (this.#characters <= maxCheckpointCharacters) this.results.push(result);
  }
}
