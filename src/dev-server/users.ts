/** Who uses the embedded server: a file for each in HOME/users, named by its pid. A file whose process is gone counts for nothing and is removed. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, processOf } from './process.ts';

/** One process may use the server several times over, so its pid alone is not name enough. */
export function addUser(home: string): { remove(): void } {
  const folder = join(home, 'users');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${process.pid}-${randomUUID().slice(0, 8)}`);
  writeFileSync(file, processOf(process.pid)?.started ?? '', { mode: 0o600 });
  return { remove: () => rmSync(file, { force: true }) };
}

export function liveUsers(home: string): number {
  const folder = join(home, 'users');
  const files = readdirSync(folder);
  const dead = files.filter(
    (file) => !isRunning({ pid: Number.parseInt(file, 10), started: readFileSync(join(folder, file), 'utf8') }),
  );
  for (const file of dead) rmSync(join(folder, file), { force: true });
  return files.length - dead.length;
}
