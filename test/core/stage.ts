/** Jobs with a known course on a host in virtual time, and a log of what became of them. */
import type { Change } from '../../src/core/live/control.ts';
import { fanOut } from '../../src/core/verbs.ts';
import { VirtualHost, type VirtualContext } from '../support/virtual-host.ts';

export interface Job {
  readonly id: string;
  /** Milliseconds until it ends by itself. */
  readonly ms: number;
  /** Ends with an error of this message. */
  readonly fails?: string;
  /** It hears a cancel, and then cleans up for this long. */
  readonly cleanup?: number;
}

export function stage(settings: { maxConcurrency?: number; maxBytes?: number } = {}) {
  const host = new VirtualHost(settings);
  const { clock } = host;
  const log = {
    started: [] as string[],
    cancelled: [] as string[],
    cleaned: [] as string[],
    running: new Set<string>(),
    most: 0,
  };

  async function task(job: Job, context: VirtualContext): Promise<string> {
    log.started.push(job.id);
    log.running.add(job.id);
    log.most = Math.max(log.most, log.running.size);
    try {
      return await course(job, context);
    } finally {
      log.running.delete(job.id);
    }
  }

  function course({ id, ms, fails, cleanup }: Job, context: VirtualContext): Promise<string> {
    return new Promise((resolve, reject) => {
      const stop = clock.timer(ms, () => (fails === undefined ? resolve(id.toUpperCase()) : reject(new Error(fails))));
      if (cleanup === undefined) return;
      context.onCancel(() => {
        log.cancelled.push(id);
        stop();
        clock.timer(cleanup, () => {
          log.cleaned.push(id);
          reject(new Error('cancelled'));
        });
      });
    });
  }

  return {
    ...fanOut(host),
    host,
    clock,
    log,
    task,
    options: { id: ({ id }: Job): string => id },
    /** Runs to the end in virtual time. */
    run: <T>(work: () => Promise<T>): Promise<T> => host.run(work),
    /** Does something at a time. */
    at(milliseconds: number, act: () => void): void {
      clock.timer(milliseconds, act);
    },
    /** Makes a change at a time. */
    changeAt(milliseconds: number, change: Change): void {
      clock.timer(milliseconds, () => host.control?.apply(change));
    },
  };
}

/** `count` jobs of the same length, named `a`, `b`, … */
export function jobs(count: number, ms: number): Job[] {
  return Array.from({ length: count }, (_, index) => ({ id: String.fromCharCode(97 + index), ms }));
}

/** What a promise was rejected with. */
export async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Nothing was thrown, but this came back: ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
