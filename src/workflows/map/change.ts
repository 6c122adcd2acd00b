/** What a person or another agent may do to a map run that goes on: all of live control but cancelling one task. */
import type { Change } from '../../core/live/control.ts';
import { milliseconds } from '../../core/duration.ts';
import { InvalidOptionsError } from '../../core/errors.ts';
import { checkAtMost, checkCount, checkRatio } from '../../core/options.ts';
import type { MapRun } from './map-run.ts';

/** @throws {InvalidOptionsError} naming the field, when the change cannot be made */
export function checkMapChange({ state, complete }: MapRun, change: Change): void {
  if (state.stoppedBy) throw new InvalidOptionsError('name', `names a run that is over (${state.stoppedBy})`);
  switch (change.kind) {
    case 'settleNow':
      return;
    case 'extendDeadline':
      milliseconds(change.by, 'by');
      if (state.deadlineAt === undefined) throw new InvalidOptionsError('by', 'cannot extend: there is no deadline');
      return;
    case 'cancelTask':
      throw new InvalidOptionsError('id', 'cannot be cancelled alone in a map run, whose tasks travel many at a time');
    case 'addTasks':
      if (!Array.isArray(change.items) || change.items.length === 0)
        throw new InvalidOptionsError('items', 'must be a list that is not empty', change.items);
      return;
    case 'setConcurrency':
      return checkCount('concurrency', change.concurrency, 1);
    case 'setMinimum':
      return checkMinimum(change, complete ? state.tasks : undefined);
    default:
      throw new InvalidOptionsError('kind', 'names no change', (change as { kind?: unknown }).kind);
  }
}

function checkMinimum({ ratio, successes }: Extract<Change, { kind: 'setMinimum' }>, total: number | undefined): void {
  checkRatio('ratio', ratio);
  checkCount('successes', successes, 0);
  if (ratio === undefined && successes === undefined)
    throw new InvalidOptionsError('ratio', 'or `successes` must be given');
  if (total !== undefined) checkAtMost('successes', successes, total);
}

export function applyMapChange(run: MapRun, change: Change): void {
  checkMapChange(run, change);
  switch (change.kind) {
    case 'settleNow':
      return run.end('settleNow');
    case 'extendDeadline':
      return run.setDeadline((run.state.deadlineAt ?? 0) + milliseconds(change.by, 'by'));
    case 'addTasks':
      run.items.add(change.items);
      return run.launch();
    case 'setConcurrency':
      run.state.concurrency = change.concurrency;
      return run.launch();
    case 'setMinimum':
      run.state.minimum = { ratio: change.ratio, successes: change.successes };
      return run.judge();
  }
}
