/** A unit that ended by a rule that no longer holds: what it left open runs, and the run says that all settled only when they have. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MapOptions } from '../../src/client.ts';
import type { MapInput } from '../../src/core/map/types.ts';
import { afterUnit } from '../../src/workflows/map/open-tasks.ts';
import { eventually, stage } from '../support/temporal.ts';

let open = (): void => {};
const opened = new Promise<void>((resolve) => (open = resolve));

const on = stage({
  gated: async (item: number) => {
    if (item >= 20) await opened;
    return item;
  },
  misnamed: async () => {
    throw Object.assign(new Error('of its own'), { name: 'DeadlineExceededError' });
  },
});

async function start(activity: string, count: number, options: MapOptions): Promise<string> {
  const input: MapInput = { activity, source: { kind: 'range', count }, options };
  return (await on.fanfold.start('map', input, { id: `map-${randomUUID()}` })).runId;
}

test('a minimum that is raised while tasks run is reached by all that can reach it', async () => {
  const options = { granularity: 500, minSuccesses: 25, concurrency: 40 };
  const runId = await start('gated', 520, options);
  await eventually(async () => ((await on.fanfold.progress(runId))?.[0]?.succeeded === 20 ? true : undefined));
  await on.fanfold.setMinimum(runId, { successes: 520 });
  open();
  const { fanIn } = await on.fanfold.result(runId);
  expect(fanIn).toMatchObject({ stoppedBy: 'allSettled', successCount: 520, failureCount: 0 });
  expect(fanIn?.results.every(({ success }) => success)).toBe(true);
});

test('an activity that throws an error with the name of one of ours has failed, and has not been stopped', async () => {
  const options = { granularity: 'task', attempts: 1 } as const;
  const runId = await start('misnamed', 3, options);
  const { fanIn } = await on.fanfold.result(runId);
  expect(fanIn).toMatchObject({ stoppedBy: 'allSettled', failureCount: 3 });
  expect(fanIn?.results).toMatchObject([0, 1, 2].map(() => ({ error: { kind: 'failed', message: 'of its own' } })));
});

test('what a unit left open is run again wherever the run goes on, and never where nothing is open', () => {
  const endedBy = fc.constantFrom(undefined, 'deadline' as const, 'rule' as const, 'cancelled' as const);
  const when = fc.option(fc.nat(10), { nil: undefined });
  fc.assert(
    fc.property(
      fc.nat(2),
      endedBy,
      when,
      when,
      fc.nat(10),
      fc.boolean(),
      (cut, how, known, deadlineAt, now, isDecided) => {
        const report = { cut, ...(how ? { endedBy: how } : {}) };
        const input = known === undefined ? {} : { deadlineAt: known };
        const next = afterUnit({ report, input, deadlineAt, now, isDecided });
        if (cut === 0 || (how && isDecided) || how === 'cancelled') expect(next).toBe('counted');
        else if (how === 'rule') expect(next).toBe('again');
        // By the clock of the worker that said so, whatever that of the run is.
        else if (how === 'deadline' && known !== undefined && deadlineAt !== undefined && deadlineAt >= known)
          expect(next).toBe(deadlineAt === known ? 'deadline' : 'again');
      },
    ),
  );
});
