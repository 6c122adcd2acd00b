/** The benchmark itself, as small as it gets: what it writes down, never how fast anything was. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';

const program = fileURLToPath(new URL('../../bench/run.mjs', import.meta.url));

async function rowsOf(...args: string[]): Promise<Record<string, unknown>[]> {
  const env = { ...process.env, FANFOLD_TEMPORAL_BIN: inject('temporal').binary };
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--json', ...args], { env });
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]));
}

const aNumber: unknown = expect.any(Number);

test(
  'the benchmark writes one JSON line for each case, with the machine and the versions before them',
  { timeout: 180_000 },
  async () => {
    const args = ['--n', '5', '--runs', '1', '--server', 'memory', '--measure', 'makespan,kill', '--variant', 'gather'];
    const [machine, versions, noop, wait, kill, ...rest] = await rowsOf(...args);
    expect(machine).toMatchObject({
      measure: 'machine',
      cores: aNumber,
      memoryGiB: aNumber,
      node: process.versions.node,
    });
    expect(versions).toMatchObject({ measure: 'versions', contender: 'fanfold' });
    const figures = {
      ms: aNumber,
      tasksPerSecond: aNumber,
      workerMiB: aNumber,
      eventsPerTask: aNumber,
      bytesPerTask: aNumber,
      transitionsPerTask: aNumber,
      actionsPerTask: aNumber,
      // Only Linux says.
      ...(process.platform === 'linux' ? { workerCpuSeconds: aNumber, engineCpuSeconds: aNumber } : {}),
    };
    const makespan = {
      measure: 'makespan',
      contender: 'fanfold',
      variant: 'gather',
      server: 'memory',
      tasks: 5,
      ...figures,
    };
    expect(noop).toMatchObject({ ...makespan, work: 'noop', workflows: 1 });
    expect(wait).toMatchObject({ ...makespan, work: 'wait50' });
    expect(wait?.['ms']).toBeGreaterThan(50);
    expect(kill).toMatchObject({
      measure: 'kill',
      tasks: 200,
      restartToResultMs: aNumber,
      finishedRunAgain: aNumber,
      lost: 0,
    });
    expect(Number(kill?.['doneAtKill'])).toBeGreaterThanOrEqual(100);
    expect(rest).toEqual([]);
  },
);

test('the benchmark names an option that cannot be meant', async () => {
  await expect(rowsOf('--n', 'many')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--n must be a whole number above zero, not 'many'") as unknown,
  });
});
