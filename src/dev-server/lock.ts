/**
 * One process at a time over a path, held by the kernel: it is free the moment its holder dies, by `kill -9` too.
 * So there is no stale lock to detect, which is where lock files go wrong (a reused pid, two waiters both taking over);
 * `proper-lockfile` would have the next start wait ten seconds after a kill.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** O_EXLOCK of macOS and the BSDs: `open` and `flock` in one. Node passes it through but has no name for it. */
const exclusiveLock = 0x20;
const pollMs = 40;
const patienceMs = 2000;

/** Runs `work` alone among all processes that name the same path; its folder must exist. `onWait` is called once if it takes a while. */
export async function withLock<T>(path: string, work: () => Promise<T>, onWait: () => void = () => {}): Promise<T> {
  const place = join(realpathSync(dirname(path)), basename(path));
  const began = Date.now();
  let announced = false;
  let release = await tryLock(place);
  while (release === undefined) {
    if (!announced && Date.now() - began > patienceMs) {
      announced = true;
      onWait();
    }
    await sleep(pollMs + Math.random() * pollMs);
    release = await tryLock(place);
  }
  try {
    return await work();
  } finally {
    release();
  }
}

function tryLock(place: string): Promise<(() => void) | undefined> {
  const name = `fanfold-${process.getuid?.() ?? ''}-${createHash('sha256').update(place).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return listenOn(`\0${name}`);
  if (process.platform === 'win32') return listenOn(`\\\\.\\pipe\\${name}`);
  return Promise.resolve(openExclusively(place));
}

/** An abstract socket (Linux) or a named pipe (Windows): a name that only one living process can hold. */
function listenOn(path: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen({ path, exclusive: true }, () => resolve(() => void server.close()));
  });
}

function openExclusively(path: string): (() => void) | undefined {
  try {
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | exclusiveLock, 0o600);
    return () => closeSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return undefined;
    throw error;
  }
}
