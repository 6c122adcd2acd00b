/** What a call in a pack threw, as plain JSON: enough to throw the same where the call was made. */

export interface CallFailure {
  /** How Temporal would have brought it. */
  readonly kind: 'application' | 'timeout' | 'cancelled';
  readonly type: string;
  readonly message: string;
  readonly nonRetryable?: boolean;
  readonly details?: readonly unknown[];
  /** That it is an expected one, as Temporal's failures say it. */
  readonly category?: 'BENIGN';
  readonly cause?: CallFailure;
}
