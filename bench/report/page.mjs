/** The results page: what a reader wants to know first comes first, and every failure is told word for word. */
import { own, peers } from '../contenders.mjs';
import { aims } from './aims.mjs';
import { duration, wayOf, whole } from './names.mjs';
import { table } from './table.mjs';

export function page(rows, plots) {
  const of = (measure) => rows.filter((row) => row.measure === measure);
  const plot = (name) =>
    plots.filter((each) => each.name === name).map(({ title }) => `![${title}](plots/${name}.svg)`);
  return [
    '# Results',
    machine(of('machine'), of('makespan')),
    '## Aims',
    'Of the SQLite-file server.',
    aims(rows),
    '## How fast',
    'From the client’s call to its result, in milliseconds, and tasks a second. An empty cell was not tried: it is known to take minutes, or the same failed with fewer or faster tasks.',
    ...plot('throughput'),
    '### No-op tasks',
    makespans(of('makespan').filter(({ work }) => work === 'noop')),
    '### Tasks of 50 ms',
    makespans(of('makespan').filter(({ work }) => work === 'wait50')),
    '## A few tasks',
    small(of('small')),
    '## Memory and history',
    'The peak of the worker’s process, and of the engine’s, in MiB, with no-op tasks. DBOS and LangGraph.js live inside the worker, so theirs is the client’s too.',
    ...plot('memory'),
    memory(of('makespan').filter(({ work, server }) => work === 'noop' && server === 'file')),
    '## Processor time',
    'Of the worker and of the engine, in milliseconds a run, with no-op tasks.',
    processor(of('makespan').filter(({ work, server }) => work === 'noop' && server === 'file')),
    '## Events, transitions and actions',
    history(
      of('makespan').filter(({ work, server, events }) => work === 'noop' && server === 'file' && events !== undefined),
    ),
    '## A deadline of a second',
    'One task in twenty takes 30 s, the others 50 ms; the caller wants what there is after a second.',
    ...plot('deadline'),
    deadlines(of('deadline')),
    '## `kill -9` of the worker',
    '200 tasks of 50 ms, 10 at once; the worker is killed when half of them are done, and another is started at once. Time from its start to the result. A task counts as finished once it has noted its end in a journal of its own, of which its engine may not have heard yet.',
    ...plot('kill'),
    kills(of('kill')),
    '## Backups for slow tasks',
    hedging(of('hedge')),
    '## Failures, word for word',
    failures(rows),
    '## Versions and durability',
    versions(of('versions'), of('missing')),
    '',
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

function machine(found, makespans) {
  if (found.length === 0) return undefined;
  const commands = found.map(({ command }) => `\`${command}\``).join(' and ');
  const [{ cores, cpu, memoryGiB, system, node, temporal, fanfold, load, at }] = found;
  const runs = makespans[0]?.allMs?.length;
  return `${commands}, ${at.slice(0, 10)}, on ${cores} cores of an ${cpu} with ${memoryGiB} GiB, ${system}, Node ${node}, Temporal CLI ${temporal}, fanfold ${fanfold}; load ${load} when it began. Median of ${runs ?? 'some'} runs, or of as many as fit into a minute. Each task takes and gives about 200 bytes. Every case has an engine of its own in an empty folder, a worker in a process of its own, and a warm-up of 500 tasks; the contenders take turns at each number of tasks. Peers run 500 tasks at once.`;
}

/** Contenders down, numbers of tasks across. */
function bySize(rows, cell) {
  const sizes = [...new Set(rows.map(({ tasks }) => tasks))].toSorted((left, right) => left - right);
  const ways = [...new Set(rows.map(wayOf))].toSorted((left, right) => orderOf(rows, left) - orderOf(rows, right));
  const find = (way, size) => rows.find((row) => wayOf(row) === way && row.tasks === size);
  const text = (row) => (row === undefined ? '' : row.error === undefined ? cell(row) : 'failed');
  return table(
    ['', ...sizes.map(whole)],
    ways.map((way) => [way, ...sizes.map((size) => text(find(way, size)))]),
  );
}

const contenders = [own, ...peers].map(({ name }) => name);

function orderOf(rows, way) {
  const { contender, server, concurrency } = rows.find((row) => wayOf(row) === way);
  return contenders.indexOf(contender) * 10 + (server === 'memory' ? 2 : 0) + (concurrency === undefined ? 0 : 1);
}

const makespans = (rows) => bySize(rows, ({ ms, tasksPerSecond }) => `${duration(ms)} (${whole(tasksPerSecond)}/s)`);
const memory = (rows) =>
  bySize(rows, ({ workerMiB, engineMiB }) => (engineMiB ? `${workerMiB} + ${engineMiB}` : `${workerMiB}`));

const processor = (rows) =>
  bySize(rows, ({ workerCpuSeconds: worker, engineCpuSeconds: engine }) =>
    [worker, engine].flatMap((seconds) => (seconds === undefined ? [] : [whole(seconds * 1000)])).join(' + '),
  );

function history(rows) {
  const cell = ({ eventsPerTask, bytesPerTask, largestEvents, transitionsPerTask, actionsPerTask }) =>
    [eventsPerTask, transitionsPerTask, actionsPerTask, `${bytesPerTask} B`, whole(largestEvents)].join(' · ');
  const what =
    'events a task, state transitions a task, actions of Temporal Cloud a task, bytes of history a task, and events of the longest single history; heartbeats and retries are actions too, and no history has them';
  return `By size: ${what}.\n\n${bySize(rows, cell)}`;
}

function small(rows) {
  const lines = rows.flatMap((row) =>
    (row.ways ?? []).map(({ granularity, ms, ratio }) => [
      typeof granularity === 'number' ? `packs of ${granularity}` : `\`'${granularity}'\``,
      row.server === 'memory' ? 'in memory' : 'SQLite file',
      `${ms} ms`,
      `${row.emptyMs} ms`,
      String(ratio),
    ]),
  );
  return `Five no-op tasks of \`mapActivity\` beside an empty workflow on the same server, by turns.\n\n${table(['granularity', 'server', 'five tasks', 'empty workflow', 'ratio'], lines)}`;
}

function deadlines(rows) {
  return table(
    ['', 'tasks', 'back after', 'with', 'told of as failed', 'every task once'],
    rows.map((row) =>
      row.error === undefined
        ? [
            wayOf(row),
            whole(row.tasks),
            duration(row.ms),
            whole(row.successes),
            whole(row.failures),
            row.everyTaskOnce ? 'yes' : 'no',
          ]
        : [wayOf(row), whole(row.tasks), failedAfter(row), '', '', ''],
    ),
  );
}

const failedAfter = ({ failedAfterMs }) =>
  failedAfterMs === undefined ? 'failed' : `failed after ${duration(failedAfterMs)}`;

function kills(rows) {
  return table(
    ['', 'restart to result', 'finished and run again', 'running and run again', 'lost'],
    rows.map((row) =>
      row.error === undefined
        ? [
            wayOf(row),
            duration(row.restartToResultMs),
            String(row.finishedRunAgain),
            `${row.runningRunAgain} of ${row.runningAtKill}`,
            String(row.lost),
          ]
        : [wayOf(row), failedAfter(row), '', '', ''],
    ),
  );
}

function hedging([row]) {
  if (row === undefined || row.error !== undefined) return undefined;
  const { tasks, rounds, worstPlainMs, worstHedgedMs, extraCalls } = row;
  return `${tasks} tasks of which two have a slow first attempt of 10 s, the worst of ${rounds} rounds: ${duration(worstPlainMs)} without, ${duration(worstHedgedMs)} with, ${(extraCalls * 100).toFixed(1)} % extra calls.`;
}

function failures(rows) {
  const failed = rows.filter(({ error }) => error !== undefined);
  if (failed.length === 0) return 'None.';
  const line = (row) => {
    const said = row.diagnosis === undefined ? '' : ` The engine: \`${JSON.stringify(row.diagnosis).slice(0, 400)}\``;
    return `- ${wayOf(row)}, ${row.measure}, ${whole(row.tasks)} tasks${row.work === undefined ? '' : `, ${row.work}`}: \`${row.error.slice(0, 400)}\`${said}`;
  };
  return failed.map(line).join('\n');
}

function versions(rows, missing) {
  const durabilityOf = (name) => [own, ...peers].find((each) => each.name === name)?.durability;
  const there = rows.map(({ contender, versions: found }) => {
    const list = Object.entries(found).map((each) => each.join(' '));
    return `- **${contender}**: ${list.join(', ')}. Durability: ${durabilityOf(contender)}.`;
  });
  return [...there, ...missing.map(({ contender, missing: why }) => `- **${contender}** is left out: ${why}`)].join(
    '\n',
  );
}
