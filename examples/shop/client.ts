/** Any registered activity over a list or a stream, started from a service without a workflow of its own. */
import type { FanfoldClient } from 'fanfold/client';

export async function lookUp(fanfold: FanfoldClient, customers: string[]) {
  const { fanIn } = await fanfold.runOrThrow('tasks', {
    tasks: customers.map((customer) => ({ id: customer, activity: 'orders', input: customer })),
    options: { concurrency: 10, deadline: '30s', minSuccessRatio: 0.9 },
  });
  return fanIn.mergedResults;
}

export async function* scores(fanfold: FanfoldClient, rows: AsyncIterable<unknown>) {
  const { runId } = await fanfold.map('score', rows, { options: { minSuccessRatio: 0.99 } });
  await fanfold.resultOrThrow(runId);
  yield* fanfold.results(runId);
}
