/** What a run can be found by: written where its namespace has the attributes, which `fanfold namespace setup` adds. */
import { defineSearchAttributeKey, TypedSearchAttributes, type SearchAttributePair } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { endAttributes, waitingAttribute } from '../core/end-attributes.ts';
import type { RunContext } from '../core/run.ts';
import type { Kind } from './kind.ts';
import { lackingAttributes, runAttributes } from './namespace.ts';

/** So long nobody asks again what a namespace has. */
const knownMs = 10 * 60_000;

const known = new WeakMap<object, { readonly until: number; readonly lacks: ReturnType<typeof lackingAttributes> }>();

/** Longer keywords the server may refuse. */
const longestKeyword = 255;

/** @returns undefined where the namespace has none of them, or the server does not say which it has */
export async function searchableBy(
  client: Client,
  kind: Pick<Kind, 'name' | 'words' | 'pending'>,
  { options = {}, redriveOf }: RunContext,
): Promise<TypedSearchAttributes | undefined> {
  const lacks = await lacksOf(client);
  if (lacks === undefined) return undefined;
  const { tenant, limit } = options;
  const pairs: SearchAttributePair[] = Object.entries({ kind: kind.name, tenant, limit, redriveOf }).flatMap(
    ([of, value]): SearchAttributePair[] => {
      const name = runAttributes[of as keyof typeof runAttributes];
      if (typeof value !== 'string' || value.length > longestKeyword || lacks.includes(name)) return [];
      return [{ key: defineSearchAttributeKey(name, 'KEYWORD'), value }];
    },
  );
  if (canWait(kind) && !lacks.includes(waitingAttribute.name))
    pairs.push({ key: defineSearchAttributeKey(waitingAttribute.name, 'BOOL'), value: false });
  return pairs.length === 0 ? undefined : new TypedSearchAttributes(pairs);
}

/** Whether runs can write how they ended; undefined where not. */
export async function canNoteEnd(client: Client): Promise<true | undefined> {
  const lacks = await lacksOf(client);
  const has = lacks !== undefined && Object.values(endAttributes).every(({ name }) => !lacks.includes(name));
  return has ? true : undefined;
}

/** Whether runs of a kind may come to wait for a person. */
export function canWait({ words, pending }: Pick<Kind, 'words' | 'pending'>): boolean {
  return words !== undefined || pending !== undefined;
}

/** Whether runs of this namespace can be found by the attribute of this name; false where the server does not say. */
export async function canSearchBy(client: Client, name: string): Promise<boolean> {
  return (await lacksOf(client))?.includes(name) === false;
}

function lacksOf({ options: { connection, namespace } }: Client): ReturnType<typeof lackingAttributes> {
  if (connection === undefined) return Promise.resolve(undefined);
  const before = known.get(connection);
  if (before && Date.now() < before.until) return before.lacks;
  const lacks = lackingAttributes(connection, namespace);
  known.set(connection, { until: Date.now() + knownMs, lacks });
  lacks.catch(() => known.delete(connection));
  return lacks;
}
