/** A worker process of fanfold whose only activity is one call of the model, with the client's own retries off. */
import { Context } from '@temporalio/activity';
import { NativeConnection } from '@temporalio/worker';
import OpenAI from 'openai';
import { quietLogs } from '../../dist/cli/quiet-logs.js';
import { createWorker } from '../../dist/worker.js';

quietLogs();
const client = new OpenAI({ apiKey: 'none', baseURL: process.env.BENCH_API, maxRetries: 0 });
const ask = async (content) => {
  const request = { model: 'bench', messages: [{ role: 'user', content }] };
  const { choices } = await client.chat.completions.create(request, { signal: Context.current().cancellationSignal });
  return choices[0].message.content;
};
const connection = await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS });
const worker = await createWorker({ connection, activities: { ask }, limits: { model: {} } });
process.once('SIGTERM', () => worker.shutdown());
await worker.run();
process.exit(0);
