/** Lines that together may be one of the other side, and which of such choices are sure. */
import type { BoardItem } from './board.ts';
import { repeats } from './rivals.ts';

export interface Choice {
  readonly parts: readonly BoardItem[];
  readonly target: BoardItem;
}

/** Of two choices that have a line in common, neither is sure; but of those whose targets only repeat each other the first is. */
export function sureOf(choices: readonly Choice[], repeatDays: number): Choice[] {
  const itemsOf = ({ parts, target }: Choice): BoardItem[] => [...parts, target];
  const ofItem = new Map<BoardItem, Choice[]>();
  for (const choice of choices) {
    for (const item of itemsOf(choice)) {
      const known = ofItem.get(item);
      if (known) known.push(choice);
      else ofItem.set(item, [choice]);
    }
  }
  const kept = new Set<Choice>();
  for (const choice of choices) {
    const rivals = new Set(itemsOf(choice).flatMap((item) => ofItem.get(item) ?? []));
    const isSure = [...rivals].every((rival) => rival === choice || isSameAgain(rival, choice, repeatDays));
    if (isSure && ![...rivals].some((rival) => kept.has(rival))) kept.add(choice);
  }
  return [...kept];
}

/** The same lines for a target that is the other one once more. */
function isSameAgain(a: Choice, b: Choice, days: number): boolean {
  if (a.target === b.target || a.parts.length !== b.parts.length || !repeats(a.target, b.target, days)) return false;
  const parts = new Set(a.parts);
  return b.parts.every((part) => parts.has(part));
}
