/** The failed tasks of a map run, whose ids are names out of the items: two may have the same. */

/**
 * Adds a task under its id, or behind a number where another that failed has the same.
 *
 * @example addFailed(failedTasks, 'row-7', 'no such order'); // again: 'row-7 (2)'
 */
export function addFailed(failedTasks: Record<string, string>, id: string, message: string): void {
  let name = id;
  for (let nth = 2; Object.hasOwn(failedTasks, name); nth++) name = `${id} (${nth})`;
  // An assignment would lose one that is called `__proto__`.
  Object.defineProperty(failedTasks, name, { value: message, enumerable: true, configurable: true, writable: true });
}
