/**
 * What one process has spent on models, added to the shared table at the end of each attempt that spent something: before its
 * result is reported, so that a worker which is killed afterwards takes nothing with it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../core/thrown.ts';
import {
  addedUse,
  budgetOf,
  noUse,
  periodStart,
  spentMessage,
  spentOf,
  type ModelUse,
  type TenantBudgets,
} from '../learned/tenant-budget.ts';
import type { CostEntry, CostOf, CostTable } from './table.ts';

export interface CostRecorderOptions {
  readonly table: CostTable;
  readonly budgets: TenantBudgets;
  /** Told once that the table is away, and once that it is there again. */
  readonly onMessage: (message: string) => void;
}

/** What others have spent is asked for again after so long. */
const freshMs = 2000;
/** No attempt is kept longer by a table that does not answer; what it spent is added with the next one's. */
const patienceMs = 2000;
/** Sums that wait for a table which is away; calls beyond are counted to runs and tasks as one. */
const mostPending = 10_000;
const mostTenants = 1000;
/** Longer than a namespace keeps a run, mostly; what tenants have spent stays. */
const keptMs = 90 * 86_400_000;

/** A tenant's use as it was read last, with what this process has spent since. */
interface KnownUse {
  readonly since: string;
  readonly readAt: number;
  use: ModelUse;
}

export class CostRecorder {
  readonly #options: CostRecorderOptions;
  #pending = new Map<string, CostEntry>();
  readonly #known = new Map<string, KnownUse>();
  #writing: Promise<void> | undefined;
  #isAway = false;
  #hasForgotten = false;

  constructor(options: CostRecorderOptions) {
    this.#options = options;
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

  /** Once all that was counted is in the table, or it does not answer. Never throws. */
  async written(): Promise<void> {
    const waited = new AbortController();
    await Promise.race([
      this.#write(),
      sleep(patienceMs, undefined, { ref: false, signal: waited.signal }).catch(() => {}),
    ]);
    waited.abort();
  }

  /** @returns what is spent, for people; undefined where the tenant may go on. @throws where the table cannot be read */
  async spent(tenant: string | undefined): Promise<string | undefined> {
    const budget = budgetOf(this.#options.budgets, tenant);
    if (!budget || tenant === undefined) return undefined;
    const now = Date.now();
    const spent = spentOf(budget, await this.#used(tenant, periodStart(budget, now)));
    return spent && spentMessage(tenant, spent, budget, now);
  }

  async #used(tenant: string, since: string): Promise<ModelUse> {
    const known = this.#known.get(tenant);
    if (known?.since === since && performance.now() - known.readAt < freshMs) return known.use;
    const read = { since, readAt: performance.now(), use: await this.#options.table.used(tenant, since) };
    if (this.#known.size >= mostTenants) this.#known.clear();
    this.#known.set(tenant, read);
    return read.use;
  }

  /** One write at a time, and what comes meanwhile with the next one. */
  async #write(): Promise<void> {
    while (this.#writing) await this.#writing;
    if (this.#pending.size === 0) return;
    this.#writing = this.#writeOnce().finally(() => (this.#writing = undefined));
    await this.#writing;
  }

  async #writeOnce(): Promise<void> {
    const entries = this.#pending;
    this.#pending = new Map();
    try {
      const { table } = this.#options;
      await table.add([...entries.values()], Date.now());
      if (!this.#hasForgotten) table.forgetRuns(Date.now() - keptMs).catch(() => {});
      this.#hasForgotten = true;
      if (this.#isAway) this.#options.onMessage('What models cost is written down again');
      this.#isAway = false;
    } catch (error) {
      for (const { use, ...of } of entries.values()) add(this.#pending, of, use);
      const why = messageOf(error);
      if (!this.#isAway)
        this.#options.onMessage(`What models cost cannot be written down; it is kept here until it can: ${why}`);
      this.#isAway = true;
    }
  }
}

function add(to: Map<string, CostEntry>, of: CostOf, use: ModelUse): void {
  const key = JSON.stringify([of.run, of.task, of.tenant, of.kind, of.model]);
  to.set(key, { ...of, use: addedUse(to.get(key)?.use ?? noUse, use) });
}
