/**
 * Who serves a task queue. The server remembers a worker for minutes after its death, so a worker of this machine
 * counts only while its process lives, and any other one while its last poll is as recent as polls are.
 */
import { hostname } from 'node:os';
import { polledLately, queueOf, rememberedPollers, type Poller, type Served } from '../runs/pollers.ts';
import { plainName } from '../runs/queue-stores.ts';
import type { RunsClient } from '../runs/client.ts';

export async function hasWorker({ temporal }: RunsClient, served: Served, taskQueue: string): Promise<boolean> {
  return (await pollersOf({ temporal, taskQueue }, served)).length > 0;
}

export async function pollersOf(
  { temporal, taskQueue }: Pick<RunsClient, 'temporal' | 'taskQueue'>,
  served: Served,
): Promise<Poller[]> {
  return (await rememberedPollers(queueOf(temporal, taskQueue), served)).filter(isAlive);
}

function isAlive(poller: Poller): boolean {
  const [pid, host] = plainName(poller.identity).split('@');
  if (host === hostname() && /^\d+$/.test(pid ?? '')) return isRunning(Number(pid));
  return polledLately(poller);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
