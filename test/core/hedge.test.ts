import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Hedge } from '../../src/core/hedge.ts';
import type { GatherOptions } from '../../src/core/options.ts';
import { stage } from './stage.ts';
import type { VirtualContext } from '../support/virtual-host.ts';

/** How a task and its backup go; a time that is `fails` is when it fails. */
interface Course {
  readonly id: string;
  readonly first: number;
  readonly backup?: number;
  readonly fails?: 'first' | 'backup' | 'both';
}

async function hedged(courses: readonly Course[], options: GatherOptions<Course, string>) {
  const on = stage();
  const log: string[] = [];
  const task = ({ id, first, backup = first, fails }: Course, { attempt, onCancel }: VirtualContext): Promise<string> =>
    new Promise((resolve, reject) => {
      const which = attempt === 1 ? 'first' : 'backup';
      log.push(`${on.clock.now} ${id} ${which}`);
      const broken = fails === which || fails === 'both';
      const stop = on.clock.timer(attempt === 1 ? first : backup, () =>
        broken ? reject(new Error(`${which} broke`)) : resolve(which),
      );
      onCancel(() => {
        log.push(`${on.clock.now} ${id} ${which} cancelled`);
        stop();
        reject(new Error('cancelled'));
      });
    });
  const found = await on.run(() => on.gather(courses, task, { id: ({ id }) => id, ...options }));
  return { found, log };
}

const quick = (count: number, first = 10): Course[] =>
  Array.from({ length: count }, (_, index) => ({ id: `quick-${index}`, first }));
const straggler = (course: Partial<Course> = {}): Course => ({ id: 'straggler', first: 1000, backup: 10, ...course });

test('a task slower than `after` gets a backup, the first success wins and the other is cancelled', async () => {
  const { found, log } = await hedged([...quick(20), straggler()], { hedge: { after: 50 } });
  expect(found.elapsedMs).toBe(60);
  expect(found.results.at(-1)).toMatchObject({
    id: 'straggler',
    success: true,
    result: 'backup',
    attempts: 2,
    durationMs: 60,
  });
  expect(log.slice(21)).toEqual(['50 straggler backup', '60 straggler first cancelled']);
});

test('a loser is cancelled at once, though others still run', async () => {
  const { found, log } = await hedged([...quick(20), straggler(), { id: 'long', first: 100 }], {
    hedge: { after: 50 },
  });
  expect(found.elapsedMs).toBe(100);
  expect(log.slice(22)).toEqual(['50 straggler backup', '60 straggler first cancelled']);
});

test('where the first attempt wins after all the backup is cancelled', async () => {
  const { found, log } = await hedged([...quick(20), straggler({ first: 55 })], { hedge: { after: 50 } });
  expect(found.results.at(-1)).toMatchObject({ result: 'first', attempts: 2, durationMs: 55 });
  expect(log.slice(21)).toEqual(['50 straggler backup', '55 straggler backup cancelled']);
});

test('a failed attempt waits for the other one, and both failing is a failure', async () => {
  const one = await hedged([...quick(20), straggler({ fails: 'backup', first: 80 })], { hedge: { after: 50 } });
  expect(one.found.results.at(-1)).toMatchObject({ success: true, result: 'first', durationMs: 80 });
  const other = await hedged([...quick(20), straggler({ fails: 'first', first: 55 })], { hedge: { after: 50 } });
  expect(other.found.results.at(-1)).toMatchObject({ success: true, result: 'backup', durationMs: 60 });
  const both = await hedged([...quick(20), straggler({ fails: 'both', first: 80 })], { hedge: { after: 50 } });
  expect(both.found.results.at(-1)).toMatchObject({
    success: false,
    attempts: 2,
    error: { message: 'first broke' },
    durationMs: 80,
  });
});

test('a task that fails before it is slow gets no backup', async () => {
  const { found } = await hedged([...quick(20), straggler({ fails: 'first', first: 20 })], { hedge: { after: 50 } });
  expect(found.results.at(-1)).toMatchObject({ success: false, attempts: 1 });
});

test('without `after` a task is slow past the 95th percentile of at least 20 siblings', async () => {
  const siblings = Array.from({ length: 20 }, (_, index) => ({ id: `sibling-${index}`, first: index + 1 }));
  const { log } = await hedged([...siblings, straggler()], { hedge: {} });
  // Nearest rank: the 19th of 20; but the 20th sample, which makes it believed, comes at 20.
  expect(log.slice(21)).toEqual(['20 straggler backup', '30 straggler first cancelled']);
  const tooFew = await hedged([...siblings.slice(1), straggler()], { hedge: {} });
  expect(tooFew.found.elapsedMs).toBe(1000);
});

test('a loser that cleans up is waited for, though its task has long settled', async () => {
  const on = stage();
  const task = async (_: number, { attempt, onCancel }: VirtualContext): Promise<string> => {
    if (attempt === 2) return 'backup';
    await new Promise<void>((resolve) => onCancel(() => void on.clock.timer(7, resolve)));
    throw new Error('cancelled');
  };
  const found = await on.run(() => on.gather([1], task, { hedge: { after: 50, maxExtra: 1 } }));
  expect(found).toMatchObject({ mergedResults: ['backup'], totalDurationMs: 50, elapsedMs: 57 });
});

