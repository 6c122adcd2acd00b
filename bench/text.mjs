/** A row as a line for people. */

const number = (value) => value.toLocaleString('en-GB');
const milliseconds = (value) => `${number(Math.round(value))} ms`;

const processor = (seconds) => (seconds === undefined ? '' : `${number(seconds)} s of processor time and `);

const texts = {
  machine: ({ cores, cpu, memoryGiB, node, temporal, load }) =>
    `${cores} × ${cpu}, ${memoryGiB} GiB, Node ${node}, Temporal CLI ${temporal}, load ${load}`,
  versions: ({ contender, versions }) =>
    `${contender}: ${Object.entries(versions)
      .map((each) => each.join(' '))
      .join(', ')}`,
  missing: ({ contender, missing }) => `${contender} is left out: ${missing}`,
  makespan: ({ ms, tasksPerSecond, workerMiB, engineMiB, ...row }) =>
    [
      `${milliseconds(ms)} (${number(tasksPerSecond)}/s)`,
      `worker ${processor(row.workerCpuSeconds)}${workerMiB} MiB, engine ${processor(row.engineCpuSeconds)}${engineMiB} MiB`,
      ...(row.eventsPerTask === undefined
        ? []
        : [`${row.eventsPerTask} events, ${row.transitionsPerTask} transitions, ${row.actionsPerTask} actions a task`]),
    ].join(', '),
  small: ({ emptyMs, ways }) =>
    `empty workflow ${emptyMs} ms; ${ways.map(({ granularity, ms, ratio }) => `${granularity} ${ms} ms (${ratio})`).join(', ')}`,
  deadline: ({ deadlineMs, ms, successes, everyTaskOnce }) =>
    `deadline ${milliseconds(deadlineMs)}: back after ${milliseconds(ms)} with ${number(successes)}, ${everyTaskOnce ? 'every task told of once' : 'NOT every task told of once'}`,
  kill: ({ restartToResultMs, finishedRunAgain, runningRunAgain, lost }) =>
    `kill -9: restart to result ${milliseconds(restartToResultMs)}, ${finishedRunAgain} finished and ${runningRunAgain} running tasks run again, ${lost} lost`,
  hedge: ({ rounds, worstPlainMs, worstHedgedMs, extraCalls }) =>
    `hedging, worst of ${rounds}: ${milliseconds(worstPlainMs)} without, ${milliseconds(worstHedgedMs)} with, ${(extraCalls * 100).toFixed(1)} % extra calls`,
};

export function textOf(row) {
  if (row.contender === undefined || row.tasks === undefined) return texts[row.measure](row);
  const { contender, variant, server, tasks, work = '', concurrency } = row;
  const who =
    `${contender} ${variant}${server === 'file' ? '' : server === 'memory' ? ' in memory' : ' on a server'}`.padEnd(30);
  const what =
    `${number(tasks).padStart(9)} × ${work}${concurrency === undefined ? '' : ` (${concurrency} at once)`}`.padEnd(34);
  return `${who}${what}${row.error === undefined ? texts[row.measure](row) : `FAILED: ${row.error}`}`;
}
