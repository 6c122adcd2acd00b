/** What processes that stay write to stderr where a collector reads it. */
import { randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { startProxy } from '../support/proxy.ts';
import { lasting } from '../support/lasting.ts';
import { eventually } from '../support/temporal.ts';

interface Line {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly cause?: string;
  readonly run?: string;
}

function linesOf(stderr: string): Line[] {
  return stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

test('an outage of the server is told once, and once when it is over, in lines of JSON', async () => {
  const proxy = await startProxy(inject('temporal').address);
  const environment = { TEMPORAL_ADDRESS: proxy.address, FANFOLD_TASK_QUEUE: `logs-${randomUUID().slice(0, 8)}` };
  const [worker, service] = await Promise.all([
    lasting(['worker'], { environment }),
    lasting(['serve', '--port', '0'], { environment }),
  ]);
  const said = (stderr: string, what: RegExp): Line[] => linesOf(stderr).filter(({ message }) => what.test(message));
  proxy.reset(true);
  for (const each of [worker, service])
    await eventually(() => said(each.stderr(), /does not answer/).length > 0 || undefined);
  // Polls of the SDK fail a hundred times meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  proxy.mend();
  for (const each of [worker, service]) {
    await eventually(() => said(each.stderr(), /answers again, after \d+ s/).length > 0 || undefined);
    const outage = said(each.stderr(), /answer/);
    expect(outage.map(({ level }) => level)).toEqual(['error', 'info']);
    expect(outage[0]?.cause).toBeTruthy();
    // Runs of others on the same server may be told as well.
    expect(linesOf(each.stderr()).filter(({ run }) => run === undefined).length).toBeLessThan(6);
    for (const { time } of linesOf(each.stderr())) expect(new Date(time).toISOString()).toBe(time);
    expect(await each.stop()).toBe(0);
  }
  await proxy.close();
});

test('a worker and `dev` have nothing to warn of as they begin with a limit', async () => {
  const files = { 'fanfold.config.json': '{ "limits": { "api": { "concurrency": 2 } } }' };
  for (const args of [['worker'], ['dev', '--port', '0']]) {
    const environment = { FANFOLD_TASK_QUEUE: `logs-${randomUUID().slice(0, 8)}` };
    const process_ = await lasting(args, { environment, files });
    expect(await process_.stop()).toBe(0);
    const warned = linesOf(process_.stderr()).filter(({ level, run }) => level !== 'info' && run === undefined);
    expect(warned, args[0]).toEqual([]);
  }
});

test('a person who asks for text gets it', async () => {
  const worker = await lasting(['worker'], { environment: { FANFOLD_LOG: 'text' } });
  expect(await worker.stop()).toBe(0);
  expect(worker.stderr()).toMatch(/^Ending what runs here/m);
});
