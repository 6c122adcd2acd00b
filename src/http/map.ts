/** Results of map runs over HTTP, in the order of the items. */
import type { RunsClient } from '../runs/client.ts';
import type { TaskResult } from '../core/task.ts';

const maxPageCharacters = 5_000_000;

/** Results in the order of the items; no worker is asked. */
export async function mapResultsPage(
  client: RunsClient,
  runId: string,
  after: number,
  limit: number,
): Promise<{ results: TaskResult[]; next?: number }> {
  const results: TaskResult[] = [];
  let characters = 0;
  for await (const result of client.results(runId, after)) {
    if (results.length >= limit || characters > maxPageCharacters) return { results, next: after + results.length };
    results.push(result);
    characters += JSON.stringify(result).length;
  }
  return { results };
}
