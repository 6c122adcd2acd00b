/**
 * Who of those that the server remembers at a task queue lives. It remembers a worker for minutes after its death, so one of
 * this machine counts only while its process lives, and any other one while its last poll is as recent as polls are.
 */
import { hostname } from 'node:os';
import type { temporal } from '@temporalio/proto';

export interface Poller {
  readonly identity: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastSeenAt: number;
}

/** Behind the name of a worker: what more it says of itself. */
export const storeMark = ' store:';

const looking = 'looks:';

/** As who only looks at a run names its worker: it does nobody's work, and is gone in a moment. */
export function lookerName(): string {
  return `${looking}${process.pid}@${hostname()}`;
}

/** A poll waits for at most a minute. */
const pollMs = 75_000;

/** As far as this machine can know, and nobody who only looked. */
export function livePollers(found: readonly temporal.api.taskqueue.v1.IPollerInfo[] | null | undefined): Poller[] {
  const pollers = (found ?? []).map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    lastSeenAt: Number(lastAccessTime?.seconds ?? 0) * 1000,
  }));
  return pollers.filter(isAlive);
}

function isAlive({ identity, lastSeenAt }: Poller): boolean {
  if (identity.startsWith(looking)) return false;
  const [pid, host] = identity.split(storeMark)[0]?.split('@') ?? [];
  if (host === hostname() && /^\d+$/.test(pid ?? '')) return isRunning(Number(pid));
  return Date.now() - lastSeenAt < pollMs;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
