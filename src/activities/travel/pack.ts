/**
 * A pack: many tasks in one activity, each with its own timeout, attempts and result.
 * The surprising rule: the heartbeat carries the finished results, the older ones by way of the store, so that a retried
 * pack skips them.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { PackInput, PackOutput, PackTask, Told } from '../../core/travel/pack.ts';
import { promiseHost, type TaskContext } from '../../core/promise-host.ts';
import { describeError, type TaskFailure, type TaskResult, type TaskSuccess } from '../../core/task.ts';
import { messageOf } from '../../core/thrown.ts';
import { fanOut } from '../../core/verbs.ts';
import { runPrefix, toSegment } from '../../store/keys.ts';
import type { Store } from '../../store/store.ts';
import { activityNamed } from '../activity-named.ts';
import type { FindActivity } from '../find-activity.ts';
import { Checkpoint, recovered, toldBy } from './checkpoint.ts';
import { asTask } from './task-context.ts';

type Activity = (input: unknown) => unknown;

/** A message above 2 MB is refused, and a character may take more than a byte. */
const maxLocalCharacters = 600_000;
const firstBackoffMs = 100;

/** The activities that run packs of the activities they are given. */
export function createPack(find: FindActivity, store: Store) {
  return {
    async runPack(input: PackInput): Promise<PackOutput> {
      const activity = activityNamed(find, input.activity);
      const context = Context.current();
      const prefix = spillsOf(context.info.activityId);
      const told = toldBy(context.info.heartbeatDetails);
      const known = await finishedBefore(store, prefix, input.tasks, told);
      const checkpoint = new Checkpoint(store, prefix, told, (now) => context.heartbeat(now));
      const place = new Map(input.tasks.map(({ id }, index) => [id, index]));
      try {
        return await runTasks(input, activity, known, context.cancellationSignal, (result) => {
          checkpoint.add([0, place.get(result.id) ?? 0, JSON.stringify(result)]);
        });
      } finally {
        await checkpoint.end();
      }
    },
    /** What a pack that died for good had finished, by what its last heartbeat told. */
    async recoverPack({ activityId, told }: { activityId: string; told: Told }): Promise<TaskResult[]> {
      return resultsOf(await recovered(store, spillsOf(activityId), told));
    },
  };
}

/** Where in the store a pack of this workflow leaves what its heartbeat cannot bear. */
function spillsOf(activityId: string): string {
  const { namespace, workflowExecution } = Context.current().info;
  const { workflowId = '', runId = '' } = workflowExecution ?? {};
  return `${runPrefix(namespace, workflowId)}${toSegment(runId)}/packs/${toSegment(activityId)}/`;
}

/** For packs that are short enough to be repeated whole: no heartbeat, no checkpoint. */
export function createLocalPack(find: FindActivity) {
  return {
    async runLocalPack(input: PackInput): Promise<PackOutput> {
      const activity = activityNamed(find, input.activity);
      const { cancellationSignal } = Context.current();
      const results = await runTasks(input, activity, new Map(), cancellationSignal);
      return bounded(results);
    },
  };
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
  signal: AbortSignal,
  finished: (result: TaskResult) => void = () => {},
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
    // Those that were cut are not finished.
    if (counted.success || counted.error.kind === 'failed') finished(counted);
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
      return asJson(await asTask(pack, { id: task.id, attempt: number, signal }, () => activity(task.input)));
    } catch (error) {
      if (number >= attempts || describeError(error).retryable === false) throw error;
    }
    await sleep(firstBackoffMs * 2 ** (number - 1), undefined, { signal: context.signal });
  }
}

/** The value itself. @throws {ApplicationFailure} of type `ResultNotJson`: its own task's failure, and not the whole pack's */
function asJson(value: unknown): unknown {
  try {
    JSON.stringify(value);
    return value;
  } catch (error) {
    throw ApplicationFailure.nonRetryable(`The result cannot be written as JSON: ${messageOf(error)}`, 'ResultNotJson');
  }
}

function withAttempts<T>(result: TaskSuccess<T> | TaskFailure, attempts: number | undefined): TaskResult<T> {
  return attempts === undefined ? result : { ...result, attempts };
}

/** Finished results of an attempt that died. */
async function finishedBefore(
  store: Store,
  prefix: string,
  tasks: readonly PackTask[],
  told: Told | undefined,
): Promise<Map<string, TaskResult>> {
  const ids = new Set(tasks.map(({ id }) => id));
  const results = resultsOf(await recovered(store, prefix, told)).filter(({ id }) => ids.has(id));
  return new Map(results.map((result) => [result.id, result]));
}

function resultsOf(pages: ReadonlyMap<number, ReadonlyMap<number, string>>): TaskResult[] {
  return [...(pages.get(0)?.values() ?? [])].map((line) => JSON.parse(line) as TaskResult);
}
