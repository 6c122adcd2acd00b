/** Laws that hold for every schedule; `FANFOLD_RUNS` says how many are tried. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FanOutControl } from '../../src/core/live/control.ts';
import { FanOutCancelledError, InsufficientResultsError } from '../../src/core/errors.ts';
import type { StopReason } from '../../src/core/stop.ts';
import type { TaskResult } from '../../src/core/task.ts';
import { dearest, play, schedules, type Played } from './schedule.ts';

const numRuns = Number(process.env['FANFOLD_RUNS'] ?? 50_000);

type Law = readonly [name: string, holds: boolean];

/** Whether the end of the fan-out settled this task, and not the task itself. */
function wasCut(result: TaskResult): boolean {
  return !result.success && /^(Still running when|Not started before)/.test(result.error.message);
}

function required(
  { ratio = 0, successes = 0 }: { ratio?: number | undefined; successes?: number | undefined },
  total: number,
): number {
  return Math.max(successes, Math.ceil(ratio * total));
}

/** The laws of every instant: nothing is lost, the rule is obeyed at once, and nothing waits that may start. */
function instant({ options }: Played['schedule']) {
  return (control: FanOutControl): string[] => {
    const { total, queued, running, succeeded, failed, concurrency, minimum, stoppedBy, spent } = control.progress(0);
    const faults: string[] = [];
    if (queued < 0 || queued + running + succeeded + failed !== total) faults.push('a task was lost or counted twice');
    if (spent !== undefined && !(spent >= 0)) faults.push('what was spent is no amount');
    if (stoppedBy) return queued + running === 0 ? faults : [...faults, 'a task is open after the end'];
    const open = queued + running;
    if (open === 0) faults.push('it goes on though all has settled');
    if (options.first !== undefined && succeeded >= options.first) faults.push('it goes on after the first n');
    if (options.maxFailures !== undefined && failed > options.maxFailures)
      faults.push('it goes on after too many failures');
    if (succeeded + open < required(minimum, total)) faults.push('it goes on without hope');
    if (minimum.successes && succeeded >= required(minimum, total)) faults.push('it goes on after the quorum');
    if (!options.budget && queued > 0 && running < concurrency) faults.push('a task waits that may start');
    return faults;
  };
}

/** Whether what was seen bears out the reason that was given. */
const bornOut: Record<StopReason, (played: Played, cuts: number) => boolean> = {
  allSettled: (_, cuts) => cuts === 0,
  deadline: ({ progress }, cuts) => cuts > 0 && progress.endedAt === progress.deadlineAt,
  first: ({ fanIn, schedule }, cuts) => cuts > 0 && fanIn.successCount === schedule.options.first,
  minSuccesses: ({ fanIn, progress }, cuts) =>
    cuts > 0 &&
    (progress.minimum.successes ?? 0) > 0 &&
    fanIn.successCount >= required(progress.minimum, progress.total),
  unreachable: ({ fanIn, progress }, cuts) =>
    cuts > 0 && fanIn.successCount + cuts < required(progress.minimum, progress.total),
  maxFailures: ({ fanIn, schedule }, cuts) =>
    cuts > 0 && fanIn.failureCount - cuts > (schedule.options.maxFailures ?? Infinity),
  until: ({ fanIn }) => fanIn.mergedResults.some(({ matches }) => matches),
  budget: ({ fanIn, schedule, runs }) => {
    const { limit = 0, holdBack = 0 } = schedule.options.budget ?? {};
    const most = runs.reduce((sum, { script: { estimate, actual } }) => sum + Math.max(estimate, actual), 0);
    return (
      fanIn.results.some((result) => wasCut(result) && result.attempts === 0) && most + dearest > limit * (1 - holdBack)
    );
  },
  settleNow: ({ accepted, progress }) =>
    accepted.some(({ change, at }) => change.kind === 'settleNow' && at === progress.endedAt),
  cancelled: ({ schedule, progress }) =>
    schedule.interferences.some(({ change, at }) => !change && at === progress.endedAt),
};

/** One outcome a task, in the order given, and none that did not happen. */
function outcomes({ schedule, accepted, fanIn, settled, runs, progress }: Played): Law[] {
  const added = accepted.flatMap(({ change }) =>
    change.kind === 'addTasks' ? (change.items as Array<{ id: string }>) : [],
  );
  const given = [...schedule.scripts, ...added].map(({ id }) => id).join();
  const ids = fanIn.results.map(({ id }) => id);
  const endedAt = progress.endedAt ?? NaN;
  const laws: Law[] = [
    ['one outcome a task, in the order given', ids.join() === given],
    ['each task settles once', settled.toSorted().join() === ids.toSorted().join()],
    [
      'merged in order',
      fanIn.mergedResults.map(({ id }) => id).join() ===
        fanIn.results.flatMap((result) => (result.success ? result.id : [])).join(),
    ],
  ];
  for (const result of fanIn.results) {
    const own = runs.filter(({ id }) => id === result.id);
    const landed = own.find((run) => run.succeeded && (run.endedAt ?? Infinity) <= endedAt);
    laws.push(['every attempt is counted', result.attempts === own.length]);
    if (result.success)
      laws.push(['a success is what the task returned', landed?.id === result.id && result.result.id === result.id]);
    // Where several things happen in the instant of the end their order decides, except at the deadline.
    const cutThoughDone = landed && wasCut(result) && (landed.endedAt !== endedAt || progress.stoppedBy === 'deadline');
    laws.push(['what landed in time is kept', !cutThoughDone]);
  }
  return laws;
}

