/** What support says of the end of a run, beside its answer: why a person takes over, and what can be done. */
import { given } from '../../../index.ts';
import type { AgentState } from '../../loop/pure/state.ts';
import type { Row } from '../../loop/pure/conversation.ts';
import { money, openDuplicates } from './facts.ts';
import type { Intent } from './types.ts';

/** What of a run it is read from. */
interface Ended extends Pick<AgentState, 'intent' | 'actions'> {
  readonly rows: readonly Row[];
}

/** Why a person takes over from the template. */
export function gapOf(known: Ended): string | undefined {
  const { topics, orderId } = known.intent as Intent;
  if (topics.includes('other')) return 'the rules did not understand all that was asked';
  return known.rows.length === 0 && orderId === null ? 'nothing on record answers it' : undefined;
}

/** What can be done about a second charge. */
export function nextOf({ rows, actions }: Ended): string | undefined {
  const [open] = openDuplicates(rows);
  if (!open) return undefined;
  if (actions.some(({ state, by }) => state === 'rejected' && by !== undefined))
    return 'None: a person decided against the refund.';
  const { id, amountCents, currency } = open.second;
  return `The second charge, payment ${id} of ${money(amountCents, currency)}, can be given back: ask for a refund, and a person approves it.`;
}

/** A run whose last turn a worker of before has made, which said nothing of the end: that was said here. */
export function closed(state: AgentState): AgentState {
  if (state.closing || state.intent === null) return state;
  const known = { ...state, rows: Object.values(state.rows) };
  return { ...state, closing: { gap: gapOf(known) ?? null, ...given({ next: nextOf(known) }) } };
}
