/** One example of each verb, in workflows of one's own. */
import { asCompleted, gather, group, proxyActivities } from 'fanfold/workflow';
import type * as activities from './activities.ts';

export { mapBranch, mapItems, runTasks } from 'fanfold/workflow';

const { search, orders, payments } = proxyActivities<typeof activities>();
const { score } = proxyActivities<typeof activities>({ limit: 'openai' });

/** Keeps what worked, and names what did not. */
export async function research(question: string, sources: string[]) {
  const found = await gather(sources, (source) => search({ source, question }), {
    id: (source) => source,
    concurrency: 3,
    deadline: '10s',
    minSuccessRatio: 0.4,
  });
  return { lines: found.mergedResults.flat(), missing: found.failedTasks };
}

/** Different things at once: the shape of the answer follows the shape of the question. */
export async function support(customer: string) {
  const known = await gather({
    orders: () => orders(customer),
    payments: () => payments(customer),
  });
  return known.mergedResults;
}

/** All or nothing: the first failure cancels the rest and fails the workflow. */
export async function quote(question: string, suppliers: string[]) {
  return group(suppliers, (source) => search({ source, question }), { id: (source) => source });
}

/** Each result as it comes; leaving the loop cancels what is still running. */
export async function firstGood(question: string, sources: string[]) {
  for await (const hit of asCompleted(sources, (source) => search({ source, question }), { id: (source) => source })) {
    if (hit.success) return hit.result;
  }
  return [];
}

/** Waits at a limit with everybody else who calls that API. */
export async function rate(texts: string[]) {
  const { mergedResults } = await gather(texts, (text) => score({ text }), { minSuccessRatio: 0.9 });
  return mergedResults;
}
