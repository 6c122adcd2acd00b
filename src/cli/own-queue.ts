/** The task queue on which the commands of this folder do their own work. */
import type { Client } from '@temporalio/client';
import { readConfig, settingsFile } from '../config.ts';
import { describeError } from '../core/task.ts';
import { commandQueue } from '../runs/run-queue.ts';
import { quoted } from '../runs/visibility.ts';
import { log } from './exit.ts';

/** @param taskQueue on which runs begin where workers serve it */
export function ownQueue(taskQueue: string): string {
  return commandQueue(taskQueue, { home: readConfig().home, settingsFile: settingsFile() });
}

/** Whether open runs are left there. A server that cannot say so keeps no worker from its own work, and is told. */
export async function hasLeft(client: Client, queue: string): Promise<boolean> {
  try {
    const query = `ExecutionStatus = 'Running' AND TaskQueue = ${quoted(queue)}`;
    return (await client.workflow.count(query)).count > 0;
  } catch (error) {
    const message = `Whether a command has left runs on '${queue}' cannot be asked: ${describeError(error).message}`;
    log({ level: 'warn', message });
    return false;
  }
}
