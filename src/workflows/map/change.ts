/** What live changes do to a map run: all of live control but cancelling one task. */
import type { ChangeTarget } from '../../core/live/change.ts';
import { InvalidOptionsError } from '../../core/errors.ts';
import type { MapRun } from './map-run.ts';

export function changesOf(run: MapRun): ChangeTarget {
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
