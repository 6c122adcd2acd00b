/** Processes that outlive us. A pid alone names nobody: it is reused, and a zombie still answers `kill 0`, so each is known by pid and start. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessId {
  pid: number;
  /** When it started, in whatever words the system has for it. */
  started: string;
}

/** Who has this pid now; undefined if nobody living does. */
export function processOf(pid: number): ProcessId | undefined {
  const started = process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isRunning(id: ProcessId): boolean {
  return processOf(id.pid)?.started === id.started;
}

/** SIGTERM, and SIGKILL if that takes longer than `graceMs`. Resolves when it is gone. */
export async function stopProcess(id: ProcessId, graceMs = 5000): Promise<void> {
  signal(id, 'SIGTERM');
  if (await isGone(id, graceMs)) return;
  signal(id, 'SIGKILL');
  await isGone(id, graceMs);
}

export async function isGone(id: ProcessId, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  while (isRunning(id)) {
    if (Date.now() > end) return false;
    await sleep(20);
  }
  return true;
}

export function signal(id: ProcessId, name: NodeJS.Signals): void {
  if (!isRunning(id)) return;
  try {
    process.kill(id.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function startOnLinux(pid: number): string | undefined {
  try {
    // The name in the second field may hold blanks and brackets, so count from the last bracket: state is field 3, start is 22.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(')').at(-1)?.trim().split(' ') ?? [];
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function startElsewhere(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  if (process.platform === 'win32') return 'alive';
  const shown = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  const [state = '', ...start] = (shown.stdout ?? '').trim().split(/\s+/);
  return state === '' || state.startsWith('Z') ? undefined : start.join(' ');
}
