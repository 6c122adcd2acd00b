/** A worker process of a test of limits: its only activity asks the server of `QUOTA_URL`. */
import { NativeConnection } from '@temporalio/worker';
import { fetchJson } from '../../dist/activities/http/fetch.js';
import { createWorker } from '../../dist/worker.js';
import { quietLogs } from '../../dist/cli/quiet-logs.js';
import { Context } from '@temporalio/activity';

quietLogs();
const ask = (who) =>
  fetchJson(new URL(`${process.env['QUOTA_URL']}/${encodeURIComponent(who)}`), {
    source: 'the API',
    signal: Context.current().cancellationSignal,
  });
const connection = await NativeConnection.connect({ address: process.env['TEMPORAL_ADDRESS'] });
const worker = await createWorker({ connection, activities: { ask } });
process.once('SIGTERM', () => worker.shutdown());
await worker.run();
process.exit(0);
