/** The one switch over live changes: each is checked in full before anything of it is made. */
import type { Change } from './control.ts';
import { milliseconds } from '../duration.ts';
import { InvalidOptionsError } from '../errors.ts';
import { checkNames } from '../option-names.ts';
import { checkAtMost, checkCount, checkFirst, checkRatio } from '../options.ts';
import type { Minimum, StopReason, StopRule } from '../stop.ts';

/** What changes act on: a fan-out, or a run that never sees its tasks. */
export interface ChangeTarget {
  /** What it is called where it is over. */
  readonly noun: 'a fan-out' | 'a run';
  readonly stoppedBy: StopReason | undefined;
  readonly deadlineAt: number | undefined;
  readonly rule: StopRule;
  /** How many tasks it has; undefined while nobody knows. */
  readonly total: number | undefined;
  end(reason: StopReason): void;
  setDeadline(deadlineAt: number): void;
  setConcurrency(concurrency: number): void;
  setMinimum(minimum: Minimum): void;
  /** The answer cancels the task. @throws {InvalidOptionsError} where it cannot be cancelled */
  cancelling(id: string): () => void;
  /** The answer adds the tasks. @throws {InvalidOptionsError} where they cannot be added */
  adding(items: readonly unknown[]): () => void;
}

/** Checks a change; the answer makes it. @throws {InvalidOptionsError} naming the field, when it cannot be made */
export function prepareChange(target: ChangeTarget, change: Change): () => void {
  const { stoppedBy, deadlineAt } = target;
  if (stoppedBy) throw new InvalidOptionsError('name', `names ${target.noun} that is over (${stoppedBy})`);
  switch (change.kind) {
    case 'settleNow':
      return () => target.end('settleNow');
    case 'extendDeadline': {
      const by = milliseconds(change.by, 'by');
      if (deadlineAt === undefined) throw new InvalidOptionsError('by', 'cannot extend: there is no deadline');
      return () => target.setDeadline(deadlineAt + by);
    }
    case 'cancelTask':
      return target.cancelling(change.id);
    case 'addTasks':
      if (!Array.isArray(change.items) || change.items.length === 0)
        throw new InvalidOptionsError('items', 'must be a list that is not empty', change.items);
      return target.adding(change.items);
    case 'setConcurrency':
      checkCount('concurrency', change.concurrency, 1);
      return () => target.setConcurrency(change.concurrency);
    case 'setMinimum': {
      const { kind: _kind, ...asked } = change;
      checkNames(asked, ['ratio', 'successes'], 'a minimum');
      const minimum = checkedMinimum(target, asked.ratio, asked.successes);
      return () => target.setMinimum(minimum);
    }
    default:
      // Changes come from outside as plain data.
      throw new InvalidOptionsError('kind', 'names no change', (change as { kind?: unknown }).kind);
  }
}

function checkedMinimum(
  { rule, total }: ChangeTarget,
  ratio: number | undefined,
  successes: number | undefined,
): Minimum {
  const minimum = { ratio, successes };
  checkRatio('ratio', ratio);
  checkCount('successes', successes, 0);
  if (ratio === undefined && successes === undefined)
    throw new InvalidOptionsError('ratio', 'or `successes` must be given');
  if (total === undefined) return minimum;
  checkAtMost('successes', successes, total);
  checkFirst({ ...rule, minimum }, total, successes === undefined ? 'ratio' : 'successes');
  return minimum;
}
