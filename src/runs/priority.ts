/**
 * Who goes first where runs wait for the same thing: Temporal's priorities and fairness keys, as a run says them.
 * A run that names no tenant is its own, so that a large run does not starve a small one.
 */
import { given } from '../core/given.ts';
import { createHash } from 'node:crypto';
import type { Priority } from '@temporalio/common';
import { InvalidOptionsError } from '../core/errors.ts';
import type { RunOptions } from '../core/run-options.ts';
import { ownKey } from '../core/tenant.ts';

/** What the server takes for a key. */
const maxKeyBytes = 64;

/** @throws {InvalidOptionsError} naming the option that cannot be meant */
export function checkPriority({ priority, tenant, tenantWeight }: RunOptions): void {
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 1 && priority <= 5))
    throw new InvalidOptionsError('priority', 'must be a whole number from 1, which goes first, to 5', priority);
  if (tenant !== undefined) checkTenant(tenant);
  if (tenantWeight !== undefined && !(tenantWeight >= 0.001 && tenantWeight <= 1000))
    throw new InvalidOptionsError('tenantWeight', 'must be from 0.001 to 1000', tenantWeight);
}

function checkTenant(tenant: string): void {
  if (tenant === '' || Buffer.byteLength(tenant) > maxKeyBytes)
    throw new InvalidOptionsError('tenant', `must be a text of at most ${maxKeyBytes} bytes`, tenant);
  if (tenant.startsWith(ownKey))
    throw new InvalidOptionsError('tenant', `must not begin with '${ownKey}', as keys of runs without one do`, tenant);
}

export function priorityOf({ priority, tenant, tenantWeight }: RunOptions, runId: string): Priority {
  return {
    fairnessKey: tenant ?? keyOf(runId),
    ...given({ priorityKey: priority, fairnessWeight: tenantWeight }),
  };
}

function keyOf(runId: string): string {
  const key = `${ownKey}${runId}`;
  if (Buffer.byteLength(key) <= maxKeyBytes) return key;
  return `${ownKey}${createHash('sha256').update(runId).digest('hex')}`.slice(0, maxKeyBytes);
}
