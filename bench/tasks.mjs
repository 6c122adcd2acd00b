/** The work that every contender does. Pure, so that it may be loaded inside a workflow's sandbox. */

const filler = 'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(5);

/** Milliseconds of each task, by the name of the work; one in twenty stragglers takes half a minute. */
const durations = { noop: () => 0, wait50: () => 50, straggler: (index) => (index % 20 === 0 ? 30_000 : 50) };

/** About 200 bytes of JSON. */
export function makeTask(index) {
  return { id: `t${String(index).padStart(7, '0')}`, prompt: filler.slice(0, 150), index };
}

export function makeTasks(count) {
  return Array.from({ length: count }, (_, index) => makeTask(index));
}

/** About 200 bytes of JSON. */
export function resultOf(task) {
  return { id: task.id, ok: true, output: filler.slice(0, 150) };
}

export function durationOf(work, task) {
  return durations[work](task.index);
}

/** What is counted of `Promise.allSettled`; `reported` is how many different tasks have an answer of their own. */
export function counted(tasks, settled) {
  const successes = settled.filter((each) => each?.status === 'fulfilled').length;
  const reported = settled.filter((each) => each !== undefined).length;
  return { successes, failures: tasks.length - successes, reported };
}
