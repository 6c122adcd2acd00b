/** A workflow of one's own under Temporal's test server, which skips time: a deadline of a day is over at once. */
import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { fanfold } from 'fanfold/worker';

export async function overnightAtOnce(environment: TestWorkflowEnvironment) {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'test',
    workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
    // Stands for the real one: answers for one name, and hangs for another.
    activities: { hang: (name: string) => (name === 'slow' ? new Promise<string>(() => {}) : Promise.resolve(name)) },
    plugins: [fanfold()],
    shutdownForceTime: '1s',
  });
  return worker.runUntil(
    environment.client.workflow.execute('overnight', {
      taskQueue: 'test',
      workflowId: 'overnight',
      args: [['fast', 'slow']],
    }),
  );
}
