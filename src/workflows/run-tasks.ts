/** Tasks as data: each names a registered activity, so that a service in any language can fan out without a workflow. */
import { given } from '../core/given.ts';
import { patched } from '@temporalio/workflow';
import { milliseconds } from '../core/duration.ts';
import { InvalidOptionsError } from '../core/errors.ts';
import { assertLimit } from '../limits/learned/settings.ts';
import { checkCount } from '../core/options.ts';
import type { CachedInput, RunOutcome, RunTasksInput, TaskSpec } from '../core/run.ts';
import { gatherOptions, type RunOptions } from '../core/run-options.ts';
import { parseTask, type OpenNames } from '../core/task-spec.ts';
import type { ActivityWork } from './travel/activity-work.ts';
import { gatherBySize } from './travel/gather-by-size.ts';
import { refuseBad } from './accept-update.ts';
import { inputTooLarge } from './input-size.ts';
import { outcome } from './outcome.ts';
import { tenantOfRun } from './tenant.ts';
import { listen } from './live-control.ts';
import { ownActivity } from './own-activities.ts';
import { workerFacts } from './worker-facts.ts';

/**
 * The workflow of a run of tasks as data, which `FanfoldClient.run('tasks', …)` starts; a bundle made before exports it.
 *
 * @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is scheduled, or `InsufficientResultsError`
 * @example export { mapBranch, mapItems, runTasks } from 'fanfold/workflow';
 */
export async function runTasks(input: RunTasksInput): Promise<RunOutcome> {
  const { tasks, options = {}, known, redriveOf } = input;
  listen();
  const { names, paces, maxPayloadBytes, limits, ways = 1 } = await workerFacts();
  const open: OpenNames = {
    activities: new Set(names),
    checkLimit: (field, limit) => assertLimit(field, limit, limits),
  };
  refuseBad(() => check(tasks, options, open));
  const rule = refuseBad(() => gatherOptions<TaskSpec, unknown>(options, (task) => task.cost ?? 1));
  const { granularity = 'auto', attempts = 3 } = options;
  const fanIn = await gatherBySize(
    tasks,
    {
      latencies: paces,
      together: ways >= 2,
      limit: (task) => task.limit ?? options.limit,
      ...work(
        { ttlMs: refuseBad(() => milliseconds(options.cacheTtl ?? '1 day', 'cacheTtl')), ...tenantOfRun(options) },
        attempts,
        maxPayloadBytes,
      ),
    },
    granularity,
    {
      name: 'tasks',
      id: ({ id }) => id,
      accepts: acceptsTasks(open, options.limit !== undefined || tasks.some(({ limit }) => limit !== undefined)),
      ...rule,
      ...given({ known }),
    },
  );
  return outcome(fanIn, { redriveOf }, maxPayloadBytes);
}

/** A task with a key goes through the activity that asks the cache first. */
function work(
  cache: Pick<CachedInput, 'ttlMs' | 'tenant'>,
  attempts: number,
  maxPayloadBytes?: number,
): ActivityWork<TaskSpec> {
  const cached = ({ activity, cacheKey: key, shared }: TaskSpec, input: unknown): unknown =>
    key === undefined ? input : ({ activity, input, key, ...cache, ...given({ shared }) } satisfies CachedInput);
  return {
    attempts,
    activity: ({ activity, cacheKey }) => (cacheKey === undefined ? activity : ownActivity('runCached')),
    input: (task) => cached(task, inputOf(task, maxPayloadBytes)),
  };
}

/** @throws {ApplicationFailure} of type `InputTooLarge`, which is the failure of this task alone */
function inputOf({ input }: TaskSpec, atMost?: number): unknown {
  const failure = inputTooLarge(JSON.stringify(input ?? null), atMost);
  if (failure) throw failure;
  return input;
}

function check(tasks: unknown, { attempts, limit }: RunOptions, open: OpenNames): void {
  checkCount('attempts', attempts, 1);
  if (limit !== undefined) open.checkLimit('limit', limit);
  if (!Array.isArray(tasks)) throw new InvalidOptionsError('tasks', 'must be a list', tasks);
  tasks.forEach((task: unknown, index) => {
    try {
      parseTask(task, `tasks[${index}]`, open);
    } catch (error) {
      // Runs of older versions went on with a field that nobody knew, and end by the rule that they began with.
      if (!wasTaken(task as Partial<TaskSpec> | null, open) || patched('one-parse-of-tasks')) throw error;
    }
  });
}

/** Whether versions before the one parser took a task. */
function wasTaken(task: Partial<TaskSpec> | null, { activities, checkLimit }: OpenNames): boolean {
  if (typeof task?.id !== 'string' || typeof task.activity !== 'string' || !activities.has(task.activity)) return false;
  try {
    if (task.limit !== undefined) checkLimit('limit', task.limit);
  } catch {
    return false;
  }
  return task.cost === undefined || task.cost >= 0;
}

/** What may be added: tasks as a run may begin with. Where nothing waits at a limit yet, nothing can be made to. */
function acceptsTasks(open: OpenNames, waits: boolean): (item: unknown, index: number) => boolean {
  return (item, index) => {
    const field = `items[${index}]`;
    const { limit } = parseTask(item, field, open);
    if (limit !== undefined && !waits)
      throw new InvalidOptionsError(`${field}.limit`, 'cannot be waited at in a run that began without limits', limit);
    return true;
  };
}
