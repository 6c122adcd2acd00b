/** Asks a would-be Temporal binary for its version. It is run, never trusted by name: a truncated file, another tool or a hanging shim must not pass. */
import { startTimer } from '../core/clock.ts';
import { spawn } from 'node:child_process';
import { reason } from './errors.ts';

/** The oldest CLI whose server has the task-queue limits, priorities and Update operations that fanfold uses. */
const minimumVersion = '1.5.0';

type Checked = { version: string } | { problem: string };

export function checkBinary(path: string, timeoutMs = 15_000): Promise<Checked> {
  return new Promise((resolve) => {
    // A group of its own: killing only a shell script would leave the child it hangs in, holding our pipe.
    const child = spawn(path, ['--version'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    let output = '';
    const end = (checked: Checked) => {
      stop();
      resolve(checked);
    };
    const stop = startTimer(timeoutMs, () => {
      killGroup(child.pid);
      end({ problem: `\`--version\` did not answer within ${timeoutMs / 1000} s` });
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
    child.once('error', (error) => end({ problem: `it does not run here (${reason(error)})` }));
    child.once('close', (code, signal) => end(judge(output, code ?? signal ?? 'unknown')));
  });
}

function judge(output: string, code: number | string): Checked {
  const version = /temporal version v?(\d+\.\d+\.\d+)/i.exec(output)?.[1];
  if (code !== 0) return { problem: `\`--version\` failed (${code})${firstLine(output)}` };
  if (version === undefined)
    return { problem: `it is not the Temporal CLI: \`--version\` said nothing of its version${firstLine(output)}` };
  if (compareVersions(version, minimumVersion) < 0) {
    return { problem: `version ${version} is too old, ${minimumVersion} or newer is needed` };
  }
  return { version };
}

export function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

function firstLine(output: string): string {
  const line = output.trim().split('\n')[0]?.slice(0, 200);
  return line ? `: ${line}` : '';
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It ended by itself just now.
  }
}
