/**
 * Map runs over HTTP: one registered activity over many items.
 * The surprising rule: there is no source that is a file, as who may use the service may not thereby read its workers' disks.
 */
import { z } from 'zod';
import type { FanfoldClient } from '../client.ts';
import type { TaskResult } from '../core/task.ts';
import { docs } from './docs.ts';
import { runOptions } from './schemas.ts';

const name = z.string().min(1).max(1000);

const source = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('list'), items: z.array(z.unknown()) }),
    z.strictObject({
      kind: z.literal('stored'),
      key: z
        .string()
        .regex(/^items(\/[A-Za-z0-9][A-Za-z0-9._=@+:%~-]{0,199})+$/)
        .register(docs, { description: 'An object of the store below `items/`', examples: ['items/today.jsonl'] }),
      format: z.enum(['jsonl', 'csv']),
    }),
    z.strictObject({
      kind: z.literal('query'),
      activity: name.register(docs, {
        description: 'Answers `{ items, cursor? }` to `{ input, cursor? }`, asked again while there is a cursor',
      }),
      input: z.exactOptional(z.unknown()),
    }),
    z.strictObject({ kind: z.literal('range'), count: z.int().min(0).max(1e7) }),
  ])
  .register(docs, { id: 'MapSource', description: 'Where the items come from' });

export const mapOptions = runOptions
  .extend({
    idField: z.exactOptional(name).register(docs, {
      description: 'The field of an item that names its task; `id` unless given, else its position',
    }),
  })
  .register(docs, { id: 'MapOptions', description: 'The stopping rule and the limits of a map run' });

export const mapInput = z.strictObject({
  activity: name.register(docs, { description: 'The registered activity that is run for each item' }),
  source,
  options: z.exactOptional(mapOptions),
});

const maxPageCharacters = 5_000_000;

/** Results in the order of the items; no worker is asked. */
export async function mapResultsPage(
  client: FanfoldClient,
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
