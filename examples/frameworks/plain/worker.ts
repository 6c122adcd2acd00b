/** What outlives the agents' processes: the search that their tools fan out, and an agent of fanfold's. */
import { NativeConnection } from '@temporalio/worker';
import { defineAgent } from 'fanfold/agent';
import { createWorker } from 'fanfold/worker';
import { z } from 'zod';

async function search({ source, question }: { source: string; question: string }): Promise<string> {
  if (source === 'offline') throw new Error('the source is offline');
  return `${source} knows about ${question}`;
}

export const stock = defineAgent({
  name: 'stock',
  instructions: 'You say what is in store.',
  tools: ({ read }) => ({
    shelves: read({
      description: 'All shelves',
      input: z.object({}),
      run: () => [{ ref: 'shelf 4', holds: 'bolts', pieces: 250 }],
    }),
  }),
  plan: () => [{ tool: 'shelves', input: {} }],
});

async function main(): Promise<void> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233';
  const connection = await NativeConnection.connect({ address });
  const worker = await createWorker({ connection, activities: { search }, parts: [stock.part] });
  process.once('SIGTERM', () => worker.shutdown());
  await worker.run();
}

if (require.main === module)
  main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
