/** What live changes do to a map run: all of live control but cancelling one task. */
import type { ChangeTarget } from '../../core/live/change.ts';
import { InvalidOptionsError } from '../../core/errors.ts';
import type { StopReason, StopRule } from '../../core/stop.ts';
import type { MapState } from './state.ts';

/** A map run, as far as changes to it go. */
export interface ChangeableRun {
  readonly state: MapState;
  readonly rule: StopRule;
  /** Whether all items have been counted. */
  readonly complete: boolean;
  readonly items: { add(items: readonly unknown[]): void };
  end(reason: StopReason): void;
  setDeadline(at: number): void;
  launch(): void;
  judge(): void;
}

export function mapRunChanges(run: ChangeableRun): ChangeTarget {
  const { state, rule, complete } = run;
  return {
    noun: 'a run',
    stoppedBy: state.stoppedBy,
    deadlineAt: state.deadlineAt,
    rule,
    total: complete ? state.tasks : undefined,
    end: (reason) => run.end(reason),
    setDeadline: (at) => run.setDeadline(at),
    setConcurrency(concurrency) {
      state.concurrency = concurrency;
      run.launch();
    },
    setMinimum(minimum) {
      state.minimum = minimum;
      run.judge();
    },
    cancelling() {
      throw new InvalidOptionsError('id', 'cannot be cancelled alone in a map run, whose tasks travel many at a time');
    },
    adding: (items) => () => {
      run.items.add(items);
      run.launch();
    },
  };
}
