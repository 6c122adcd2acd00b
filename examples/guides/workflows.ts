/** The programs of the guides in `docs/`, on the activities of the shop; each is run by the tests. */
import { ActivityFailure, patched } from '@temporalio/workflow';
import {
  asCompleted,
  fanInOf,
  gather,
  group,
  isInsufficientResults,
  liveControl,
  proxyActivities,
} from 'fanfold/workflow';
import type * as activities from '../shop/activities.ts';

const { search, score } = proxyActivities<typeof activities>();

/** As `Promise.all`: all, or the first failure, which cancels the others. */
export async function all(question: string, sources: string[]) {
  const answers = await group(sources, (source) => search({ source, question }), { id: (source) => source });
  return answers.flat();
}

/** As `Promise.allSettled`: a result for each task, whatever became of it. */
export async function settled(question: string, sources: string[]) {
  const { results } = await gather(sources, (source) => search({ source, question }), { id: (source) => source });
  return results.map((each) => (each.success ? each.result : `${each.id}: ${each.error.message}`));
}

/** As `Promise.any`: the first that succeeds, and the others are cancelled. */
export async function any(question: string, sources: string[]) {
  const found = await gather(sources, (source) => search({ source, question }), { first: 1, minSuccessRatio: 0.01 });
  return found.mergedResults[0];
}

/** As `p-map` with `concurrency` and `stopOnError: false`. */
export async function mapped(texts: string[]) {
  const { mergedResults, failedTasks } = await gather(texts, (text) => score({ text }), { concurrency: 2 });
  return { mergedResults, failedTasks };
}

/** As `p-map`'s iterable: each result as it comes. */
export async function streamed(texts: string[]) {
  let total = 0;
  for await (const each of asCompleted(texts, (text) => score({ text }))) if (each.success) total += each.result;
  return total;
}

/** Too few is no reason to give up here: what came back is used. */
export async function whatThereIs(question: string, sources: string[]) {
  try {
    const found = await gather(sources, (source) => search({ source, question }), { minSuccessRatio: 0.9 });
    return found.mergedResults.flat();
  } catch (error) {
    if (!isInsufficientResults(error)) throw error;
    return fanInOf<string[]>(error)?.mergedResults.flat() ?? [];
  }
}

/** What a task failed with decides what is done about it. */
export async function byType(question: string, sources: string[]) {
  const { results } = await gather(sources, (source) => search({ source, question }), { id: (source) => source });
  return results.flatMap((each) => (!each.success && each.error.name === 'Offline' ? [each.id] : []));
}

/** `group` throws the failure itself as the cause of its own. */
export async function causeOf(question: string, sources: string[]) {
  try {
    return await group(sources, (source) => search({ source, question }));
  } catch (error) {
    return error instanceof Error && error.cause instanceof ActivityFailure ? error.cause.activityType : 'another';
  }
}

/** Runs that began without the deadline go on without it. */
export async function patient(question: string, sources: string[]) {
  const deadline = patched('a deadline') ? '10s' : undefined;
  const found = await gather(sources, (source) => search({ source, question }), { id: (source) => source, deadline });
  return found.mergedResults.flat();
}

/** A workflow that answers to its own queries and Updates alone. */
export async function quiet(texts: string[]) {
  liveControl({ handlers: false, details: false });
  return (await gather(texts, (text) => score({ text }))).mergedResults;
}

/** Ids that are personal data are shown to the server as opaque ones. */
const hidden = proxyActivities<typeof activities>({ ids: 'hashed' });

export async function ordersOf(customers: string[]) {
  const found = await gather(customers, (customer) => hidden.orders(customer), { id: (customer) => customer });
  return Object.fromEntries(found.results.map(({ id, success }) => [id, success]));
}

/** A task whose source hangs is over at the deadline. */
export async function overnight(names: string[]) {
  const { hang } = proxyActivities<{ hang(name: string): Promise<string> }>({ startToCloseTimeout: '2 days' });
  const found = await gather(names, (name) => hang(name), { id: (name) => name, deadline: '1 day' });
  return found.stoppedBy;
}
