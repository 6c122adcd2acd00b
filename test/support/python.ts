/** Python programs for tests, each in an environment of its own that is kept between runs. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The folder of the environment's programs, or undefined and in words why there is none. */
export async function pythonWith(...requirements: string[]): Promise<[bin: string | undefined, why: string]> {
  const requirement = requirements.join(' ');
  const folder = join(tmpdir(), 'fanfold-python', requirement.replaceAll(/[^\w.-]/g, '-'));
  const bin = join(folder, 'bin');
  const whole = join(folder, 'whole');
  if (existsSync(whole)) return [bin, ''];
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await execute('python3', ['-m', 'venv', folder]);
    const options = ['--quiet', '--disable-pip-version-check', '--timeout', '15', '--retries', '1'];
    await execute(join(bin, 'python'), ['-m', 'pip', 'install', ...options, ...requirements], { timeout: 200_000 });
    await writeFile(whole, requirement);
    return [bin, ''];
  } catch (error) {
    const { message } = error as Error;
    return [
      undefined,
      `${requirement} cannot be installed through pip here: ${message.split('\n').slice(-3).join(' ').slice(0, 300)}`,
    ];
  }
}
