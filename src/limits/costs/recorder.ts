/**
 * What one process has spent on models, added to the shared table at the end of each attempt that spent something: before its
 * result is reported, so that a worker which is killed afterwards takes nothing with it.
 */
import { messageOf, propertyOf } from '../../core/thrown.ts';
import { inTime } from '../in-time.ts';
import { addedUse, noUse, overspent, type ModelUse, type TenantBudgets } from '../learned/tenant-budget.ts';
import type { CostEntry, CostOf, CostTable } from './table.ts';

export interface CostRecorderOptions {
  readonly table: CostTable;
  readonly budgets: TenantBudgets;
  /**
   * Told what an operator should know: once that the table is away and once that it is there again, once of each run of which
   * it is not known whose it is, and what is lost.
   */
  readonly onMessage: (message: string) => void;
  /** What others have spent is asked for again after so long. @default 2000 */
  readonly freshMs?: number;
}

/** No attempt is kept longer by a table that does not answer; what it spent is added with the next one's. */
const patienceMs = 2000;
/** Sums that wait for a table which is away; calls beyond are counted to runs and tasks as one. */
const mostPending = 10_000;
const mostTenants = 1000;
/** Runs of which it was said that nobody knows whose they are. */
const mostTold = 1000;
/** Of one sum, while this process adds to it. */
const mostReads = 3;
const retryMs = 5000;
const dayMs = 86_400_000;
const forgetRetryMs = 3_600_000;
/** Longer than a namespace keeps a run, mostly; what tenants have spent stays. */
const keptMs = 90 * dayMs;

/** A tenant's use as it was read last, with what this process has spent since. */
interface KnownUse {
  readonly since: string;
  readonly readAt: number;
  use: ModelUse;
}

export class CostRecorder {
  readonly #options: CostRecorderOptions;
  readonly #freshMs: number;
  #pending = new Map<string, CostEntry>();
  /** What is being written. */
  #inFlight = new Map<string, CostEntry>();
  /** Batches so far. */
  #written = 0;
  readonly #known = new Map<string, KnownUse>();
  /** By tenant and day. */
  readonly #reading = new Map<string, Promise<ModelUse>>();
  readonly #told = new Set<string>();
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isAway = false;
  #forgetAt = 0;

  constructor(options: CostRecorderOptions) {
    this.#options = options;
    this.#freshMs = options.freshMs ?? 2000;
  }