/** Nothing starts after the end; what listens was told, and is waited for as long as the grace lasts. */
function ends({ schedule, runs, progress, overAt, leftRunning, leftTimers }: Played): Law[] {
  const endedAt = progress.endedAt ?? NaN;
  const grace = Number(schedule.options.cancelGrace);
  const cleaning = leftRunning.filter(({ script }) => script.listens);
  const cleaned = runs.some((run) => run.script.listens && (run.endedAt ?? Infinity) > endedAt);
  return [
    ['nothing starts after the end', runs.every((run) => !run.progress.stoppedBy)],
    ['no timer is left behind', leftTimers.length === 0],
    ['the grace is bounded', overAt - endedAt <= grace],
    ['who listens is told at once', cleaning.every(({ cancelledAt = Infinity }) => cancelledAt <= endedAt)],
    ['who listens is waited for', cleaning.length === 0 || overAt - endedAt === grace],
    ['nobody else is waited for', cleaned || overAt === endedAt],
  ];
}

/** The run fails exactly if too few succeeded, or if it was cancelled. */
function minimums({ fanIn, error, progress }: Played): Law[] {
  const enough = fanIn.successCount >= required(progress.minimum, progress.total);
  const expected =
    fanIn.stoppedBy === 'cancelled' ? FanOutCancelledError : enough ? undefined : InsufficientResultsError;
  return [['the minimum is never violated', error?.constructor === expected]];
}

/** Spent is what the attempts cost, and only what results cost beyond their estimate may exceed the limit. */
function budgets({ schedule, runs, fanIn, overAt }: Played): Law[] {
  const { budget } = schedule.options;
  if (!budget) return [['nothing is spent without a budget', fanIn.spent === undefined]];
  let least = 0;
  let most = 0;
  let beyond = 0;
  for (const run of runs) {
    const { estimate, actual } = run.script;
    const told = run.succeeded && (run.endedAt ?? Infinity) <= overAt;
    // What lands in the instant of the end may be booked or not.
    const costs = !told ? [estimate] : run.endedAt === overAt ? [estimate, actual] : [actual];
    least += Math.min(...costs);
    most += Math.max(...costs);
    beyond += Math.max(0, ...costs.map((cost) => cost - estimate));
  }
  const { spent = NaN } = fanIn;
  return [
    ['every attempt is booked', spent >= least - 1e-6 && spent <= most + 1e-6],
    ['the budget holds', spent <= budget.limit * (1 - (budget.holdBack ?? 0)) + beyond + 1e-6],
  ];
}

/** Starts keep to the concurrency, and backups to their share. */
function starts({ schedule, runs }: Played): Law[] {
  const firsts = runs.filter(({ attempt }) => attempt === 1);
  const backups = runs.filter(({ attempt }) => attempt > 1);
  const stateOf = ({ id, progress }: (typeof runs)[number]) => progress.tasks.find((task) => task.id === id)?.state;
  return [
    ['never more than `concurrency` at once', firsts.every(({ progress }) => progress.running <= progress.concurrency)],
    [
      'one first attempt and one backup at most',
      new Set(runs.map(({ id, attempt }) => `${id} ${attempt}`)).size === runs.length,
    ],
    ['backups keep to their share', backups.length <= (schedule.options.hedge?.maxExtra ?? 0) * firsts.length + 1e-9],
    ['only a running task is backed up', backups.every((run) => stateOf(run) === 'running')],
  ];
}

function reasons(played: Played): Law[] {
  const { fanIn, progress } = played;
  return [
    ['one reason a run', progress.stoppedBy === fanIn.stoppedBy],
    [
      `the reason is borne out: ${fanIn.stoppedBy}`,
      bornOut[fanIn.stoppedBy](played, fanIn.results.filter(wasCut).length),
    ],
  ];
}

/** The laws that a schedule broke. `expect` for each would cost more than playing it. */
function broken(played: Played): string[] {
  const laws = [outcomes, ends, minimums, budgets, starts, reasons].flatMap((each) => each(played));
  return [...played.faults, ...laws.filter(([, holds]) => !holds).map(([name]) => name)];
}

test(`the laws hold for any order of settlements, deadlines, timeouts, changes, cancels, hedges and budgets (${numRuns} schedules)`, async () => {
  const seen = new Map<StopReason, number>();
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const played = await play(schedule, instant(schedule));
      const faults = broken(played);
      if (faults.length > 0) throw new Error(faults.join('; '));
      const { fanIn } = played;
      seen.set(fanIn.stoppedBy, (seen.get(fanIn.stoppedBy) ?? 0) + 1);
    }),
    { numRuns },
  );
  // Laws about reasons that never came up would hold for nothing.
  if (numRuns >= 5000) expect([...seen.keys()].toSorted()).toEqual(Object.keys(bornOut).toSorted());
}, 600_000);

test('a schedule played twice is the same run twice', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const [once, again] = [await play(schedule), await play(schedule)];
      expect(JSON.stringify([again.fanIn, again.runs])).toBe(JSON.stringify([once.fanIn, once.runs]));
    }),
    { numRuns: Math.ceil(numRuns / 20) },
  );
});
