/** The namespace that runs live in: how long it keeps them, by what they can be found, and how it is made so. */
import { msToTs } from '@temporalio/common/lib/time.js';
import { isGrpcServiceError, type Client, type Connection } from '@temporalio/client';
import proto from '../packages/temporal-proto.ts';
import { endAttributes, waitingAttribute } from '../core/end-attributes.ts';
import { sleepFor } from '../core/sleep.ts';
import { messageOf } from '../core/thrown.ts';
import { isNotFound } from '../store/executions.ts';
import { isUnreachable } from './unreachable.ts';

const { IndexedValueType: types } = proto.temporal.api.enums.v1;
const dayMs = 86_400_000;

/** What runs say of themselves from their start where the namespace has it; all are keywords. */
export const runAttributes = {
  kind: 'FanfoldKind',
  tenant: 'FanfoldTenant',
  limit: 'FanfoldLimit',
  redriveOf: 'FanfoldRedriveOf',
} as const;

/** The type of each attribute of runs. */
const attributes: Readonly<Record<string, 'Keyword' | 'Int' | 'Double' | 'Bool'>> = Object.fromEntries([
  [waitingAttribute.name, waitingAttribute.type] as const,
  ...Object.values(runAttributes).map((name) => [name, 'Keyword'] as const),
  ...Object.values(endAttributes).map(({ name, type }) => [name, type] as const),
]);
const wireTypes = {
  Keyword: types.INDEXED_VALUE_TYPE_KEYWORD,
  Int: types.INDEXED_VALUE_TYPE_INT,
  Double: types.INDEXED_VALUE_TYPE_DOUBLE,
  Bool: types.INDEXED_VALUE_TYPE_BOOL,
};

export interface NamespaceFacts {
  readonly namespace: string;
  /** How long a run that has ended is kept; its id may be started again after that. */
  readonly retentionMs: number;
  /** Whether runs take Updates, by which a person changes them; undefined where the server does not say. */
  readonly updates: boolean | undefined;
  /** Those by which runs can be found that it lacks; undefined where the server does not say which it has. */
  readonly lacks: readonly string[] | undefined;
}

/** @returns undefined where the server has no such namespace */
export async function namespaceFacts({ workflowService, options }: Client): Promise<NamespaceFacts | undefined> {
  const { namespace } = options;
  const described = await workflowService.describeNamespace({ namespace }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (!described) return undefined;
  const { seconds = 0 } = described.config?.workflowExecutionRetentionTtl ?? {};
  return {
    namespace,
    retentionMs: Number(seconds) * 1000,
    updates: described.namespaceInfo?.capabilities?.syncUpdate ?? undefined,
    lacks: await lackingAttributes(options.connection, namespace),
  };
}

/**
 * Those by which runs can be found that the namespace lacks; undefined where the server does not say.
 *
 * @throws where it does not answer: a run that is begun without them could not be found by them later
 */
export async function lackingAttributes(
  connection: unknown,
  namespace: string,
): Promise<readonly string[] | undefined> {
  try {
    const { customAttributes } = await operatorOf(connection).listSearchAttributes({ namespace });
    return Object.keys(attributes).filter((name) => customAttributes[name] === undefined);
  } catch (error) {
    if (isUnreachable(error)) throw error;
    return undefined;
  }
}

/** What was done, a line each, for people. */
export async function setUpNamespace(client: Client, retentionMs: number): Promise<string[]> {
  const { workflowService, options } = client;
  const { namespace } = options;
  const retention = msToTs(retentionMs);
  const done: string[] = [];
  const before = await namespaceFacts(client);
  if (!before) {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
    await untilUsable(client);
    done.push(`The namespace '${namespace}' was made; it keeps runs for ${days(retentionMs)}`);
  } else if (before.retentionMs < retentionMs) {
    await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
    done.push(`The namespace '${namespace}' keeps runs for ${days(retentionMs)} now, not ${days(before.retentionMs)}`);
  }
  const lacks = before?.lacks ?? Object.keys(attributes);
  if (lacks.length > 0) done.push(await addAttributes(client, lacks));
  return done.length > 0 ? done : [`The namespace '${namespace}' has all that it needs`];
}

async function addAttributes({ options }: Client, names: readonly string[]): Promise<string> {
  const { namespace, connection } = options;
  try {
    const searchAttributes = Object.fromEntries(names.map((name) => [name, wireTypes[attributes[name] ?? 'Keyword']]));
    await operatorOf(connection).addSearchAttributes({ namespace, searchAttributes });
    return `Runs can be found by ${names.join(', ')} from now on`;
  } catch (error) {
    if (isGrpcServiceError(error) && (error.code as number) === grpcAlreadyExists)
      return `Runs can be found by ${names.join(', ')}`;
    // Temporal Cloud takes them by its own API alone.
    return `The search attributes ${names.map((name) => `${name} (${attributes[name]})`).join(', ')} could not be added here (${messageOf(error)}); add them where the namespace is administered`;
  }
}

/** A namespace can be described before it can be used. */
async function untilUsable({ workflowService, options: { namespace } }: Client): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await workflowService.countWorkflowExecutions({ namespace });
      return;
    } catch (error) {
      if (!isNotFound(error) || attempt === 100) throw error;
      await sleepFor(200);
    }
  }
}

/** @example days(86_400_000) // '1 day' */
export function days(milliseconds: number): string {
  const count = Math.round((milliseconds / dayMs) * 10) / 10;
  return `${count} ${count === 1 ? 'day' : 'days'}`;
}

const grpcAlreadyExists = 6;

/** A connection of a client has it; that of a worker has no more than what a worker needs. */
function operatorOf(connection: unknown): Connection['operatorService'] {
  return (connection as Connection).operatorService;
}
