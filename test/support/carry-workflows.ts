/** What tasks throw, by every way that they travel and in every verb, as the workflow's author gets to see it. */
import {
  ApplicationFailure,
  continueAsNew,
  executeChild,
  isCancellation,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow';
import type { Duration } from '../../src/core/duration.ts';
import type { FanIn } from '../../src/core/fan-in.ts';
import {
  asCompleted,
  describeError,
  fanInOf,
  gather,
  group,
  proxyActivities,
  type TaskError,
} from '../../src/workflow.ts';

export type Verb = 'gather' | 'group' | 'asCompleted';
export type Way = 'alone' | 'pack' | 'local' | 'child' | 'own code';

/** With everything that a failure can carry. */
export function carried(): ApplicationFailure {
  const cause = ApplicationFailure.nonRetryable('below', 'Below');
  const details = [{ code: 4242 }];
  return ApplicationFailure.create({
    message: 'bad',
    type: 'Bad',
    nonRetryable: true,
    details,
    category: 'BENIGN',
    cause,
  });
}

const nothing: TaskError = { kind: 'notStarted', name: 'Nothing', message: 'Nothing was thrown' };

/** The error of the one task that fails. */
async function errorOf(verb: Verb, task: (item: string) => unknown): Promise<TaskError> {
  const items = ['a'];
  const options = { id: String };
  if (verb === 'gather') {
    const [result] = (await gather(items, task, options)).results;
    return result && !result.success ? result.error : nothing;
  }
  if (verb === 'group')
    return group(items, task, options).then(
      () => nothing,
      (error: unknown) => describeError(error),
    );
  for await (const result of asCompleted(items, task, options)) if (!result.success) return result.error;
  return nothing;
}

export async function carryChild(): Promise<void> {
  throw carried();
}

export async function carrying(verb: Verb, way: Way): Promise<TaskError> {
  if (way === 'own code')
    return errorOf(verb, () => {
      throw carried();
    });
  if (way === 'child') return errorOf(verb, () => executeChild(carryChild));
  const { carry } = proxyActivities<{ carry(item: string): Promise<void> }>({ travel: way });
  return errorOf(verb, carry);
}

async function ending(verb: Verb, task: (item: string) => unknown): Promise<unknown> {
  const items = ['a', 'b'];
  if (verb === 'gather') return (await gather(items, task, { id: String })).mergedResults.join();
  if (verb === 'group') return (await group(items, task, { id: String })).join();
  const seen: unknown[] = [];
  for await (const result of asCompleted(items, task, { id: String })) if (result.success) seen.push(result.result);
  return seen.join();
}

/** Continues as new inside a task of the verb. */
export async function continuing(verb: Verb, times: number): Promise<unknown> {
  return ending(verb, async (item) => {
    if (times > 0 && item === 'a') await continueAsNew<typeof continuing>(verb, times - 1);
    return `last ${item}`;
  });
}

/** Its second task waits until the workflow is cancelled. */
export async function cancelledIn(verb: Verb, caught: boolean): Promise<unknown> {
  const task = async (item: string): Promise<string> => {
    if (item === 'b') await sleep('1 hour');
    return item;
  };
  if (!caught) return ending(verb, task);
  return ending(verb, task).catch((error: unknown) => [isCancellation(error), fanInOf(error)?.mergedResults]);
}

/** Calls of Temporal's own local activities, or of fanfold's that are sent so, under a deadline that they would outlast. */
export async function localUnderDeadline(by: 'temporal' | 'fanfold', ms: number): Promise<FanIn> {
  const acts =
    by === 'temporal'
      ? proxyLocalActivities<{ lasting(ms: number): Promise<void> }>({ startToCloseTimeout: '1 minute' })
      : proxyActivities<{ lasting(ms: number): Promise<void> }>({ travel: 'local' });
  return gather([10, ms], (each) => acts.lasting(each), { id: String, deadline: '1s' });
}

/** The same of many that all end at once, or that fail and wait to be tried again when their deadline ends. */
export async function localsUnderDeadline(
  activity: 'lasting' | 'failing',
  count: number,
  deadline: Duration,
): Promise<FanIn> {
  const acts = proxyLocalActivities<Record<typeof activity, (ms: number) => Promise<void>>>({
    startToCloseTimeout: '1 minute',
    retry: { initialInterval: 400, backoffCoefficient: 1 },
  });
  return gather(
    Array.from({ length: count }, (_, at) => at),
    () => acts[activity](60_000),
    { id: String, deadline },
  );
}
