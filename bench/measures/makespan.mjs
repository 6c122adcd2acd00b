/** The time from the client's call to its result, and what it costs in memory, processor time and history. */
import { cpuSeconds, watchMemory } from '../gauges.mjs';
import { median, rounded } from './numbers.mjs';

const warmUp = 500;
/** A run is not repeated once all together have taken so long. */
const repeatMs = 60_000;

export async function makespan({ tasks, work, runs }, stage) {
  const { worker, engine } = stage;
  await stage.timed('run', { count: Math.min(tasks, warmUp), work });
  const memory = [watchMemory(worker.pid), watchMemory(engine.pid)];
  const before = [cpuSeconds(worker.pid), cpuSeconds(engine.pid)];
  const all = [];
  let last;
  const began = performance.now();
  for (let run = 0; run < runs && performance.now() < began + repeatMs; run++) {
    last = await stage.timed('run', { count: tasks, work });
    check(last.value, tasks);
    all.push(last.ms);
  }
  const [workerMiB, engineMiB] = memory.map((each) => rounded(each.peakMiB(), 0));
  const after = [cpuSeconds(worker.pid), cpuSeconds(engine.pid)];
  const [workerCpuSeconds, engineCpuSeconds] = after.map((each, index) =>
    each === undefined || before[index] === undefined ? undefined : rounded((each - before[index]) / all.length, 2),
  );
  const ms = median(all);
  return {
    ms: rounded(ms),
    allMs: all.map((each) => rounded(each)),
    tasksPerSecond: rounded((tasks / ms) * 1000, 0),
    workerMiB,
    engineMiB,
    workerCpuSeconds,
    engineCpuSeconds,
    ...(await history(stage, last.id, tasks)),
  };
}

function check({ successes, failures }, tasks) {
  if (successes !== tasks || failures !== 0)
    throw new Error(`${successes} of ${tasks} tasks succeeded and ${failures} failed, though none should`);
}

async function history(stage, id, tasks) {
  if (!stage.can('history')) return {};
  const found = await stage.ask('history', { id });
  const { events, bytes, transitions, actions } = found;
  return {
    ...found,
    transitionsPerTask: rounded(transitions / tasks, 3),
    actionsPerTask: rounded(actions / tasks, 3),
    eventsPerTask: rounded(events / tasks, 3),
    bytesPerTask: rounded(bytes / tasks, 1),
  };
}
