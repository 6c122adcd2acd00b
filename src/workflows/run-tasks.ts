/** Tasks as data: each names a registered activity, so that a service in any language can fan out without a workflow. */
import { ApplicationFailure } from '@temporalio/workflow';
import { milliseconds } from '../core/duration.ts';
import { InvalidOptionsError } from '../core/errors.ts';
import { assertLimit } from '../limits/learned/settings.ts';
import { checkCount } from '../core/options.ts';
import type { CachedInput, RunOutcome, RunTasksInput, TaskSpec } from '../core/run.ts';
import { gatherOptions, type RunOptions } from '../core/run-options.ts';
import { gatherBySize, type Work } from './travel/gather-by-size.ts';
import { outcome, refuseBad } from './host.ts';
import { listen } from './live.ts';
import { workerFacts } from './worker-facts.ts';

/** Without a store, a payload above this comes near the server's limit of 2 MB, which it answers with a loop of refusals. */
const maxInputBytes = 1_500_000;

/** @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is scheduled, or `InsufficientResultsError` */
export async function runTasks(input: RunTasksInput): Promise<RunOutcome> {
  const { tasks, options = {}, known, redriveOf } = input;
  listen();
  const { names, paces, maxPayloadBytes, limits } = await workerFacts();
  const registered = new Set(names);
  refuseBad(() => check(tasks, options, registered, limits));
  const rule = refuseBad(() => gatherOptions<TaskSpec, unknown>(options, (task) => task.cost ?? 1));
  const { granularity = 'auto', attempts = 3 } = options;
  const fanIn = await gatherBySize(
    tasks,
    {
      paces,
      limit: (task) => task.limit ?? options.limit,
      ...work(
        refuseBad(() => milliseconds(options.cacheTtl ?? '1 day', 'cacheTtl')),
        attempts,
        maxPayloadBytes,
      ),
    },
    granularity,
    {
      name: 'tasks',
      id: ({ id }) => id,
      ...rule,
      ...(known ? { known } : {}),
    },
  );
  return outcome(fanIn, { redriveOf }, maxPayloadBytes);
}

/** A task with a key goes through the activity that asks the cache first. */
function work(ttlMs: number, attempts: number, maxPayloadBytes = maxInputBytes): Work<TaskSpec> {
  const cached = ({ activity, cacheKey: key }: TaskSpec, input: unknown): unknown =>
    key === undefined ? input : ({ activity, input, key, ttlMs } satisfies CachedInput);
  return {
    attempts,
    activity: ({ activity, cacheKey }) => (cacheKey === undefined ? activity : 'runCached'),
    input: (task) => cached(task, inputOf(task, maxPayloadBytes)),
  };
}

/** @throws {ApplicationFailure} of type `InputTooLarge`, which is the failure of this task alone */
function inputOf({ input }: TaskSpec, atMost: number): unknown {
  const bytes = JSON.stringify(input ?? null).length;
  if (bytes <= atMost) return input;
  const message = `The input has ${bytes} bytes; at most ${atMost} fit. Pass a reference instead`;
  throw ApplicationFailure.nonRetryable(message, 'InputTooLarge');
}

function check(
  tasks: unknown,
  { attempts, limit }: RunOptions,
  registered: ReadonlySet<string>,
  limits: readonly string[] | undefined,
): void {
  checkCount('attempts', attempts, 1);
  if (limit !== undefined) assertLimit('limit', limit, limits);
  if (!Array.isArray(tasks)) throw new InvalidOptionsError('tasks', 'must be a list', tasks);
  tasks.forEach((task: Partial<TaskSpec> | null, index) => {
    if (typeof task?.id !== 'string') throw new InvalidOptionsError(`tasks[${index}].id`, 'must be a text', task?.id);
    if (typeof task.activity !== 'string' || !registered.has(task.activity)) {
      throw new InvalidOptionsError(
        `tasks[${index}].activity`,
        `must be a registered activity (there is: ${[...registered].join(', ')})`,
        task.activity,
      );
    }
    if (task.limit !== undefined) assertLimit(`tasks[${index}].limit`, task.limit, limits);
    if (task.cost !== undefined && !(task.cost >= 0))
      throw new InvalidOptionsError(`tasks[${index}].cost`, 'must be zero or more', task.cost);
  });
}
