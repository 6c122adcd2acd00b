import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeDead } from '../../src/worker/dead-processes.ts';
import { journalIn, type RunningActivity } from '../../src/worker/journal.ts';

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'fanfold-in-flight-'));
const takeOrphans = (folder: string): RunningActivity[] => takeDead(folder).flatMap(({ running }) => running);
const activity = (token: string): RunningActivity => ({ namespace: 'default', workflowId: 'w', runId: 'r', token });

/** Makes the journal in the folder that of a process which has ended. */
async function orphan(folder: string): Promise<string> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  const [name = ''] = readdirSync(folder);
  const dead = name.replace(/~\d+~/, `~${child.pid}~`);
  renameSync(join(folder, name), join(folder, dead));
  return join(folder, dead);
}

test('what a dead process ran when it died is told once, and what it had ended is not', async () => {
  const folder = newFolder();
  const journal = journalIn(folder);
  const [first, second] = ['one', 'two', 'three'].map((token) => journal?.begin(activity(token)));
  second?.();
  expect(takeOrphans(folder)).toEqual([]);
  const path = await orphan(folder);
  // The kill came amid a line.
  appendFileSync(path, '{"begin": 9, "namesp');
  expect(takeOrphans(folder)).toEqual([activity('one'), activity('three')]);
  expect(takeOrphans(folder)).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  first?.();
});

test('what a process of another machine ran is left alone', async () => {
  const folder = newFolder();
  journalIn(folder)?.begin(activity('one'));
  const path = await orphan(folder);
  renameSync(path, path.replace(/[^/]+~(\d+~)/, 'elsewhere~$1'));
  expect(takeOrphans(folder)).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('the journal stays small however many activities have ended', () => {
  const folder = newFolder();
  const journal = journalIn(folder);
  for (let number = 0; number < 5000; number++) journal?.begin(activity('x'.repeat(200)))();
  const [name = ''] = readdirSync(folder);
  expect(readFileSync(join(folder, name)).length).toBeLessThan(250_000);
});

test('a folder that cannot be written costs the help and nothing else', () => {
  expect(journalIn('/dev/null/workers')).toBeUndefined();
});

test('which runs had something here is known of the latest, also when the file was begun anew', async () => {
  const folder = newFolder();
  const journal = journalIn(folder);
  const run = (number: number) => ({ namespace: 'default', workflowId: 'w', runId: `run-${number}` });
  for (let number = 0; number < 5000; number++) journal?.begin({ ...run(number), token: 'x'.repeat(200) })();
  journal?.serves(run(4950));
  await orphan(folder);
  const [dead] = takeDead(folder);
  const latest = Array.from({ length: 100 }, (_, index) => `run-${4900 + index}`).filter((id) => id !== 'run-4950');
  expect(dead?.runs.map(({ runId }) => runId).filter((id) => id !== 'run-4950')).toEqual(latest);
  expect(dead?.runs).toContainEqual(run(4950));
});

test('what somebody else completes stays known however many activities have ended, until it is too many', async () => {
  const folder = newFolder();
  const journal = journalIn(folder);
  journal?.leave('r', 'a');
  for (let number = 0; number < 2000; number++) journal?.begin(activity('x'.repeat(200)))();
  await orphan(folder);
  expect(takeDead(folder)[0]?.left).toEqual(new Set(['r/a']));
  const other = newFolder();
  for (let number = 0; number < 5000; number++) journalIn(other)?.leave('r', `${number}`);
  await orphan(other);
  expect(takeDead(other)[0]?.left).toBeUndefined();
});
