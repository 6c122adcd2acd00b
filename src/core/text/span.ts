/** Times and counts as people read them, on a terminal and on the page. */

/**
 * A time as a person reads it: `340 ms`, `2.5 s`, `3 min 0 s`, `7 d`.
 *
 * @example const line = `read in ${span(view.fanIn.elapsedMs)}`;
 */
export function span(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const hours = Math.floor(seconds / 3600);
  if (hours < 48) return `${hours} h ${Math.floor((seconds % 3600) / 60)} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/**
 * `1 source`, `2 sources`, `2 searches`.
 *
 * @example const line = many(results.length, 'page');
 */
export function many(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : noun.endsWith('ch') ? 'es' : 's'}`;
}

/** A moment to the minute in UTC: `2026-11-28 09:30`. */
export function minuteOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
