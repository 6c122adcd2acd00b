/** What a run notes of its own end, so that a list that reads no results tells a partial success from a full one. */

/** Under which name a run's memo says how many of its tasks have no result, though it completed. */
export const partialMemo = 'fanfold.partial';

/**
 * Of a run that completed though some of its tasks have no result.
 *
 * @example const line = ({ failed, total }: PartialOutcome) => `${failed} of ${total} failed`;
 */
export interface PartialOutcome {
  readonly failed: number;
  readonly total: number;
}

/** Undefined where a memo says nothing of it. */
export function partialOf(noted: unknown): PartialOutcome | undefined {
  const { failed, total } = (noted ?? {}) as Partial<PartialOutcome>;
  return typeof failed === 'number' && typeof total === 'number' ? { failed, total } : undefined;
}
