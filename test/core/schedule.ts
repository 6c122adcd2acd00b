/** Schedules for the laws of the engine: what each task does, what the caller asks, and who interferes when. */
import fc from 'fast-check';
import type { Change, FanOutControl, Progress } from '../../src/core/live/control.ts';
import { FanOutCancelledError, InsufficientResultsError, InvalidOptionsError } from '../../src/core/errors.ts';
import type { FanIn } from '../../src/core/fan-in.ts';
import type { GatherOptions } from '../../src/core/options.ts';
import { fanOut } from '../../src/core/verbs.ts';
import { VirtualHost, type VirtualContext } from '../support/virtual-host.ts';

/** Milliseconds that never come. */
export const never = Infinity;

export interface Script {
  readonly id: string;
  /** When it ends by itself; 0 in the very turn it starts. */
  readonly after: number;
  readonly fails: boolean;
  /** Whether it hears a cancel, and how long it then cleans up. */
  readonly listens: boolean;
  readonly cleanup: number;
  readonly backupAfter: number;
  readonly estimate: number;
  readonly actual: number;
  readonly matches: boolean;
}

export interface Interference {
  readonly at: number;
  /** Nothing: the block around the fan-out is cancelled. */
  readonly change?: Change;
}

export interface Schedule {
  readonly scripts: readonly Script[];
  readonly options: GatherOptions<Script, Script>;
  readonly interferences: readonly Interference[];
}

export interface Run {
  readonly id: string;
  readonly attempt: number;
  readonly startedAt: number;
  /** The fan-out when it started. */
  readonly progress: Progress;
  readonly script: Script;
  cancelledAt?: number;
  endedAt?: number;
  succeeded?: boolean;
}

/** Everything that was seen of one schedule. */
export interface Played {
  readonly schedule: Schedule;
  readonly runs: readonly Run[];
  readonly progress: Progress;
  readonly fanIn: FanIn<Script>;
  readonly error: InsufficientResultsError | FanOutCancelledError | undefined;
  readonly overAt: number;
  /** Attempts still in flight when it was over, and timers that the engine had left behind. */
  readonly leftRunning: readonly Run[];
  readonly leftTimers: readonly string[];
  readonly accepted: ReadonlyArray<Interference & { readonly change: Change }>;
  readonly settled: readonly string[];
  /** What a law that holds at every instant found. */
  readonly faults: readonly string[];
}

/** The highest estimate of a task. */
export const dearest = 4;

const ms = (max: number) => fc.nat({ max });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const often = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 4 });

const script: fc.Arbitrary<Omit<Script, 'id'>> = fc.record({
  after: fc.oneof({ weight: 9, arbitrary: ms(20) }, { weight: 1, arbitrary: fc.constant(never) }),
  fails: fc.integer({ min: 0, max: 3 }).map((die) => die === 0),
  listens: fc.boolean(),
  cleanup: fc.oneof({ weight: 9, arbitrary: ms(12) }, { weight: 1, arbitrary: fc.constant(never) }),
  backupAfter: ms(10),
  estimate: ms(dearest),
  actual: ms(6),
  matches: fc.integer({ min: 0, max: 5 }).map((die) => die === 0),
});

const added = (count: number, offset: number): Script[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `added-${offset + index}`,
    after: offset + 1,
    fails: offset % 3 === 0,
    listens: true,
    cleanup: 1,
    backupAfter: 1,
    estimate: 1,
    actual: 1,
    matches: offset === 7,
  }));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constant<Change>({ kind: 'settleNow' }),
  ms(15).map((by): Change => ({ kind: 'extendDeadline', by })),
  ms(9).map((index): Change => ({ kind: 'cancelTask', id: `task-${index}` })),
  fc.tuple(ms(3), ms(9)).map(([count, offset]): Change => ({ kind: 'addTasks', items: added(count, offset) })),
  ms(5).map((concurrency): Change => ({ kind: 'setConcurrency', concurrency })),
  ms(5).map((tenths): Change => ({ kind: 'setMinimum', ratio: tenths / 4 })),
  ms(5).map((successes): Change => ({ kind: 'setMinimum', successes })),
);

const interference: fc.Arbitrary<Interference> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ at: ms(30), change }) },
  { weight: 1, arbitrary: fc.record({ at: ms(30) }) },
);

const policies = fc.record({
  concurrency: often(fc.integer({ min: 1, max: 5 })),
  deadline: maybe(ms(30)),
  taskTimeout: maybe(ms(18)),
  cancelGrace: ms(15),
  minSuccessRatio: maybe(ms(4).map((quarters) => quarters / 4)),
  minSuccesses: maybe(ms(8)),
  first: maybe(fc.integer({ min: 1, max: 8 })),
  maxFailures: maybe(ms(4)),
  until: maybe(fc.constant((value: Script) => value.matches)),
});
const hedge = fc.record({
  after: maybe(ms(8)),
  percentile: fc.integer({ min: 1, max: 100 }),
  minSamples: fc.integer({ min: 1, max: 3 }),
  maxExtra: ms(4).map((quarters) => quarters / 4),
});
const budget = fc.record({ limit: ms(30), holdBack: ms(2).map((quarters) => quarters / 4) });

