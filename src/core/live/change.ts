/**
 * Live changes to a running fan-out; each is checked in full before anything of it is made.
 * The surprising rule: what may be added is asked where a change comes from outside, in `checkChange`, and not again
 * where it is made, since a history is replayed with changes that were taken under the rules of their day.
 */
import type { Change } from './control.ts';
import { milliseconds } from '../duration.ts';
import { InvalidOptionsError } from '../errors.ts';
import type { GatherOptions, Plan } from '../options.ts';
import { checkAtMost, checkCount, checkFirst, checkId, checkRatio, costs } from '../options.ts';
import type { Slot, Slots } from '../slots.ts';
import type { StopReason, StopRule } from '../stop.ts';

/** The part of a fan-out that changes act on. */
export interface Changeable<I, T> {
  readonly slots: Slots<I, T>;
  readonly options: GatherOptions<I, T>;
  readonly plan: Plan;
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

/** For a change from outside. @throws {InvalidOptionsError} naming the field, when it cannot be made */
export function checkChange<I, T>(target: Changeable<I, T>, change: Change): void {
  checkOpen(target);
  if (change.kind === 'addTasks') checkAccepted(target.options, change.items);
  checkPossible(target, change);
}

function checkOpen<I, T>({ stoppedBy }: Changeable<I, T>): void {
  if (stoppedBy) throw new InvalidOptionsError('name', `names a fan-out that is over (${stoppedBy})`);
}

function checkPossible<I, T>(target: Changeable<I, T>, change: Change): void {
  checkOpen(target);
  switch (change.kind) {
    case 'settleNow':
      return;
    case 'extendDeadline':
      milliseconds(change.by, 'by');
      if (target.deadlineAt === undefined) throw new InvalidOptionsError('by', 'cannot extend: there is no deadline');
      return;
    case 'cancelTask':
      openSlot(target, change.id);
      return;
    case 'addTasks':
      newIds(target, change.items);
      costs(change.items as readonly I[], target.options.budget);
      return;
    case 'setConcurrency':
      return checkCount('concurrency', change.concurrency, 1);
    case 'setMinimum':
      return checkMinimum(target, change.ratio, change.successes);
    default:
      // Changes come from outside as plain data.
      throw new InvalidOptionsError('kind', 'names no change', (change as { kind?: unknown }).kind);
  }
}

/**
 * Makes a change that is the program's own, or that {@link checkChange} let through.
 *
 * @throws {InvalidOptionsError} where it cannot be made, and then nothing is changed
 */
export function applyChange<I, T>(target: Changeable<I, T>, change: Change): void {
  checkPossible(target, change);
  switch (change.kind) {
    case 'settleNow':
      return target.end('settleNow');
    case 'extendDeadline':
      return target.setDeadline((target.deadlineAt ?? 0) + milliseconds(change.by, 'by'));
    case 'cancelTask':
      return target.cancelTask(openSlot(target, change.id));
    case 'addTasks':
      // The items came from outside as plain data; the caller of `addTasks` vouches for their type.
      return target.add(change.items as readonly I[], newIds(target, change.items));
    case 'setConcurrency':
      target.concurrency = Math.min(change.concurrency, target.maxConcurrency);
      return target.launch();
    case 'setMinimum':
      target.rule = { ...target.rule, minimum: { ratio: change.ratio, successes: change.successes } };
      return target.judge();
  }
}

function checkAccepted<I, T>({ accepts }: GatherOptions<I, T>, items: unknown): void {
  checkItems(items);
  if (!accepts) throw new InvalidOptionsError('items', 'cannot be added: this fan-out takes none from outside');
  items.forEach((item: unknown, index) => {
    if (!accepts(item, index)) throw new InvalidOptionsError(`items[${index}]`, 'is not what this fan-out accepts');
  });
}

function checkItems(items: unknown): asserts items is unknown[] {
  if (Array.isArray(items) && items.length > 0) return;
  throw new InvalidOptionsError('items', 'must be a list that is not empty', items);
}

function openSlot<I, T>({ slots }: Changeable<I, T>, id: string): Slot<I, T> {
  const slot = slots.find(id);
  if (!slot) throw new InvalidOptionsError('id', 'names no task of this fan-out', id);
  if (slot.result) throw new InvalidOptionsError('id', 'names a task that has settled', id);
  return slot;
}

function newIds<I, T>({ slots, options }: Changeable<I, T>, items: unknown): string[] {
  checkItems(items);
  const seen = new Set<string>();
  return (items as I[]).map((item, offset) => {
    const index = slots.all.length + offset;
    const id: unknown = options.id ? options.id(item, index) : String(index);
    checkId('items', id, index);
    if (slots.find(id) || seen.has(id)) throw new InvalidOptionsError('items', `must bring new ids: '${id}' is taken`);
    seen.add(id);
    return id;
  });
}

function checkMinimum<I, T>(
  { slots, rule }: Changeable<I, T>,
  ratio: number | undefined,
  successes: number | undefined,
): void {
  checkRatio('ratio', ratio);
  checkCount('successes', successes, 0);
  if (ratio === undefined && successes === undefined)
    throw new InvalidOptionsError('ratio', 'or `successes` must be given');
  checkAtMost('successes', successes, slots.tally.total);
  checkFirst(
    { ...rule, minimum: { ratio, successes } },
    slots.tally.total,
    successes === undefined ? 'ratio' : 'successes',
  );
}
