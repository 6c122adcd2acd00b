/** What the shell and the service say of limits. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import type { LimitView } from '../../src/client.ts';
import { limitsTable } from '../../src/cli/limits.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

async function command(config: string, ...args: string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  const home = await mkdtemp(join(tmpdir(), 'fanfold-limits-'));
  await writeFile(join(home, 'fanfold.config.json'), config);
  const environment = { TEMPORAL_ADDRESS: inject('temporal').address, FANFOLD_HOME: home, FANFOLD_TASK_QUEUE: 'seen' };
  const options = { cwd: home, env: { ...process.env, ...environment } };
  return promisify(execFile)(process.execPath, [main, ...args], options).then(
    ({ stdout, stderr }) => ({ stdout, stderr, code: 0 }),
    (error: { stdout: string; stderr: string; code: number }) => error,
  );
}

test('the limits are listed as JSON, also before any worker has served them', async () => {
  const { stdout } = await command('{ "limits": { "arxiv": { "perSecond": 3 } } }', 'limits', '--json');
  const expected = { name: 'arxiv', settings: { perSecond: 3 }, inFlight: 0, queued: 0, throttled: 0, processes: 0 };
  expect(JSON.parse(stdout)).toMatchObject([expected]);
});

test('the doctor names a limit that cannot be meant, and no worker starts with it', async () => {
  const config = '{ "limits": { "arxiv": { "perSecond": -3 } } }';
  const { stdout, code } = await command(config, 'doctor');
  expect(stdout).toMatch(/✗ Limits: .*fanfold\.config\.json: `limits\.arxiv\.perSecond`/);
  expect(stdout).toMatch(/Sharing between runs/);
  expect(code).toBe(1);
  const worker = await command(config, 'worker', '--demo');
  expect(worker.stderr).toMatch(/`limits\.arxiv\.perSecond`/);
  expect(worker.code).not.toBe(0);
});

test('a table tells each limit in a line, and what is unusual about it', () => {
  const view: LimitView = {
    name: 'openai',
    settings: {},
    inFlight: 3,
    queued: 200,
    concurrency: 8,
    perSecond: 4.25,
    throttled: 7,
    succeeded: 90,
    processes: 2,
    pausedUntil: 5000,
    tokensLeft: -20,
  };
  const text = limitsTable([view, { ...view, name: 'idle', processes: 0 }], 2000);
  expect(text).toMatch(/openai.*3.*200.*8.*4\.3.*7.*2.*asked to wait 3\.0 s, -20 tokens left/);
  expect(text).toMatch(/idle.*no worker serves it/);
  expect(limitsTable([], 0)).toMatch(/fanfold\.config/);
});