/** Schedules that make sense as options; their changes need not. */
export const schedules: fc.Arbitrary<Schedule> = fc
  .record({
    scripts: fc.array(script, { maxLength: 9 }),
    policy: policies,
    hedge: maybe(hedge),
    budget: maybe(budget),
    interferences: fc.array(interference, { maxLength: 4 }),
  })
  .map(({ scripts, policy, hedge: backup, budget: limits, interferences }) => {
    const total = scripts.length;
    const successes = policy.minSuccesses === undefined ? undefined : Math.min(policy.minSuccesses, total);
    const least = Math.max(successes ?? 0, Math.ceil((policy.minSuccessRatio ?? 0) * total));
    const first =
      policy.first === undefined || total === 0 ? undefined : Math.max(least, Math.min(policy.first, total));
    const spending = limits && {
      ...limits,
      estimate: ({ estimate }: Script) => estimate,
      actual: (value: unknown) => (value as Script).actual,
    };
    const options = { ...policy, minSuccesses: successes, first, hedge: backup, budget: spending };
    return {
      scripts: scripts.map((each, index) => ({ ...each, id: `task-${index}` })),
      options: { ...given(options), id: ({ id }: Script) => id },
      interferences,
    };
  });

/** Without the options that were left open. */
function given(options: object): GatherOptions<Script, Script> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Runs a schedule to its end and hands back what was seen; `watch` looks at every instant and names what is wrong. */
export async function play(
  schedule: Schedule,
  watch: (control: FanOutControl) => string[] = () => [],
): Promise<Played> {
  const host = new VirtualHost();
  const { clock } = host;
  const runs: Run[] = [];
  const accepted: Array<Interference & { change: Change }> = [];
  const faults: string[] = [];
  const task = (item: Script, context: VirtualContext): Promise<Script> => attempt(host, runs, item, context);
  const interfere = ({ at, change: asked }: Interference): void => {
    const { control } = host;
    if (!control) return;
    if (!asked) return host.cancel();
    const before = JSON.stringify([control.progress(), host.timers.size]);
    try {
      control.apply(asked);
      accepted.push({ at, change: asked });
    } catch (error) {
      if (!(error instanceof InvalidOptionsError)) throw error;
      if (JSON.stringify([control.progress(), host.timers.size]) !== before)
        faults.push(`refused, yet changed: ${asked.kind}`);
    }
  };
  for (const each of [...schedule.interferences, { at: 200, change: { kind: 'settleNow' } as const }]) {
    clock.timer(each.at, () => interfere(each));
  }
  let over: Pick<Played, 'overAt' | 'leftRunning' | 'leftTimers' | 'progress'> | undefined;
  let error: Played['error'];
  const fanIn = await host.run(
    async () => {
      const merged = await fanOut(host)
        .gather(schedule.scripts, task, schedule.options)
        .catch((thrown: unknown) => {
          if (!(thrown instanceof InsufficientResultsError || thrown instanceof FanOutCancelledError)) throw thrown;
          error = thrown;
          return thrown.fanIn as FanIn<Script>;
        });
      if (!host.control) throw new Error('It never opened');
      const leftRunning = runs.filter(({ endedAt }) => endedAt === undefined);
      over = {
        overAt: clock.now,
        leftRunning,
        leftTimers: [...host.timers.values()],
        progress: host.control.progress(),
      };
      return merged;
    },
    () => host.control && faults.push(...watch(host.control)),
  );
  if (!over) throw new Error('It never ended');
  const settled = host.control?.settled(0, 1000).results.map(({ id }) => id) ?? [];
  return { schedule, runs, accepted, faults, fanIn, error, settled, ...over };
}

function attempt(host: VirtualHost, runs: Run[], item: Script, context: VirtualContext): Promise<Script> {
  const { clock } = host;
  const after = context.attempt === 1 ? item.after : item.backupAfter;
  const progress = host.control?.progress();
  if (!progress) throw new Error('It started before it was opened');
  const run: Run = { id: context.id, attempt: context.attempt, startedAt: clock.now, progress, script: item };
  runs.push(run);
  return new Promise((resolve, reject) => {
    const end = (succeeded: boolean): void => {
      run.endedAt = clock.now;
      run.succeeded = succeeded;
      if (succeeded) resolve(item);
      else reject(new Error('It failed'));
    };
    const wait = (milliseconds: number, then: () => void): (() => void) =>
      milliseconds === never ? () => {} : milliseconds === 0 ? (then(), () => {}) : clock.timer(milliseconds, then);
    const stop = wait(after, () => end(!item.fails));
    if (!item.listens) return;
    context.onCancel(() => {
      if (run.endedAt !== undefined || run.cancelledAt !== undefined) return;
      run.cancelledAt = clock.now;
      stop();
      wait(item.cleanup, () => end(false));
    });
  });
}
