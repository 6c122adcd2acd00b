/** What is said of a document that cannot be read as it is, and stays so until its file changes. */

/** The type of such a failure. */
export const unreadable = 'DocumentUnreadable';

export class UnreadableDocument extends Error {
  readonly type = unreadable;
  readonly nonRetryable = true;
}
