/** Tasks that run many at a time keep to the laws of those that run one by one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GatherOptions } from '../../src/core/options.ts';
import { failure, type Outcome, type Slot } from '../../src/core/slots.ts';
import { gatherBatches } from '../../src/core/verbs.ts';
import type { Batch } from '../../src/core/batch.ts';
import { VirtualHost, type VirtualContext } from '../support/virtual-host.ts';
import { jobs, type Job } from './stage.ts';
import type { Host } from '../../src/core/host.ts';

type Report = Parameters<Batch<Job, string>['run']>[1];

/** Runs jobs by batches; each is reported when it ends, or with its batch's slowest. */
async function gathered(all: readonly Job[], options: GatherOptions<Job, string>, together: boolean) {
  const host = new VirtualHost();
  const sent: string[][] = [];
  const open = new Set<string>();
  let most = 0;
  const outcomeOf = ({ item }: Slot<Job, string>): Outcome<string> =>
    item.fails === undefined ? { value: item.id.toUpperCase() } : failure(new Error(item.fails));
  const tell = (slots: readonly Slot<Job, string>[], report: Report): void => {
    for (const { id } of slots) open.delete(id);
    report(slots.map((slot) => ({ slot, outcome: outcomeOf(slot) })));
  };
  const run = (slots: readonly Slot<Job, string>[], report: Report): void => {
    sent.push(slots.map(({ id }) => id));
    for (const { id } of slots) open.add(id);
    most = Math.max(most, open.size);
    if (together) host.clock.timer(Math.max(...slots.map(({ item }) => item.ms)), () => tell(slots, report));
    else for (const slot of slots) host.clock.timer(slot.item.ms, () => tell([slot], report));
  };
  // A batch gives its tasks no context.
  const plain = host as Host<[VirtualContext]> as unknown as Host;
  const found = await host.run(() =>
    gatherBatches(plain, all, { granularity: 10, run }, { id: ({ id }) => id, ...options }),
  );
  return { found, sent, most, left: host.timers.size };
}

const course = fc.record({ ms: fc.nat({ max: 30 }), fails: fc.integer({ min: 0, max: 4 }).map((die) => die === 0) });
const someJobs: fc.Arbitrary<Job[]> = fc
  .array(course, { maxLength: 20 })
  .map((all) =>
    all.map(({ ms, fails }, index) => ({ id: `job-${index}`, ms, ...(fails ? { fails: 'it broke' } : {}) })),
  );

test('one result a task in the order given, and never more than `concurrency` handed over', async () => {
  await fc.assert(
    fc.asyncProperty(someJobs, fc.integer({ min: 1, max: 8 }), fc.boolean(), async (all, concurrency, together) => {
      const { found, sent, most } = await gathered(all, { concurrency }, together);
      expect(found.results.map(({ id, success }) => [id, success])).toEqual(
        all.map(({ id, fails }) => [id, fails === undefined]),
      );
      expect(sent.flat()).toEqual(all.map(({ id }) => id));
      expect(most).toBeLessThanOrEqual(concurrency);
      expect(found.results.every(({ attempts }) => attempts === 1)).toBe(true);
    }),
  );
});

test('it ends by the stopping rule, and what is told afterwards comes too late', async () => {
  await fc.assert(
    fc.asyncProperty(someJobs, fc.nat({ max: 35 }), fc.boolean(), async (all, deadline, together) => {
      const { found, left } = await gathered(all, { deadline }, together);
      const slowest = Math.max(0, ...all.map(({ ms }) => ms));
      const inTime = all.filter(({ ms, fails }) => fails === undefined && (together ? slowest : ms) <= deadline);
      expect(found.mergedResults).toEqual(inTime.map(({ id }) => id.toUpperCase()));
      expect(found.elapsedMs).toBe(Math.min(deadline, slowest));
      expect(left).toBe(0);
    }),
  );
});

test('what is told at once starts the next ones in one batch', async () => {
  const { sent } = await gathered(jobs(6, 5), { concurrency: 3 }, true);
  expect(sent).toEqual([
    ['a', 'b', 'c'],
    ['d', 'e', 'f'],
  ]);
});

test('a batch that cannot be sent fails its tasks, and nothing hangs', async () => {
  const host = new VirtualHost();
  const run = (): void => {
    throw new TypeError('no such activity');
  };
  const plain = host as Host<[VirtualContext]> as unknown as Host;
  const found = await host.run(() => gatherBatches(plain, jobs(3, 1), { granularity: 10, run }, { concurrency: 2 }));
  expect(found).toMatchObject({ stoppedBy: 'allSettled', failureCount: 3, failedTasks: { 2: 'no such activity' } });
});
