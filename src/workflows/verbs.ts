/** The three verbs as a workflow sees them. */
import type { TaskInfo } from '../core/host.ts';
import { fanOut, type Verbs } from '../core/verbs.ts';
import { currentTask } from './current-task.ts';
import { workflowHost } from './host.ts';
import { fanOutSpan, inSpan } from './spans.ts';

type Verb = (items: unknown, task?: unknown, options?: unknown) => unknown;
type WorkflowVerbs = Verbs<[TaskInfo]>;

const verbs = fanOut(workflowHost);

/**
 * Start every task and keep what worked, until the stopping rule says that it is over.
 *
 * @throws {ApplicationFailure} of type `InsufficientResultsError` below the minimum, `InvalidOptionsError` before anything is started
 * @example const { mergedResults, failedTasks } = await gather(urls, (url) => load(url), { deadline: '10s', minSuccesses: 3 });
 * @example const { mergedResults } = await gather(pages, (page, { index }) => translate(page, index + 1));
 */
export const gather = inOneSpan(withInfo(verbs.gather as Verb)) as WorkflowVerbs['gather'];

/**
 * Every result, in order; the first failure cancels the rest.
 *
 * @throws {ApplicationFailure} of type `TaskFailedError`, `InvalidOptionsError` before anything is started
 * @example const { orders, payments } = await group({ orders: () => ordersOf(7), payments: () => paymentsOf(7) });
 */
export const group = inOneSpan(withInfo(verbs.group as Verb)) as WorkflowVerbs['group'];

/**
 * Each result as it settles, failures too. Leaving the loop cancels the rest.
 *
 * @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is started
 * @example for await (const result of asCompleted(urls, (url) => load(url))) if (result.success) show(result.result);
 */
export const asCompleted = withInfo(verbs.asCompleted as Verb) as WorkflowVerbs['asCompleted'];

/** Where the worker traces, a fan-out is a span, and what its tasks call lies below. */
function inOneSpan(verb: Verb): Verb {
  return (items, task, options) => {
    const { name } = Object(typeof task === 'function' ? options : task) as { readonly name?: unknown };
    return inSpan(fanOutSpan(name), () => verb(items, task, options) as Promise<unknown>);
  };
}

/** Tasks learn of themselves after their item, as they do in a plain process. */
function withInfo(verb: Verb): Verb {
  return (items, task, options) =>
    typeof task === 'function'
      ? verb(items, informed(task as Informed), options)
      : verb(isRecord(items) ? allInformed(items) : items, task, options);
}

type Informed = (...args: unknown[]) => unknown;

/** Only where it has a parameter for that: an activity that is given as the task would get it as an argument. */
function informed(task: Informed): Informed {
  return task.length > 1 ? (item) => task(item, currentTask()) : task;
}

function allInformed(tasks: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(tasks);
  if (!entries.some(([, task]) => isAsking(task))) return tasks;
  const named = entries.map(([name, task]): [string, unknown] => [
    name,
    isAsking(task) ? () => task.call(tasks, currentTask()) : task,
  ]);
  return Object.fromEntries(named);
}

function isAsking(task: unknown): task is Informed {
  return typeof task === 'function' && task.length > 0;
}

/** Anything else is the verb's to refuse. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !(Symbol.iterator in value);
}
