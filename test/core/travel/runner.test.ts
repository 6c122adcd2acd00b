import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { retryDelay } from '../../../src/core/travel/retry.ts';
import {
  Runner,
  type Running,
  type RunnerEnd,
  type RunnerOutcome,
  type RunnerRule,
} from '../../../src/core/travel/runner.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Planned {
  readonly failures: number;
  readonly sync: boolean;
}

test('a runner settles each task once, within its width and its attempts', async () => {
  const planned = fc.record({ failures: fc.integer({ min: 0, max: 2 }), sync: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(planned, { maxLength: 30 }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
      async (pages, width) => {
        const settled = new Map<Planned, RunnerOutcome>();
        let running = 0;
        let next = 0;
        const fail = (): never => {
          throw Object.assign(new Error('no'), { nextRetryDelay: 0 });
        };
        const runner = new Runner<Planned>(
          { width, attempts: 2 },
          {
            supply: async () => pages[next++],
            run: ({ task, attempts }: Running<Planned>) => {
              if (attempts === 1) running++;
              expect(running).toBeLessThanOrEqual(width);
              if (task.sync) return attempts <= task.failures ? fail() : attempts;
              return Promise.resolve().then(() => (attempts <= task.failures ? fail() : attempts));
            },
            tally: () => ({ succeeded: 0, failed: 0 }),
            settled: ({ task }, outcome) => {
              running--;
              expect(settled.has(task)).toBe(false);
              settled.set(task, outcome);
            },
          },
        );
        runner.start();
        await vi.runAllTimersAsync();
        await runner.over;
        for (const task of pages.flat())
          expect(settled.get(task)).toMatchObject(
            task.failures < 2 ? { value: task.failures + 1 } : { error: { message: 'no' } },
          );
      },
    ),
    { numRuns: 50 },
  );
});

test('a runner that is stopped starts nothing more, and tells what runs that nobody wants it', async () => {
  const cancelled: number[] = [];
  const settled: number[] = [];
  const runner = new Runner<number>(
    { width: 2, attempts: 1 },
    {
      supply: async () => (settled.length === 0 ? [1, 2, 3] : undefined),
      run: (running) => {
        running.cancel = () => cancelled.push(running.task);
        return new Promise(() => {});
      },
      settled: ({ task }) => void settled.push(task),
      tally: () => ({ succeeded: 0, failed: 0 }),
    },
  );
  runner.start();
  await vi.runAllTimersAsync();
  runner.stop();
  await runner.over;
  runner.cancel();
  expect([cancelled, settled]).toEqual([[1, 2], []]);
});

interface Act {
  /** Milliseconds of an attempt; Infinity never ends. */
  readonly ms: number;
  /** Attempts that fail. */
  readonly failures?: number;
  readonly endsAt?: number;
  readonly thrown?: object;
}

/** Runs the acts to the end by the rule; `outcomes` has what settled, by position. */
async function performed(acts: readonly Act[], rule: Partial<RunnerRule>) {
  const outcomes = new Map<number, RunnerOutcome & { attempts: number; at: number }>();
  const begunAt = Date.now();
  const cancelled: number[] = [];
  const tally = { succeeded: 0, failed: 0 };
  const supply = [acts.map((act, index) => ({ act, index }))];
  const runner = new Runner<{ act: Act; index: number }>(
    { width: 10, attempts: 1, ...rule },
    {
      supply: async () => supply.shift(),
      endsAt: ({ act }) => (act.endsAt === undefined ? undefined : begunAt + act.endsAt),
      run: (running) => {
        const { act, index } = running.task;
        const { attempts } = running;
        return new Promise((resolve, reject) => {
          running.cancel = () => cancelled.push(index);
          if (act.ms === Infinity) return;
          const fails = attempts <= (act.failures ?? 0);
          setTimeout(() => (fails ? reject(Object.assign(new Error('no'), act.thrown)) : resolve(attempts)), act.ms);
        });
      },
      settled: ({ task, attempts }, outcome) => {
        tally['value' in outcome ? 'succeeded' : 'failed']++;
        outcomes.set(task.index, { ...outcome, attempts, at: Date.now() - begunAt });
      },
      tally: () => tally,
    },
  );
  let end: RunnerEnd | undefined;
  runner.start();
  void runner.over.then((reason) => (end = reason));
  await vi.runAllTimersAsync();
  const open = [...runner.running].map(({ task }) => task.index);
  runner.cancel();
  return { end, outcomes, open, cancelled };
}

test('a runner is over at its deadline, and what lands at that very instant counts', async () => {
  const { end, outcomes, open, cancelled } = await performed([{ ms: 50 }, { ms: 100 }, { ms: 110 }], {
    deadlineAt: Date.now() + 100,
  });
  expect([end, [...outcomes.keys()], open, cancelled]).toEqual(['deadline', [0, 1], [2], [2]]);
});

test('a deadline in the far future never fires at once', async () => {
  const { end } = await performed([{ ms: 10 }], { deadlineAt: Date.now() + 40 * 86_400_000, taskTimeoutMs: 4e9 });
  expect(end).toBe('allSettled');
});

test('a runner begins nothing more once a task was refused as its tenant’s budget is spent, and lets end what runs', async () => {
  const begun: number[] = [];
  const settled: number[] = [];
  const supply = [[0, 1, 2, 3, 4]];
  const refused = Object.assign(new Error('spent'), { name: 'TenantBudgetSpent', nonRetryable: true });
  const work = (endsWithTenant: boolean) => ({
    supply: async () => supply.shift(),
    run: async ({ task }: Running<number>) => {
      begun.push(task);
      await new Promise((resolve) => setTimeout(resolve, 10 * task));
      if (task === 1) throw refused;
    },
    settled: ({ task }: Running<number>) => void settled.push(task),
    tally: () => ({ succeeded: 0, failed: 0 }),
    endsWithTenant,
  });
  const runner = new Runner<number>({ width: 3, attempts: 1 }, work(true));
  runner.start();
  await vi.runAllTimersAsync();
  expect(await runner.over).toBe('budget');
  expect([begun, settled, runner.running.size]).toEqual([[0, 1, 2, 3], [0, 1, 2, 3], 0]);
  supply.push([0, 1, 2, 3, 4]);
  const each = new Runner<number>({ width: 3, attempts: 1 }, work(false));
  each.start();
  await vi.runAllTimersAsync();
  expect(await each.over).toBe('allSettled');
});

test('a runner is over at its first successes, and at more failures than it tolerates', async () => {
  const acts = [{ ms: 1, failures: 9 }, { ms: 2, failures: 9 }, { ms: 3 }, { ms: 4 }, { ms: 5 }];
  expect(await performed(acts, { first: 2 })).toMatchObject({ end: 'first', open: [4] });
  expect(await performed(acts, { maxFailures: 1 })).toMatchObject({ end: 'maxFailures', open: [2, 3, 4] });
});

test('an attempt that takes too long is cancelled and the next one follows, until there is none', async () => {
  const { outcomes, cancelled } = await performed([{ ms: Infinity }], { attempts: 3, attemptTimeoutMs: 20 });
  expect(outcomes.get(0)).toMatchObject({ attempts: 3, error: { kind: 'timedOut' } });
  expect(cancelled).toHaveLength(3);
});

test('a task that nobody waits for any more ends by itself, and the others go on', async () => {
  const { end, outcomes, cancelled } = await performed([{ ms: Infinity, endsAt: 30 }, { ms: 60 }], {});
  expect([end, cancelled]).toEqual(['allSettled', [0]]);
  expect(outcomes.get(0)).toMatchObject({ at: 30, error: { kind: 'timedOut', name: 'DeadlineExceededError' } });
  expect(outcomes.get(1)).toMatchObject({ value: 1, at: 60 });
});

test('what a failure asks for is heeded, and a delay of zero is a short one', async () => {
  for (const [nextRetryDelay, at] of [
    ['2s', 2000],
    [0, 100],
    ['nonsense', 100],
    [undefined, 100],
  ] as const) {
    const { outcomes } = await performed([{ ms: 0, failures: 1, thrown: { nextRetryDelay } }], { attempts: 2 });
    expect(outcomes.get(0)?.at ?? 0).toBeGreaterThanOrEqual(at);
    expect(outcomes.get(0)?.at ?? 0).toBeLessThan(at + 50);
  }
});

test('an error that is final by itself or by the rule is not tried again, and one around a final one is', async () => {
  const attemptsOf = async (thrown: object): Promise<number | undefined> => {
    const retry = { initialMs: 1, coefficient: 1, maximumMs: 1, final: ['Refused'] };
    const { outcomes } = await performed([{ ms: 1, failures: 9, thrown }], { attempts: 3, retry });
    return outcomes.get(0)?.attempts;
  };
  expect(await attemptsOf({ nonRetryable: true })).toBe(1);
  expect(await attemptsOf({ type: 'Refused' })).toBe(1);
  expect(await attemptsOf({ name: 'Refused' })).toBe(1);
  expect(await attemptsOf({ cause: Object.assign(new Error('below'), { nonRetryable: true }) })).toBe(3);
});

test('pauses between attempts grow to their maximum and are never negative, endless or no number', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.anything(), (attempts, nextRetryDelay) => {
      const wait = retryDelay(Object.assign(new Error('no'), { nextRetryDelay }), attempts);
      expect(wait).toBeGreaterThanOrEqual(100);
      expect(Number.isFinite(wait)).toBe(true);
    }),
  );
});
