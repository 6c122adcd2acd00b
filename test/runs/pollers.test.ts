/** Who serves a queue, by what the server remembers of it and what this machine knows of its processes. */
import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { lookerName } from '../../src/limits/pollers.ts';
import { isServed } from '../../src/runs/pollers.ts';

const here = hostname();
const gone = spawnSync(process.execPath, ['-e', '']).pid;

function served(identity: string, seenMsAgo: number): Promise<boolean> {
  const lastAccessTime = { seconds: Math.floor((Date.now() - seenMsAgo) / 1000), nanos: 0 };
  const describeTaskQueue = async (): Promise<object> => ({ pollers: [{ identity, lastAccessTime }] });
  const client = { options: { namespace: 'default' }, workflowService: { describeTaskQueue } };
  return isServed(client as never, 'work', 'runs');
}

test.each<[who: string, identity: string, seenMsAgo: number, serves: boolean]>([
  ['a process of this machine that has died a second ago', `${gone}@${here}`, 1000, false],
  ['one that says which store it has', `${gone}@${here} store:abc`, 1000, false],
  ['a process of this machine that lives, all of whose slots are taken', `${process.pid}@${here}`, 200_000, true],
  ['a process of another machine', `${gone}@elsewhere`, 1000, true],
  ['a process of another machine that has not asked for longer than polls wait', `${process.pid}@else`, 80_000, false],
  ['one with a name of its own', 'worker-7', 1000, true],
  ['who only looks at a run', lookerName(), 1000, false],
])('%s', async (_who, identity, seenMsAgo, serves) => {
  expect(await served(identity, seenMsAgo)).toBe(serves);
});
