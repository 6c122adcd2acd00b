/**
 * What becomes of the tasks that a unit left open: it knew the rule as it was when it began, and only the run knows it as it is.
 * What is left open while the run goes on must run, or a run in which every task is said to have settled has some that never began.
 */
import { patched } from '@temporalio/workflow';
import type { UnitInput, UnitReport } from '../../core/map/types.ts';

export interface UnitEnd {
  readonly report: Pick<UnitReport, 'cut' | 'endedBy'>;
  readonly input: Pick<UnitInput, 'deadlineAt'>;
  /** Of the run, by now. */
  readonly deadlineAt: number | undefined;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Whether the run is over, or with this report will be. */
  readonly isDecided: boolean;
}

/** `again`: another unit goes on with them, and counts what this one has. `deadline`: that of the run has passed. */
export type OpenTasks = 'again' | 'deadline' | 'counted';

export function afterUnit({ report, input, deadlineAt, now, isDecided }: UnitEnd): OpenTasks {
  const { cut, endedBy } = report;
  // A worker of an earlier version does not say what ended it.
  if (cut === 0 || (endedBy !== undefined && isDecided)) return 'counted';
  const { deadlineAt: known = Infinity } = input;
  // Another machine's clock may be ahead of the run's.
  const isDeadline = endedBy === undefined ? known <= now : endedBy === 'deadline';
  if (!isDeadline) return endedBy === 'rule' ? 'again' : 'counted';
  if (deadlineAt === known) return 'deadline';
  return (deadlineAt ?? 0) > known ? 'again' : 'counted';
}

/**
 * How the units end that run when one says that the tenant's budget is spent; undefined where none says so. Asked before the
 * rule is, as tasks that were refused are failures, by which the run would end too.
 */
export function afterSpent({ tenantSpent }: UnitReport): 'byThemselves' | 'cancelled' | undefined {
  if (tenantSpent !== true || !patched('fanfold: a spent tenant ends a map run')) return undefined;
  return patched('fanfold: units of a spent tenant end by themselves') ? 'byThemselves' : 'cancelled';
}