test('a task that timed out is not backed up, and its backup is cancelled with it', async () => {
  const { found, log } = await hedged([...quick(20), straggler({ backup: 1000 })], {
    hedge: { after: 50 },
    taskTimeout: 70,
  });
  expect(found.results.at(-1)).toMatchObject({ attempts: 2, error: { kind: 'timedOut' }, durationMs: 70 });
  expect(log.slice(21)).toEqual([
    '50 straggler backup',
    '70 straggler first cancelled',
    '70 straggler backup cancelled',
  ]);
  const early = await hedged([...quick(20), straggler()], { hedge: { after: 50 }, taskTimeout: 40 });
  expect(early.found.results.at(-1)).toMatchObject({ attempts: 1, error: { kind: 'timedOut' } });
});

test('backups are at most `maxExtra` of the tasks started, 5% unless said otherwise', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 0, max: 40 }),
      fc.option(fc.nat({ max: 10 }), { nil: undefined }),
      async (fast, slow, tenths) => {
        const all = [
          ...Array.from({ length: slow }, (_, index) => straggler({ id: `slow-${index}`, backup: 900 })),
          ...quick(fast),
        ];
        const maxExtra = tenths === undefined ? {} : { maxExtra: tenths / 10 };
        const { log } = await hedged(all, { hedge: { after: 50, ...maxExtra } });
        const backups = log.filter((line) => line.endsWith('backup')).length;
        expect(backups).toBeLessThanOrEqual((tenths === undefined ? 0.05 : tenths / 10) * all.length + 1e-9);
      },
    ),
    { numRuns: 60 },
  );
});

test('while most tasks are slow none gets a backup, since more calls would only hurt', async () => {
  const all = Array.from({ length: 20 }, (_, index) => straggler({ id: `slow-${index}` }));
  const { log } = await hedged(all, { hedge: { after: 50, maxExtra: 1 } });
  expect(log.filter((line) => line.endsWith('backup')).length).toBe(10);
  const hedge = new Hedge({ afterMs: 1, percentile: 95, minSamples: 1, maxExtra: 1 });
  for (let started = 0; started < 10; started++) hedge.started();
  expect(Array.from({ length: 10 }, () => hedge.take())).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

const someSamples = fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 50 });
const somePercentile = fc.integer({ min: 1, max: 100 });
const knowing = (samples: readonly number[], percentile: number): Hedge => {
  const hedge = new Hedge({ percentile, minSamples: 1, maxExtra: 1 });
  for (const sample of samples) hedge.succeeded(sample);
  return hedge;
};

test('the threshold is the percentile by nearest rank, whatever the order of the samples', () => {
  fc.assert(
    fc.property(someSamples, somePercentile, (samples, percentile) => {
      const threshold = knowing(samples, percentile).threshold(() => []) ?? NaN;
      const notAbove = samples.filter((sample) => sample <= threshold).length;
      const below = samples.filter((sample) => sample < threshold).length;
      expect(samples).toContain(threshold);
      expect(notAbove).toBeGreaterThanOrEqual((percentile / 100) * samples.length - 1e-6);
      expect(below).toBeLessThan((percentile / 100) * samples.length);
    }),
  );
});

test('tasks that have outlasted all others count among the slow, so the percentile may not be known yet', () => {
  fc.assert(
    fc.property(someSamples, somePercentile, fc.nat({ max: 50 }), (samples, percentile, outlasting) => {
      const ages = Array.from({ length: outlasting }, () => 5000);
      const rank = Math.ceil((percentile / 100) * (samples.length + outlasting) - 1e-6);
      const expected = samples.toSorted((a, b) => a - b)[Math.max(0, rank - 1)];
      expect(knowing(samples, percentile).threshold(() => ages)).toBe(expected);
    }),
  );
});

test('tasks that have only just started say nothing, and older ones as much as their age', () => {
  const samples = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
  expect(knowing(samples, 90).threshold(() => Array.from({ length: 500 }, () => 5))).toBe(90);
  // Those that got half way say that half the time is not unusual.
  expect(knowing(samples, 90).threshold(() => Array.from({ length: 500 }, () => 55))).toBe(100);
});

test('of many samples all are counted only as often as they grow by a fiftieth', () => {
  const hedge = new Hedge({ percentile: 95, minSamples: 20, maxExtra: 1 });
  let counted = 0;
  for (let sample = 0; sample < 5000; sample++) {
    hedge.succeeded(sample % 100);
    hedge.threshold(() => (counted++, []));
  }
  expect(counted).toBeGreaterThan(100);
  expect(counted).toBeLessThan(1000);
  expect(hedge.threshold(() => [])).toBe(94);
});

test('when all start together the first to finish do not make the others look slow', async () => {
  const all = Array.from({ length: 100 }, (_, index) => ({ id: `task-${index}`, first: 10 + index * 5 }));
  const { log } = await hedged(all, { hedge: { percentile: 95 } });
  const backedUp = log.filter((line) => line.endsWith('backup')).map((line) => Number(/task-(\d+)/.exec(line)?.[1]));
  expect(backedUp.length).toBeGreaterThan(0);
  expect(Math.min(...backedUp)).toBeGreaterThanOrEqual(95);
});

test('of 100 tasks with two stragglers the slowest is at least five times faster for 5% more calls', async () => {
  const all = Array.from({ length: 100 }, (_, index) => ({
    id: `task-${index}`,
    first: index % 50 === 7 ? 2000 : 20 + (index % 10),
    backup: 25,
  }));
  const without = await hedged(all, {});
  const { found, log } = await hedged(all, { hedge: { percentile: 95 } });
  expect(without.found.elapsedMs).toBe(2000);
  expect(found.elapsedMs).toBeLessThanOrEqual(2000 / 5);
  expect(log.filter((line) => line.endsWith('backup')).length).toBe(2);
});
