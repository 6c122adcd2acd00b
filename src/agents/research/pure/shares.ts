/** One deadline for the whole, shared among the levels of questions; what a level leaves unused goes to the next. */

/** Kept back for the answer. */
const forTheAnswer = 0.25;
/** Of a level's share, what may pass before its searches are over; the rest is for reading what they found. */
const forSearches = 0.6;

export interface Share {
  /** When the level's searches are to be over, in ms since the epoch. */
  readonly searchedBy: number;
  /** When the level is to be over. */
  readonly doneBy: number;
}

/** @param levelsLeft the level itself included */
export function shareOf(now: number, startedAt: number, deadlineMs: number, levelsLeft: number): Share {
  const lastLevelEnds = startedAt + deadlineMs * (1 - forTheAnswer);
  const share = Math.max(0, lastLevelEnds - now) / Math.max(1, levelsLeft);
  return { searchedBy: now + share * forSearches, doneBy: now + share };
}
