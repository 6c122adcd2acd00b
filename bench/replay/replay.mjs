/** A process that replays one history a few times, and sends the processor time of each and of its workflows' thread. */
import { readFileSync } from 'node:fs';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import { readHistory } from './record.mjs';

const { folder, codePath, way, tasks, runs } = JSON.parse(process.argv[2]);
const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter } } });

const history = readHistory(folder, way, tasks);
const histories = Array.from({ length: runs + 1 }, (_, run) => ({ workflowId: `${way}-${run}`, history }));

/** Milliseconds of the thread that replays, without those that collect garbage and compile for it; undefined where nobody says. */
function threadMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}

const samples = [];
let before = [process.cpuUsage(), threadMs()];
for await (const { error } of Worker.runReplayHistories({ workflowBundle: { codePath } }, histories)) {
  if (error) throw error;
  const { user, system } = process.cpuUsage(before[0]);
  samples.push({ ms: (user + system) / 1000, threadMs: threadMs() - before[1] });
  before = [process.cpuUsage(), threadMs()];
}
// The first compiles, and loads the bundle.
process.send(samples.slice(1));
process.disconnect();
