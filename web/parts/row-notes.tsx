/** What is to be known of a run in a list beside how it stands. */
import type { RunSummary } from '../../src/runs/run-view.ts';
import type { Stuck } from '../../src/runs/run-stuck.ts';

export type ListedRun = RunSummary & { readonly stuck?: Stuck };

interface RowNotesProps {
  readonly run: ListedRun;
  /** Whether calls of its kind may wait for a person. */
  readonly mayAsk: boolean;
}

export function RowNotes({ run, mayAsk }: RowNotesProps) {
  const { status, stuck, unreadable, waits, waitingCalls } = run;
  const isUnknown = mayAsk && status === 'running' && !stuck && !waits && waitingCalls === undefined;
  return (
    <>
      {stuck && <span class="bad"> {stuck.message}</span>}
      {unreadable && <span class="bad"> {unreadable.message}</span>}
      {isUnknown && <span class="quiet"> whether it waits for a person is not known</span>}
    </>
  );
}
