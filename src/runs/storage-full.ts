/** What a full disk is called: that of the store, a database or the server. */

/** As file systems, SQLite and PostgreSQL say it. */
const full = /\bENOSPC\b|\bEDQUOT\b|database or disk is full|no space left on device|could not extend file/i;

/** Whether a message says that a disk is full. */
export function isFull(message: string): boolean {
  return full.test(message.slice(0, 2000));
}
