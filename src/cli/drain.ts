/** What a worker process does with its work when it is told to stop: it goes on for a while, and what is then left is named. */
import { Context } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor, WorkerOptions } from '@temporalio/worker';
import { readConfig, type Config } from '../config.ts';
import { milliseconds, type Duration } from '../core/duration.ts';
import { boundedMs } from '../core/sleep.ts';
import { many } from './text.ts';

/** Kubernetes gives a pod 30 s and compose a container 10 s where nothing else is said. */
const usualDrain = '1m';
const longestDrainMs = 86_400_000;
/** What is told to end, or to begin anew elsewhere, has this long to heed that. */
const heedMs = 5000;

export class Drain {
  readonly ms: number;
  readonly #running = new Map<symbol, string>();
  #left: string[] = [];

  /**
   * @param option as it was given, or else as `FANFOLD_DRAIN` says, or else one minute; at most a day
   * @throws {InvalidOptionsError} for one that is no duration
   */
  constructor(option: string | undefined, { drain: set }: Pick<Config, 'drain'> = readConfig()) {
    const field = option === undefined && set !== undefined ? 'FANFOLD_DRAIN' : 'drain';
    this.ms = Math.min(longestDrainMs, milliseconds((option ?? set ?? usualDrain) as Duration, field));
  }

  /** For the worker whose work this is. */
  get options(): Partial<WorkerOptions> {
    return {
      shutdownGraceTime: this.ms,
      shutdownForceTime: this.ms + heedMs,
      interceptors: { activity: [() => ({ inbound: this.#watch })] },
    };
  }

  /** From now on the time runs. */
  begin(): void {
    setTimeout(() => (this.#left = [...this.#running.values()]), boundedMs(this.ms)).unref();
  }

  /** What to say of what was left; undefined where all was done. */
  problem(): string | undefined {
    if (this.#left.length === 0) return undefined;
    const shown = this.#left.slice(0, 10).join(', ');
    const more = this.#left.length > 10 ? ` and ${this.#left.length - 10} more` : '';
    return (
      `${many(this.#left.length, 'call')} of activities not done within ${this.ms / 1000} s, so another attempt ` +
      `begins elsewhere: ${shown}${more}. A longer --drain (FANFOLD_DRAIN) lets them end`
    );
  }

  readonly #watch: ActivityInboundCallsInterceptor = {
    execute: async (input, next) => {
      const { activityType, workflowExecution } = Context.current().info;
      const key = Symbol(activityType);
      this.#running.set(key, `${activityType} of run '${workflowExecution?.workflowId ?? 'none'}'`);
      try {
        return await next(input);
      } finally {
        this.#running.delete(key);
      }
    },
  };
}
