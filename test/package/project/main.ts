/** A worker of one's own, plain or with the plugin, a run of each workflow, and the replay of their histories. */
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { FanfoldClient, openExternalStorage } from 'fanfold/client';
import { fanfold } from 'fanfold/worker';
import * as activities from './activities';

async function walk(withPlugin: boolean): Promise<Record<string, unknown>> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233';
  const taskQueue = `walk-${process.pid}-${String(withPlugin)}`;
  const workflowsPath = require.resolve('./workflows');
  const externalStorage = openExternalStorage({});
  const plugins = withPlugin ? [fanfold({ limits: {}, externalStorage })] : [];
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({ connection, taskQueue, workflowsPath, activities, plugins });
  const dataConverter = withPlugin ? { externalStorage } : undefined;
  const client = new Client({
    connection: await Connection.connect({ address }),
    ...(dataConverter ? { dataConverter } : {}),
  });
  return worker.runUntil(async () => {
    const found: Record<string, unknown> = {};
    const calls: [string, number[]][] = [
      ['doubled', [60]],
      ['packed', [60]],
      ['caught', []],
    ];
    for (const [type, args] of calls) {
      const workflowId = `${taskQueue}-${type}`;
      found[type] = await client.workflow.execute(type, { taskQueue, workflowId, args });
      const history = await client.workflow.getHandle(workflowId).fetchHistory();
      await Worker.runReplayHistory({ workflowsPath, plugins }, history);
    }
    if (withPlugin) {
      const runs = new FanfoldClient({ client, taskQueue });
      const { fanIn } = await runs.run('tasks', { tasks: [{ id: 'a', activity: 'double', input: 21 }] });
      found['run'] = fanIn?.mergedResults;
      // More than the server takes in one message.
      const large = 'x'.repeat(2_500_000);
      found['large'] = await client.workflow.execute('lengthOf', {
        taskQueue,
        workflowId: `${taskQueue}-l`,
        args: [large],
      });
      const { runId } = await runs.map('double', [1, 2, 3]);
      found['map'] = (await runs.result(runId)).fanIn?.successCount;
    }
    return found;
  });
}

async function main(): Promise<void> {
  const found = { plain: await walk(false), plugin: await walk(true) };
  process.stdout.write(`WALKED ${JSON.stringify(found)}\n`);
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