  get hasBudgets(): boolean {
    return Object.keys(this.#options.budgets).length > 0;
  }

  /** One answer of a model. */
  count(of: CostOf, use: ModelUse): void {
    add(this.#pending, this.#pending.size < mostPending ? of : { ...of, run: '', task: '' }, use);
    const known = of.tenant === undefined ? undefined : this.#known.get(of.tenant);
    if (known) known.use = addedUse(known.use, use);
  }

  /** What a run spent is counted to nobody, which is said once of each and not read as that it is nobody's. */
  withoutTenant(run: string, error: unknown): void {
    if (this.#told.has(run)) return;
    if (this.#told.size >= mostTold) this.#told.clear();
    this.#told.add(run);
    const why = messageOf(error);
    this.#options.onMessage(`Whose run '${run}' is cannot be asked, so what it cost is counted to no tenant: ${why}`);
  }

  /** Once all that was counted is in the table, or it does not answer. Never throws. */
  async written(): Promise<void> {
    await inTime(this.#write(), patienceMs);
  }

  /** The last write of a worker, which says what cannot be written down any more. Never throws. */
  async flush(): Promise<void> {
    await this.written();
    clearTimeout(this.#retry);
    this.#retry = undefined;
    const lost = this.#unwritten().reduce(addedUse, noUse);
    if (lost.calls > 0)
      this.#options.onMessage(`What models cost could not be written down by the end of the worker: ${shown(lost)}`);
  }

  /** @returns what is spent, for people; undefined where the tenant may go on. @throws where the table cannot be read */
  spent(tenant: string | undefined): Promise<string | undefined> {
    return overspent(this.#options.budgets, tenant, (of, since) => this.#used(of, since));
  }

  async #used(tenant: string, since: string): Promise<ModelUse> {
    const known = this.#known.get(tenant);
    if (known?.since === since && performance.now() - known.readAt < this.#freshMs) return known.use;
    const key = JSON.stringify([tenant, since]);
    // Tasks that begin at once ask once.
    const reading = this.#reading.get(key) ?? this.#read(tenant, since).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  /** What the table has, and what is not there yet of this process: nobody's spending is forgotten while it waits. */
  async #read(tenant: string, since: string): Promise<ModelUse> {
    await this.written();
    for (let reads = 1; ; reads++) {
      const readAt = performance.now();
      const written = this.#written;
      const inTable = await this.#options.table.used(tenant, since);
      // What was written meanwhile may be in the answer or not.
      if (written !== this.#written && reads < mostReads) continue;
      const use = this.#unwritten(tenant).reduce(addedUse, inTable);
      if (this.#known.size >= mostTenants) this.#known.clear();
      this.#known.set(tenant, { since, readAt, use });
      return use;
    }
  }

  /** Of a tenant, or of all. */
  #unwritten(tenant?: string): ModelUse[] {
    const all = [...this.#inFlight.values(), ...this.#pending.values()];
    return all.flatMap((entry) => (tenant === undefined || entry.tenant === tenant ? [entry.use] : []));
  }

  /** One write at a time; all that come meanwhile share the next one. */
  #write(): Promise<void> {
    if (this.#writing)
      return (this.#next ??= this.#writing.then(() => {
        this.#next = undefined;
        return this.#write();
      }));
    if (this.#pending.size === 0) return Promise.resolve();
    this.#writing = this.#writeOnce().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #writeOnce(): Promise<void> {
    this.#inFlight = this.#pending;
    this.#pending = new Map();
    const { onMessage } = this.#options;
    try {
      await this.#add([...this.#inFlight]);
      this.#forget();
      if (this.#isAway) onMessage('What models cost is written down again');
      this.#isAway = false;
    } catch (error) {
      for (const { use, ...of } of this.#inFlight.values()) add(this.#pending, of, use);
      this.#inFlight.clear();
      const why = messageOf(error);
      if (!this.#isAway) onMessage(`What models cost cannot be written down; it is kept here until it can: ${why}`);
      this.#isAway = true;
      this.#tryLater();
    }
  }

  /** Halves what the database refuses until it is the one entry that it refuses, which would stop all others. */
  async #add(entries: readonly (readonly [key: string, entry: CostEntry])[]): Promise<void> {
    const { table, onMessage } = this.#options;
    try {
      await table.add(
        entries.map(([, entry]) => entry),
        Date.now(),
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const half = entries.length >> 1;
      if (half > 0) {
        await this.#add(entries.slice(0, half));
        return this.#add(entries.slice(half));
      }
      for (const [, { run, use }] of entries)
        onMessage(`What run '${run}' cost is refused by the database and lost: ${shown(use)}: ${messageOf(error)}`);
    }
    this.#written++;
    for (const [key] of entries) this.#inFlight.delete(key);
  }

  /** For what nobody else writes, where no more is spent. */
  #tryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      void this.#write();
    }, retryMs).unref();
  }

  #forget(): void {
    const now = Date.now();
    if (now < this.#forgetAt) return;
    // Where it fails it is tried again sooner than in a day.
    this.#forgetAt = now + forgetRetryMs;
    this.#options.table.forgetRuns(now - keptMs).then(
      () => (this.#forgetAt = now + dayMs),
      () => {},
    );
  }
}

/** Of the classes of errors of PostgreSQL and SQLite those by which it is the data that cannot be stored. */
function isRefusal(error: unknown): boolean {
  return /^((22|23|54)[\dA-Z]{3}|SQLITE_(TOOBIG|CONSTRAINT|MISMATCH|RANGE).*)$/.test(String(propertyOf(error, 'code')));
}

function shown({ calls, inputTokens, outputTokens, cost }: ModelUse): string {
  return `${calls} calls, ${inputTokens} tokens in, ${outputTokens} out, cost ${cost}`;
}

function add(to: Map<string, CostEntry>, of: CostOf, use: ModelUse): void {
  const key = JSON.stringify([of.run, of.task, of.tenant, of.kind, of.model]);
  to.set(key, { ...of, use: addedUse(to.get(key)?.use ?? noUse, use) });
}
