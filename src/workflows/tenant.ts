/**
 * Whose run a workflow is, from what the server keeps of it.
 * A child has no memo of its own, so it is of whom its parent's share is; never of nobody, whose results
 * everybody would find.
 */
import { workflowInfo } from '@temporalio/workflow';
import { tenantMemo, tenantOfKey } from '../core/tenant.ts';
import type { RunOptions } from '../core/run-options.ts';

/** Empty where the run is nobody's in particular. @param options the run's own, where it has some */
export function tenantOfRun({ tenant }: RunOptions = {}): { readonly tenant?: string } {
  const { memo, parent, priority } = workflowInfo();
  const found = tenant ?? memo?.[tenantMemo] ?? (parent ? tenantOfKey(priority?.fairnessKey) : undefined);
  return typeof found === 'string' && found !== '' ? { tenant: found } : {};
}
