/** The one error of the client, the service and the commands; `type` is for programs, the message for people. */
/**
 *
 * @example const isGone = (type: FanfoldErrorType) => type === 'RunNotFound' || type === 'ResultsLost';
 */
export type FanfoldErrorType =
  | 'RunNotFound'
  | 'RunOpen'
  | 'RunClosed'
  | 'InvalidInput'
  | 'InvalidOptionsError'
  | 'Refused'
  /** The id is that of a run of another kind, or with another input. */
  | 'RunConflict'
  /** This process has another store than the one that what it needs lies in. */
  | 'StoreNotShared'
  /** What this process reads was written through other payload codecs than it has. */
  | 'CodecMismatch'
  /** What was there is missing or damaged. */
  | 'ResultsLost'
  /** The run cannot go on as things are: its workflow task fails each time. */
  | 'RunStuck'
  /** A run that was waited for did not complete. */
  | 'RunFailed'
  /** The tenant's budget of the day or month leaves nothing for another run. */
  | 'TenantBudgetSpent'
  /** A package that only this feature needs is not installed. */
  | 'MissingPackage'
  | 'Unreachable';

/**
 * What the client, the service and the commands throw.
 *
 * @example try { await client.get(runId); } catch (error) { if (error instanceof FanfoldError && error.type === 'RunNotFound') return; throw error; }
 */
export class FanfoldError extends Error {
  override readonly name = 'FanfoldError';
  readonly type: FanfoldErrorType;
  /** The option or input field at fault, where there is one. */
  readonly field: string | undefined;

  constructor(type: FanfoldErrorType, message: string, field?: string) {
    super(message);
    this.type = type;
    this.field = field;
  }
}

/** The error itself or the first of its causes that is of fanfold, where the SDK has wrapped one. */
export function fanfoldErrorIn(error: unknown): FanfoldError | undefined {
  let found = error;
  for (let depth = 0; depth < 20 && found instanceof Error; depth++) {
    if (found instanceof FanfoldError) return found;
    found = found.cause;
  }
  return undefined;
}
