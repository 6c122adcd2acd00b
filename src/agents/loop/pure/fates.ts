/** What became of the actions of a run, as far as whoever asked is told: what went wrong names machines and people. */
import type { ActionRecord } from './state.ts';

/** Calls that nobody decided on in time, nor later, where the same was asked for again. */
export function undecided(actions: readonly ActionRecord[]): readonly ActionRecord[] {
  return actions.filter(
    (action, at) => isExpired(action) && !actions.slice(at + 1).some((later) => isSame(action, later)),
  );
}

/** Asked for once more and not in vain; arguments in another order are taken for others, of which a person is rather told. */
function isSame(action: ActionRecord, later: ActionRecord): boolean {
  return (
    !isExpired(later) && later.tool === action.tool && JSON.stringify(later.input) === JSON.stringify(action.input)
  );
}

function isExpired({ state, by }: ActionRecord): boolean {
  return state === 'rejected' && by === undefined;
}

/** In words that are the same whatever went wrong: those of a tool's failure are for its record. */
export function fateOf(action: ActionRecord): string {
  if (isExpired(action)) return 'Nobody decided in time, so it was not done.';
  return fates[action.state];
}

const fates: Readonly<Record<ActionRecord['state'], string>> = {
  verified: 'It was done and read back.',
  rejected: 'A person decided against it, so it was not done.',
  failed: 'It failed, and a person looks at it.',
  unverified: 'It was begun, and a person looks at whether it was done.',
};
