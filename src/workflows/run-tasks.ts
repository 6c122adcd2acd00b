/** Tasks as data: each names a registered activity, so that a service in any language can fan out without a workflow. */
import { ApplicationFailure, proxyLocalActivities } from '@temporalio/workflow';
import { InvalidOptionsError } from '../core/errors.ts';
import { checkCount } from '../core/options.ts';
import { gatherOptions, type RunOutcome, type RunTasksInput, type TaskSpec } from '../core/run.ts';
import { proxyActivities } from './activity.ts';
import { gather } from './fan-out.ts';
import { outcome } from './host.ts';

/** Above this a payload comes near the server's limit of 2 MB, which it answers with a loop of refusals. */
const maxInputBytes = 1_500_000;

const { knownActivities } = proxyLocalActivities<{ knownActivities(): Promise<string[]> }>({
  startToCloseTimeout: '10s',
});

/** @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is scheduled, or `InsufficientResultsError` */
export async function runTasks(input: RunTasksInput): Promise<RunOutcome> {
  const { tasks, options = {}, known, redriveOf } = input;
  const registered = new Set(await knownActivities());
  refuseBad(() => check(tasks, options.attempts, registered));
  const attempts = options.attempts ?? 3;
  const activities = proxyActivities<Record<string, (given: unknown) => Promise<unknown>>>({ retry: { maximumAttempts: attempts } });
  const run = async (task: TaskSpec): Promise<unknown> => {
    const bytes = JSON.stringify(task.input ?? null).length;
    if (bytes > maxInputBytes) {
      throw ApplicationFailure.nonRetryable(`The input has ${bytes} bytes; at most ${maxInputBytes} fit. Pass a reference instead`, 'InputTooLarge');
    }
    return activities[task.activity]?.(task.input);
  };
  const fanIn = await gather(tasks, run, {
    name: 'tasks',
    id: (task) => task.id,
    ...refuseBad(() => gatherOptions<TaskSpec, unknown>(options, (task) => task.cost ?? 1)),
    ...(known ? { known } : {}),
  });
  return outcome(fanIn, { redriveOf });
}

function check(tasks: unknown, attempts: unknown, registered: ReadonlySet<string>): void {
  checkCount('attempts', attempts, 1);
  if (!Array.isArray(tasks)) throw new InvalidOptionsError('tasks', 'must be a list', tasks);
  tasks.forEach((task: Partial<TaskSpec> | null, index) => {
    if (typeof task?.id !== 'string') throw new InvalidOptionsError(`tasks[${index}].id`, 'must be a text', task?.id);
    if (typeof task.activity !== 'string' || !registered.has(task.activity)) {
      throw new InvalidOptionsError(`tasks[${index}].activity`, `must be a registered activity (there is: ${[...registered].join(', ')})`, task.activity);
    }
    if (task.cost !== undefined && !(task.cost >= 0)) throw new InvalidOptionsError(`tasks[${index}].cost`, 'must be zero or more', task.cost);
  });
}

/** A plain error would be retried for ever as a failed workflow task. */
function refuseBad<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    throw ApplicationFailure.nonRetryable(error.message, error.name, { field: error.field });
  }
}
