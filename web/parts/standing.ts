/** How a run stands, where several things are true of it at once: the one order of the list, the head and the report. */
import type { FanIn } from '../../src/core/fan-in.ts';
import type { PartialOutcome } from '../../src/core/outcome-memo.ts';
import type { PendingApproval } from '../../src/runs/kind.ts';
import type { RunStatus, RunSummary } from '../../src/runs/run-view.ts';
import type { Stuck } from '../../src/runs/run-stuck.ts';
import type { RowState } from '../run/rows.ts';

/** `partial`: it completed, and not every task succeeded; `asks`: it waits for a person. */
export type Standing = RunStatus | 'partial' | 'stuck' | 'asks' | RowState;

/** As a list has it, or whole. */
type Run = Pick<RunSummary, 'status' | 'waits' | 'partial'> & {
  readonly stuck?: Stuck;
  readonly approvals?: readonly PendingApproval[];
  readonly fanIn?: FanIn;
};

/** One that cannot go on hears nobody, whatever it waits for. */
export function standingOf(run: Run): Standing {
  if (run.stuck) return 'stuck';
  if (run.waits || run.approvals) return 'asks';
  return shortfallOf(run) ? 'partial' : run.status;
}

/** Undefined where it is not over, failed as a whole, or did all. */
export function shortfallOf({ status, partial, fanIn }: Run): PartialOutcome | undefined {
  if (status !== 'completed' || !fanIn) return partial;
  const { failureCount: failed, successCount } = fanIn;
  return failed > 0 ? { failed, total: successCount + failed } : undefined;
}
