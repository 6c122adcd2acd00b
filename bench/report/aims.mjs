/**
 * What fanfold aims at, and whether these results reach it. What depends on the machine is a ratio to a peer's row of the same
 * run; where several ways lead there, the best one counts and is named.
 */
import { duration, wayOf, whole } from './names.mjs';
import { table } from './table.mjs';

export function aims(rows) {
  const own = rows.filter(
    ({ contender, server, error }) => contender === 'fanfold' && server === 'file' && error === undefined,
  );
  const of = (measure, tasks) => own.filter((row) => row.measure === measure && row.tasks === tasks);
  const noop = (tasks) => of('makespan', tasks).filter(({ work }) => work === 'noop');
  const lines = [
    ...relative.map((aim) => beside(aim, rows)),
    least(
      'processor time of a no-op task of 1,000,000',
      noop(1_000_000).map((row) => ({ ...row, microseconds: (row.workerCpuSeconds * 1e6) / row.tasks })),
      'microseconds',
      15,
      (value) => `${value.toFixed(1)} µs`,
    ),
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
    least('`kill -9`: restart to result', of('kill', 200), 'restartToResultMs', 1000, duration),
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

/** The time of fanfold's `variant`, by that of a peer; of no-op tasks. */
const relative = [
  { tasks: 5, variant: 'gather in one process', peer: ['restate', 'steps'], atMost: 1.5 },
  { tasks: 50, variant: 'gather', peer: ['restate', 'steps'], atMost: 1 },
  { tasks: 500, variant: 'gather', peer: ['restate', 'steps'], atMost: 0.5 },
  { tasks: 500, variant: 'gather', peer: ['temporal', 'all at once'], atMost: 0.1 },
  { tasks: 5000, variant: 'gather', peer: ['bullmq', 'flow'], atMost: 1 },
];

function beside({ tasks, variant, peer: [peer, peerVariant], atMost }, rows) {
  const find = (contender, name) =>
    rows.find(
      (row) =>
        row.measure === 'makespan' &&
        row.contender === contender &&
        row.variant === name &&
        row.tasks === tasks &&
        row.work === 'noop' &&
        row.server === 'file' &&
        row.error === undefined,
    );
  const [own, other] = [find('fanfold', variant), find(peer, peerVariant)];
  const found = own && other ? own.ms / other.ms : undefined;
  const name = `${whole(tasks)} no-op tasks beside ${other ? wayOf(other) : `${peer}, ${peerVariant}`}`;
  return line(name, `≤ ${atMost} times`, found && own, found && `${found.toFixed(2)} times`, found && found <= atMost);
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
