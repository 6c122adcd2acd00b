/**
 * A pack: many tasks in one activity, each with its own timeout, attempts and result.
 * The surprising rule: the heartbeat carries the finished results, so that a retried pack skips them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { PackInput, PackOutput, PackTask } from '../core/pack.ts';
import { promiseHost, type TaskContext } from '../core/promise-host.ts';
import { asTask } from './task-context.ts';
import { describeError, type TaskFailure, type TaskResult, type TaskSuccess } from '../core/task.ts';
import { fanOut } from '../core/verbs.ts';

type Activity = (input: unknown) => unknown;

/** How often what is finished is told; a dead pack redoes at most what finished since. */
const checkpointMs = 200;
/** A heartbeat above 2 MB is refused; finished results beyond this are redone by a retried pack. */
const maxCheckpointCharacters = 500_000;
/** A message above 2 MB is refused, and a character may take more than a byte. */
const maxLocalCharacters = 600_000;
const firstBackoffMs = 100;

/** The activity that runs packs of the activities it is given. */
export function createPack(activities: Readonly<Record<string, unknown>>) {
  return {
    async runPack(input: PackInput): Promise<PackOutput> {
      const activity = activityOf(activities, input.activity);
      const context = Context.current();
      const known = finishedBefore(context.info.heartbeatDetails);
      const told = new Checkpoint([...known.values()]);
      const timer = setInterval(() => context.heartbeat(told.results), checkpointMs);
      try {
        return await runTasks(input, activity, known, told, context.cancellationSignal);
      } finally {
        clearInterval(timer);
      }
    },
  };
}

/** For packs that are short enough to be repeated whole: no heartbeat, no checkpoint. */
export function createLocalPack(activities: Readonly<Record<string, unknown>>) {
  return {
    async runLocalPack(input: PackInput): Promise<PackOutput> {
      const activity = activityOf(activities, input.activity);
      const { cancellationSignal } = Context.current();
      const results = await runTasks(input, activity, new Map(), new Checkpoint([]), cancellationSignal);
      return bounded(results);
    },
  };
}

function activityOf(activities: Readonly<Record<string, unknown>>, name: string): Activity {
  const activity = activities[name];
  if (typeof activity === 'function') return activity as Activity;
  throw ApplicationFailure.nonRetryable(`There is no activity '${name}' on this worker`, 'UnknownActivity');
}

/** What goes into one message; a result that does not is a failure of its task alone. */
function bounded(results: PackOutput): PackOutput {
  let characters = 0;
  return results.map((result) => {
    const length = JSON.stringify(result).length;
    characters += length;
    if (!result.success || characters <= maxLocalCharacters) return result;
    characters -= length;
    const { result: _result, ...rest } = result;
    const message = `The result has ${length} characters, more than is left of the ${maxLocalCharacters} that fit`;
    return { ...rest, success: false, error: { kind: 'failed', name: 'ResultTooLarge', message, retryable: false } };
  });
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
  context: TaskContext,
): Promise<unknown> {
  const pack = Context.current();
  const signal = (): AbortSignal => context.signal;
  for (let number = 1; ; number++) {
    tries.set(task.id, number);
    try {
      return await asTask(pack, { id: task.id, attempt: number, signal }, () => activity(task.input));
    } catch (error) {
      if (number >= attempts || describeError(error).retryable === false) throw error;
    }
    await sleep(firstBackoffMs * 2 ** (number - 1), undefined, { signal: context.signal });
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
