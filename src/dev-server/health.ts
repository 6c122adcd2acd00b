/** Asks a Temporal server how it is. A namespace can be described before it can be used, so making one waits for the second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { isListening } from './ports.ts';

const grpcNotFound = 5;
const grpcAlreadyExists = 6;
const namespacePollMs = 200;
const namespaceAttempts = 100;
/** How long a run that has ended can be read, done again and told from another of its id. */
const retention = msToTs('30 days');

/** Whether a Temporal server is there and knows the namespace. */
export async function isAnswering(address: string, namespace: string, timeoutMs = 2000): Promise<boolean> {
  // gRPC retries a refused connection once a second; asking the port first shows in a moment that nobody is there yet.
  if (!(await isListening(address, timeoutMs))) return false;
  const connection = Connection.lazy({ address, connectTimeout: timeoutMs });
  try {
    await connection.withDeadline(Date.now() + timeoutMs, () =>
      connection.workflowService.describeNamespace({ namespace }),
    );
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}

/** Makes the namespace if it is new. Resolves when a workflow can be started in it, a moment after it is registered. */
export async function ensureNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    for (let attempt = 1; !(await isUsable(connection, namespace)); attempt += 1) {
      if (attempt === namespaceAttempts)
        throw new Error(`Namespace ${namespace} of ${address} is registered but not usable.`);
      if (attempt === 1) await register(connection, namespace);
      await sleep(namespacePollMs);
    }
  } finally {
    await connection.close();
  }
}

async function isUsable({ workflowService }: Connection, namespace: string): Promise<boolean> {
  try {
    await workflowService.countWorkflowExecutions({ namespace });
    return true;
  } catch (error) {
    if (grpcCode(error) === grpcNotFound) return false;
    throw error;
  }
}

/** A development server keeps runs of its first namespace for a day alone. Whoever has it keep them longer is not overruled. */
export async function keepRuns(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const { workflowService } = connection;
    const { config } = await workflowService.describeNamespace({ namespace });
    if (Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) >= Number(retention.seconds)) return;
    await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } });
  } finally {
    await connection.close();
  }
}

async function register({ workflowService }: Connection, namespace: string): Promise<void> {
  try {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
  } catch (error) {
    if (grpcCode(error) !== grpcAlreadyExists) throw error;
  }
}

function grpcCode(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}
