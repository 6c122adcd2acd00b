/** Turn after turn a verb costs what `Promise.all` does: in events, in bytes, and of the processor when it is replayed. */
import { Worker } from '@temporalio/worker';
import { expect, inject, test } from 'vitest';
import { stage } from '../support/temporal.ts';

const on = stage({
  async turn(call: number) {
    return call;
  },
});
const count = 100;

interface Run {
  readonly workflowId: string;
  readonly history: Awaited<ReturnType<Awaited<ReturnType<typeof on.start>>['fetchHistory']>>;
  readonly bytes: number;
}

async function ran(how: string, turns = count): Promise<Run> {
  const handle = await on.start('turns', turns, how);
  expect(await handle.result()).toBe(3 * turns);
  const { raw } = await handle.describe();
  return {
    workflowId: handle.workflowId,
    history: await handle.fetchHistory(),
    bytes: Number(raw.workflowExecutionInfo?.historySizeBytes),
  };
}

/** Milliseconds of the processor for a replay. */
async function replayed({ history, workflowId }: Run): Promise<number> {
  const before = process.cpuUsage();
  await Worker.runReplayHistory({ workflowBundle: { codePath: inject('temporal').codePath } }, history, workflowId);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Of the processor, for a replay without what each replay costs; the least of some, as what else runs only adds to it. */
async function costs(...runs: readonly Run[]): Promise<number[]> {
  const least = runs.map(() => Infinity);
  for (let each = 0; each < 4; each++)
    for (const [index, run] of runs.entries()) least[index] = Math.min(least[index] ?? 0, await replayed(run));
  const [base = 0, ...others] = least;
  return others.map((cost) => cost - base);
}

test('turns of three calls have the events and bytes of `Promise.all`, and each turn costs the same however many there were', async () => {
  const [base, all, half, gathered] = [
    await ran('all', 1),
    await ran('all'),
    await ran('gather', count / 2),
    await ran('gather'),
  ];
  const scheduled = ({ history: { events } }: Run): number =>
    (events ?? []).filter(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes).length;
  expect(scheduled(gathered)).toBe(scheduled(all));
  // How many results a workflow task brings is the server's to say.
  const [events = 0, ofAll = 0] = [gathered, all].map(({ history }) => history.events?.length);
  expect(events / ofAll).toBeLessThan(1.1);
  expect(gathered.bytes / all.bytes).toBeLessThan(1.1);
  const [promises = 0, halfway = 0, whole = 0] = await costs(base, all, half, gathered);
  console.info(
    `${count} turns: ${events} events beside ${ofAll}, replayed in ${(whole / promises).toFixed(2)} of the time; the second half ${((whole - halfway) / halfway).toFixed(2)} of the first`,
  );
  expect((whole - halfway) / halfway).toBeLessThan(1.6);
  expect(whole / promises).toBeLessThan(2);
}, 180_000);

test('of a thousand fan-outs one after the other the last cost what the first did', async () => {
  const many = async (turns: number): Promise<Run> => {
    const handle = await on.start('manyFanOuts', turns, 3, 100);
    await handle.result();
    return { workflowId: handle.workflowId, history: await handle.fetchHistory(), bytes: 0 };
  };
  const [base, half, whole] = [await many(1), await many(500), await many(1000)];
  const [first = 0, both = 0] = await costs(base, half, whole);
  console.info(`the second 500 cost ${((both - first) / first).toFixed(2)} of the first`);
  expect((both - first) / first).toBeLessThan(1.6);
}, 180_000);

test('the details are written at most once in a workflow task', async () => {
  const handle = await on.start('writtenDetails', 5);
  const written = (await handle.result()) as number;
  const { events } = await handle.fetchHistory();
  const tasks = (events ?? []).filter(
    ({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes,
  );
  expect(written).toBeLessThanOrEqual(tasks.length);
});
