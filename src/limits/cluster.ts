/**
 * The limits of a task queue as the whole cluster serves them: what this process is configured with, and what others that live
 * have written into the shared table. In a rolling deploy the two differ, and a run may meet either process.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inTime } from './in-time.ts';
import { isConfigured, type Pool } from './learned/pool.ts';
import { limitOfQueue, limitQueue } from './learned/settings.ts';
import { limitsFile, type LimitTable } from './table.ts';

export interface ClusterLimitsOptions {
  readonly taskQueue: string;
  /** The names of those that this process is configured with. */
  readonly own: readonly string[];
  readonly table: Pick<LimitTable, 'readAll'>;
  /** Whether others may share the table; where nobody can, it is not asked. */
  readonly isShared: () => boolean;
}

/** What others serve is asked for again after so long. */
const freshMs = 1000;
/** A run that begins waits no longer for a table that does not answer. */
const patienceMs = 1000;

export class ClusterLimits {
  readonly #options: ClusterLimitsOptions;
  #rows: ReadonlyMap<string, Pool> = new Map();
  #readAt = -Infinity;
  #reading: Promise<void> | undefined;

  constructor(options: ClusterLimitsOptions) {
    this.#options = options;
  }

  /** The names that a run may wait at, as they were known last. */
  get known(): readonly string[] {
    const { own } = this.#options;
    const served = [...this.#rows].filter(([, pool]) => isConfigured(pool, Date.now()));
    return [...new Set([...own, ...served.map(([name]) => name)])];
  }

  /**
   * As {@link known}, by what the table says now, however lately it was asked: a limit that another worker has brought a moment
   * ago is one of them. What it cannot say in time is left as it was. Never throws.
   */
  async names(): Promise<readonly string[]> {
    await inTime(this.#read(0), patienceMs);
    return this.known;
  }

  /** Those that somebody was configured with, and nobody who lives is. @throws where the table cannot be read */
  async orphans(): Promise<ReadonlyMap<string, Pool>> {
    await this.#read(freshMs);
    const known = new Set(this.known);
    return new Map([...this.#rows].filter(([name]) => !known.has(name)));
  }

  async #read(maxAgeMs: number): Promise<void> {
    const { table, taskQueue, isShared } = this.#options;
    if (performance.now() - this.#readAt < maxAgeMs || !isShared()) return;
    this.#reading ??= poolsOf(table, taskQueue)
      .then((rows) => {
        this.#rows = rows;
        this.#readAt = performance.now();
      })
      .finally(() => (this.#reading = undefined));
    await this.#reading;
  }
}

/** The limits of a task queue as the table has them, by name. */
export async function poolsOf(
  table: Pick<LimitTable, 'readAll'>,
  taskQueue: string,
): Promise<ReadonlyMap<string, Pool>> {
  const rows = await table.readAll(limitQueue(taskQueue, ''));
  return new Map([...rows].map(([queue, pool]) => [limitOfQueue(queue) ?? queue, pool]));
}

/** Whether a table can have rows of others: it is a database that is shared, or its file is there. */
export function mayBeShared(home: string, databaseUrl: string | undefined): () => boolean {
  return () => databaseUrl !== undefined || existsSync(join(home, limitsFile));
}
