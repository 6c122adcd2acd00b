/** The limits of the cluster as a client tells of them: a database that cannot be read is an error with a type. */
import type { Client } from '@temporalio/client';
import { FanfoldError } from '../errors.ts';
import { clusterLimits, LimitsUnreadableError, type LimitView } from '../limits/view.ts';

export type { LimitView };

/** @throws {FanfoldError} of type `Unreachable` */
export async function limitsOf(client: Client, taskQueue: string): Promise<LimitView[]> {
  try {
    return await clusterLimits(client, taskQueue);
  } catch (error) {
    throw error instanceof LimitsUnreadableError ? new FanfoldError('Unreachable', error.message) : error;
  }
}
