/**
 * Under which row a cached result lies: the hash of whose it is, of what made it and of its key.
 * What a caller names and what the library makes of an input are of two kinds, so that no name that a
 * caller can think of is the row of a paid step.
 */
import { createHash } from 'node:crypto';

/** Whose a row is that was declared shared: of no form that a tenant's name has. */
export const everybody = { shared: true } as const;

/** What sets one row apart from every other. */
export interface CacheRow {
  readonly namespace: string;
  /** Whose run asks; null for a run of nobody in particular, which shares with others of its kind. */
  readonly tenant: string | null | typeof everybody;
  readonly activity: string;
  /** What the caller chose, or undefined where the row is that of the input. */
  readonly key: string | undefined;
  /** As it came, in JSON: the order of its fields is the one in which its caller wrote them. */
  readonly input: unknown;
}

/** 64 hexadecimal digits; two rows that differ in anything have two keys. */
export function rowKey({ namespace, tenant, activity, key, input }: CacheRow): string {
  const named = key === undefined ? ['content', sha256(JSON.stringify(input ?? null))] : ['key', key];
  return sha256(JSON.stringify([namespace, tenant, activity, ...named]));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
