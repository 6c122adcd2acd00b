/**
 * What live changes do to a fan-out that sees each of its tasks.
 * The surprising rule: what may be added is asked where a change comes from outside, in `checkAccepted`, and not again
 * where it is made, since a history is replayed with changes that were taken under the rules of their day.
 */
import type { ChangeTarget } from './change.ts';
import type { Change } from './control.ts';
import { InvalidOptionsError } from '../errors.ts';
import { costs, taskIds, type GatherOptions } from '../options.ts';
import type { Slot, Slots } from '../slots.ts';
import type { StopReason, StopRule } from '../stop.ts';

/** The part of a fan-out that changes act on. */
interface ChangingFanOut<I, T> {
  readonly slots: Slots<I, T>;
  readonly options: GatherOptions<I, T>;
  readonly stoppedBy: StopReason | undefined;
  readonly deadlineAt: number | undefined;
  readonly maxConcurrency: number;
  rule: StopRule;
  concurrency: number;
  end(reason: StopReason): void;
  launch(): void;
  judge(): void;
  setDeadline(deadlineAt: number): void;
  add(items: readonly I[], ids: readonly string[]): void;
  cancelTask(slot: Slot<I, T>): void;
}

export function fanOutChanges<I, T>(fanOut: ChangingFanOut<I, T>): ChangeTarget {
  const { stoppedBy, deadlineAt, rule, slots, options } = fanOut;
  return {
    noun: 'a fan-out',
    stoppedBy,
    deadlineAt,
    rule,
    total: slots.tally.total,
    end: (reason) => fanOut.end(reason),
    setDeadline: (at) => fanOut.setDeadline(at),
    setConcurrency(concurrency) {
      fanOut.concurrency = Math.min(concurrency, fanOut.maxConcurrency);
      fanOut.launch();
    },
    setMinimum(minimum) {
      fanOut.rule = { ...rule, minimum };
      fanOut.judge();
    },
    cancelling(id) {
      const slot = openSlot(slots, id);
      return () => fanOut.cancelTask(slot);
    },
    adding(given) {
      // The items came from outside as plain data; the caller of `addTasks` vouches for their type.
      const items = given as readonly I[];
      const ids = taskIds(items, options.id, 'items', {
        count: slots.all.length,
        has: (id) => slots.find(id) !== undefined,
      });
      costs(items, options.budget);
      return () => fanOut.add(items, ids);
    },
  };
}

function openSlot<I, T>(slots: Slots<I, T>, id: string): Slot<I, T> {
  const slot = slots.find(id);
  if (!slot) throw new InvalidOptionsError('id', 'names no task of this fan-out', id);
  if (slot.result) throw new InvalidOptionsError('id', 'names a task that has settled', id);
  return slot;
}

/** For a change from outside. @throws {InvalidOptionsError} where it adds what the fan-out does not accept */
export function checkAccepted<I, T>({ accepts }: GatherOptions<I, T>, change: Change): void {
  if (change.kind !== 'addTasks' || !Array.isArray(change.items)) return;
  if (!accepts) throw new InvalidOptionsError('items', 'cannot be added: this fan-out takes none from outside');
  change.items.forEach((item: unknown, index) => {
    if (!accepts(item, index)) throw new InvalidOptionsError(`items[${index}]`, 'is not what this fan-out accepts');
  });
}
