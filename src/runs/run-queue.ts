/**
 * The task queue that a run is on. Runs whose work commands do themselves have one of their own, for all of one folder of one
 * machine: on the queue of others a worker that is gone with its command would take runs of which it lacks the activities,
 * limits or keys.
 */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { DescribedExecution } from '../store/executions.ts';

export interface CommandFolder {
  /** Where its state lives. */
  readonly home: string;
  readonly settingsFile: string | undefined;
}

/** @param taskQueue on which runs begin where workers serve it */
export function commandQueue(taskQueue: string, { home, settingsFile }: CommandFolder): string {
  const whose = JSON.stringify([hostname(), home, settingsFile]);
  return `${commandQueues(taskQueue)}${createHash('sha256').update(whose).digest('hex').slice(0, 12)}`;
}

/** How the names of all of them begin. */
export function commandQueues(taskQueue: string): string {
  return `${taskQueue}.commands.`;
}

/** One of them, or that of a limit beside it. */
export function isCommandQueue(name: string): boolean {
  return /\.commands\.[\da-f]{12}(?:\.limit\.|$)/.test(name);
}

/** By what the server says of it; undefined where there is no such run. */
export function queueOfRun(described: Pick<DescribedExecution, 'raw'> | undefined): string | undefined {
  return described?.raw.executionConfig?.taskQueue?.name ?? undefined;
}
