/**
 * Limits as people and programs see them: what the processes have written down, and what the server knows of the queues.
 * Without the database of the workers only the server's part can be shown; one that cannot be read is an error, as no limit
 * is then known to be served by nobody.
 */
import { given } from '../core/given.ts';
import type { Client } from '@temporalio/client';
import { mayBeShared, poolsOf } from './cluster.ts';
import { readQueue } from './queue.ts';
import { alive, heldTokens, isConfigured, type Pool } from './learned/pool.ts';
import { allowed } from './learned/limit.ts';
import { boundsOf, limitQueue, startNumberOf, type LimitSettings } from './learned/settings.ts';
import { refilled } from './learned/token-bucket.ts';
import { readConfig } from '../config.ts';
import type { Limits } from './learned/settings.ts';
import { readSettings } from '../settings.ts';
import { limitTable, type LimitTable } from './table.ts';

/**
 * Plain JSON.
 *
 * @example const full = (await client.limits()).filter(({ queued }: LimitView) => queued > 0);
 */
export interface LimitView {
  readonly name: string;
  readonly settings: LimitSettings;
  /** Calls in flight, over all processes. */
  readonly inFlight: number;
  /** Tasks that wait in the queue; those that were refused and wait for their next try are not among them. */
  readonly queued: number;
  /** How many calls may be in flight at the moment. */
  readonly concurrency: number;
  /** Calls a second at the moment; absent while nothing limits them. */
  readonly perSecond?: number;
  /** How many calls were refused for lack of room, ever. */
  readonly throttled: number;
  readonly succeeded: number;
  /** Worker processes that serve it. */
  readonly processes: number;
  /** The other side asked to wait until then, in milliseconds since the Unix epoch. */
  readonly pausedUntil?: number;
  /** Tokens that are left at the moment; below zero they are owed. */
  readonly tokensLeft?: number;
}

/** By namespace. */
const tables = new Map<string, LimitTable>();

/**
 * The limits of `fanfold.config.ts`, those that workers serve, and those with which nobody is configured any more and at which
 * something waits; all share the database that the environment names.
 *
 * @throws {LimitsUnreadableError} where that database cannot be read
 */
export async function clusterLimits(client: Client, taskQueue: string): Promise<LimitView[]> {
  const { limits } = await readSettings();
  const pools = await sharedPools(client, taskQueue).catch(unreadable);
  const found = [...pools].map(([name, { settings = {} }]) => [name, settings] as const);
  const all = { ...Object.fromEntries(found), ...limits };
  const views = Object.keys(all).length === 0 ? [] : await readLimits(client, taskQueue, all, sharedTable(client));
  const isMeant = (name: string): boolean => name in limits || isConfigured(pools.get(name)!, Date.now());
  return views.filter(({ name, queued, processes }) => queued > 0 || processes > 0 || isMeant(name));
}

/** The database that processes share their limits in cannot be read. */
export class LimitsUnreadableError extends Error {
  override readonly name = 'LimitsUnreadable';
}

function unreadable(error: unknown): never {
  const where = process.env['DATABASE_URL'] === undefined ? `limits.db in ${readConfig().home}` : 'DATABASE_URL';
  const why = error instanceof Error ? error.message : String(error);
  throw new LimitsUnreadableError(`The database of limits (${where}) cannot be read: ${why}`);
}

function sharedTable({ options: { namespace } }: Client): LimitTable {
  const table = tables.get(namespace) ?? limitTable(readConfig().home, process.env['DATABASE_URL'], namespace);
  tables.set(namespace, table);
  return table;
}

/** @throws where the database cannot be read */
async function sharedPools(client: Client, taskQueue: string): Promise<ReadonlyMap<string, Pool>> {
  if (!mayBeShared(readConfig().home, process.env['DATABASE_URL'])()) return new Map();
  return poolsOf(sharedTable(client), taskQueue);
}

/**
 * Whether a process that lives serves the limit of this queue; undefined where only the server can say, as processes
 * share no database.
 */
export async function isLimitServed(client: Client, queue: string): Promise<boolean | undefined> {
  if (process.env['DATABASE_URL'] === undefined) return undefined;
  const pool = await sharedTable(client)
    .read(queue)
    .catch(() => undefined);
  return pool && Object.keys(alive(pool.members, Date.now())).length > 0;
}

/** Whether the row says who serves the limit, wherever that is. */
function isKnownToAll(pool: Pool | undefined): boolean {
  return pool !== undefined && process.env['DATABASE_URL'] !== undefined;
}

export function readLimits(
  client: Client,
  taskQueue: string,
  limits: Limits,
  shared: Pick<LimitTable, 'read'>,
): Promise<LimitView[]> {
  const viewOf = async ([name, own]: [string, LimitSettings]): Promise<LimitView> => {
    const queue = limitQueue(taskQueue, name);
    const [pool, { queued, perSecond, processes: asking }] = await Promise.all([
      shared.read(queue).catch(unreadable),
      readQueue(client.workflowService, client.options.namespace, queue),
    ]);
    const settings = pool?.settings ?? own;
    const view = poolView(pool, settings);
    const processes = view.processes === 0 && !isKnownToAll(pool) ? asking : view.processes;
    return { name, settings, queued, ...given({ perSecond }), ...view, processes };
  };
  return Promise.all(Object.entries(limits).map(viewOf));
}

function poolView(pool: Pool | undefined, settings: LimitSettings): Omit<LimitView, 'name' | 'settings' | 'queued'> {
  if (!pool) {
    const concurrency = Math.min(startNumberOf(settings), boundsOf(settings).maximum);
    return { inFlight: 0, concurrency, throttled: 0, succeeded: 0, processes: 0 };
  }
  const now = Date.now();
  const members = Object.values(alive(pool.members, now));
  const { perSecond, pausedUntil } = pool.rate;
  const held = heldTokens(pool, now);
  return {
    inFlight: members.reduce((sum, { running }) => sum + running, 0),
    concurrency: allowed(pool.limit),
    ...given({ perSecond }),
    ...pool.counts,
    processes: members.length,
    ...(pausedUntil > now ? { pausedUntil } : {}),
    ...(settings.tokensPerMinute === undefined
      ? {}
      : { tokensLeft: Math.round(refilled(pool.tokens, settings, now, held).level + held) }),
  };
}
