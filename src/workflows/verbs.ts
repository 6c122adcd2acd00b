/** The three verbs as a workflow sees them. */
import { fanOut, type Verbs } from '../core/verbs.ts';
import { workflowHost } from './host.ts';

const verbs: Verbs<[]> = fanOut(workflowHost);

/**
 * Start every task and keep what worked, until the stopping rule says that it is over.
 *
 * @throws {ApplicationFailure} of type `InsufficientResultsError` below the minimum, `InvalidOptionsError` before anything is started
 * @example const { mergedResults, failedTasks } = await gather(urls, (url) => load(url), { deadline: '10s', minSuccesses: 3 });
 */
export const gather: Verbs<[]>['gather'] = verbs.gather;

/**
 * Every result, in order; the first failure cancels the rest.
 *
 * @throws {ApplicationFailure} of type `TaskFailedError`, `InvalidOptionsError` before anything is started
 * @example const { orders, payments } = await group({ orders: () => ordersOf(7), payments: () => paymentsOf(7) });
 */
export const group: Verbs<[]>['group'] = verbs.group;

/**
 * Each result as it settles, failures too. Leaving the loop cancels the rest.
 *
 * @throws {ApplicationFailure} of type `InvalidOptionsError` before anything is started
 * @example for await (const result of asCompleted(urls, (url) => load(url))) if (result.success) show(result.result);
 */
export const asCompleted: Verbs<[]>['asCompleted'] = verbs.asCompleted;
