/** Processes of fanfold that stay, such as a worker: each in a folder of its own, ended with the test file. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, inject } from 'vitest';
import { eventually } from './temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const running: ChildProcess[] = [];
afterAll(async () => {
  for (const child of running.splice(0)) await ended(child);
});

export interface LastingProcess {
  readonly child: ChildProcess;
  readonly home: string;
  /** What it announces on stdout once it is there. */
  readonly facts: {
    readonly address: string;
    readonly metrics?: string;
    readonly service?: string;
    readonly page?: string;
  };
  stderr(): string;
  /** SIGTERM, and its exit code once it is gone. */
  stop(): Promise<number | null>;
}

export interface LastingOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Files of the folder in which it runs, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Starts `fanfold …` on the tests' server and waits until it says that it is there. */
export async function lasting(
  args: readonly string[],
  { environment = {}, files = {} }: LastingOptions = {},
): Promise<LastingProcess> {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-lasting-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, name), text);
  const usual = { TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_HOME: join(home, '.fanfold'), NO_COLOR: '1' };
  const child = spawn(process.execPath, [main, ...args, '--json'], {
    cwd: home,
    env: { ...process.env, ...usual, ...environment },
  });
  running.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const facts = await eventually(() => {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${stderr}${stdout}`);
    const isThere = stdout.endsWith('}\n') && !stdout.startsWith('{"error"');
    return isThere ? (JSON.parse(stdout) as LastingProcess['facts']) : undefined;
  });
  const stop = async (): Promise<number | null> => {
    await ended(child);
    await rm(home, { recursive: true, force: true });
    return child.exitCode;
  };
  return { child, home, facts, stderr: () => stderr, stop };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'close');
  child.kill('SIGTERM');
  await gone;
}
