/**
 * A program that is run for its output: bounded in time and in bytes, ended when its activity is cancelled.
 * The surprising rule: it gets no environment but what a program needs to run, as the worker's holds keys.
 */
import { spawn } from 'node:child_process';
import { ApplicationFailure } from '@temporalio/common';
import { boundedMs } from '../../../activities/index.ts';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly timeout: number;
  /** Beside what a program needs to run. @default none */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it reads from its standard input. @default nothing */
  readonly input?: string;
}

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface OutputBytes {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const inherited = ['PATH', 'HOME', 'USERPROFILE', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'PATHEXT', 'APPDATA', 'LANG'];
/** For what was said before a program ended, and is on its way. */
const restMs = 2000;
/** Of what a program says. */
export const mostBytes = 64 * 1024 * 1024;

/** @throws {ApplicationFailure} of type `AnalyserTimeout`, `AnalyserMissing`, `AnalyserTooLoud` (final) or `AnalyserDied` */
export async function run(program: Program): Promise<Output> {
  const { code, stdout, stderr } = await runForBytes(program);
  return { code, stdout: stdout.toString(), stderr: stderr.toString() };
}

/** As {@link run}, for what is decoded on a thread of its own. */
export async function runForBytes(program: Program): Promise<OutputBytes> {
  const { command, args, cwd, signal, timeout, environment: more = {}, input } = program;
  signal.throwIfAborted();
  const environment = Object.fromEntries(
    inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const clock = AbortSignal.timeout(boundedMs(timeout));
  const child = spawn(command, args, {
    cwd,
    env: { ...environment, NO_COLOR: '1', LC_ALL: 'C.UTF-8', ...more },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, clock]),
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  // A program that ends without reading its input is judged by its code.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let bytes = 0;
  const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBytes) child.kill('SIGKILL');
    else chunks.push(chunk);
  };
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', collect(stdout));
  child.stderr.on('data', collect(stderr));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
    child.once('exit', () => {
      // What it has left running may hold its output open for ever; what it said itself is there by then.
      const rest = setTimeout(() => [child.stdout, child.stderr].forEach((each) => each.destroy()), restMs);
      child.once('close', () => clearTimeout(rest));
    });
  }).catch((error: NodeJS.ErrnoException) => {
    signal.throwIfAborted();
    throw failed(command, error, clock.aborted ? timeout : undefined);
  });
  if (bytes > mostBytes) throw tooLoud(command);
  if (code === null) throw ApplicationFailure.retryable(`${command} was killed`, 'AnalyserDied');
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
}

export function tooLoud(command: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${command} said more than ${mostBytes} bytes`, 'AnalyserTooLoud');
}

function failed(command: string, error: NodeJS.ErrnoException, timeout: number | undefined): ApplicationFailure {
  if (timeout !== undefined)
    return ApplicationFailure.nonRetryable(`${command} had not ended after ${timeout} ms`, 'AnalyserTimeout');
  if (error.code === 'ENOENT') return ApplicationFailure.nonRetryable(`${command} is not installed`, 'AnalyserMissing');
  return ApplicationFailure.retryable(`${command} could not be run: ${error.message}`, 'AnalyserDied');
}
