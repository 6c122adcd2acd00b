/** What fanfold aims at, and whether these results reach it; where several ways lead there, the best one counts and is named. */
import { duration, wayOf, whole } from './names.mjs';
import { table } from './table.mjs';

export function aims(rows) {
  const own = rows.filter(
    ({ contender, server, error }) => contender === 'fanfold' && server === 'file' && error === undefined,
  );
  const of = (measure, tasks) => own.filter((row) => row.measure === measure && row.tasks === tasks);
  const noop = (tasks) => of('makespan', tasks).filter(({ work }) => work === 'noop');
  const lines = [
    ...[
      [500, 6000],
      [5000, 15_000],
      [50_000, 20_000],
    ].map(([tasks, aim]) =>
      most(`${whole(tasks)} no-op tasks`, noop(tasks), 'tasksPerSecond', aim, (value) => `${whole(value)}/s`),
    ),
    least('1,000,000 no-op tasks', noop(1_000_000), 'ms', 60_000, duration),
    ratio(noop(1_000_000), noop(100_000)),
    least(
      'longest single history at 1,000,000',
      noop(1_000_000),
      'largestEvents',
      4096,
      (value) => `${whole(value)} events`,
    ),
    least(
      'five no-op tasks beside an empty workflow',
      smallWays(of('small', 5)),
      'ratio',
      1.2,
      (value) => `${value} times`,
    ),
    least('deadline of 1 s with 10,000 tasks', of('deadline', 10_000), 'ms', 1250, duration),
    least('`kill -9`: restart to result', of('kill', 200), 'restartToResultMs', 1500, duration),
    least('`kill -9`: lost tasks', of('kill', 200), 'lost', 0, whole, 'most'),
    least(
      '`kill -9`: finished activities run again',
      of('kill', 200).filter(({ variant }) => variant === 'task'),
      'finishedRunAgain',
      0,
      whole,
    ),
  ];
  return table(['aim', 'wanted', 'measured', 'reached', 'by'], lines);
}

function most(name, rows, field, aim, text) {
  const best = rows.toSorted((left, right) => right[field] - left[field])[0];
  return line(name, `≥ ${text(aim)}`, best, best && text(best[field]), best && best[field] >= aim);
}

/** `which` says whether the best or, as `'most'`, the worst of the rows counts. */
function least(name, rows, field, aim, text, which = 'least') {
  const sorted = rows.toSorted((left, right) => left[field] - right[field]);
  const found = which === 'most' ? sorted.at(-1) : sorted[0];
  return line(name, `≤ ${text(aim)}`, found, found && text(found[field]), found && found[field] <= aim);
}

function ratio([million], [fewer]) {
  const found = million && fewer ? million.workerMiB / fewer.workerMiB : undefined;
  return line(
    'memory of the worker at 1,000,000 beside 100,000',
    '≤ 1.3 times',
    found && million,
    found && `${found.toFixed(2)} times`,
    found && found <= 1.3,
  );
}

function line(name, wanted, row, measured, isReached) {
  if (row === undefined) return [name, wanted, 'not measured', '', ''];
  return [name, wanted, measured, isReached ? 'yes' : 'no', row.way ?? wayOf(row)];
}

const smallWays = (rows) =>
  rows.flatMap((row) =>
    row.ways.map(({ granularity, ratio: found }) => ({ ratio: found, way: `granularity '${granularity}'` })),
  );
