/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

export const usage = `npm run bench -- [options]
  --n 5,500            numbers of tasks (makespan alone, unless --measure is given)
  --measure NAMES      of makespan, small, deadline, kill, hedge
  --server WHICH       file (default), memory or both
  --address HOST:PORT  a Temporal server that runs already, instead of one for each case (namespace default)
  --runs N             runs that a median is of (default 3)
  --rounds N           rounds of the hedging measure (default as --runs)
  --limit SECONDS      for each case (default 120; five times that from 100,000 tasks on)
  --full               every number of tasks on both servers, into bench/results.jsonl, and then the report
                       (with --peers some 260 cases: one to two hours on two idle cores)
  --peers              the peers beside it
  --only A,B           contenders; --variant A,B their variants
  --json               JSON lines on standard output
  --output FILE        JSON lines into a file as well; --resume leaves out what is in it
  --report FILE        write bench/RESULTS.md and its plots from such a file, and run nothing`;

const options = {
  n: { type: 'string' },
  measure: { type: 'string' },
  server: { type: 'string', default: 'file' },
  address: { type: 'string' },
  runs: { type: 'string', default: '3' },
  rounds: { type: 'string' },
  limit: { type: 'string', default: '120' },
  full: { type: 'boolean', default: false },
  peers: { type: 'boolean', default: false },
  only: { type: 'string' },
  variant: { type: 'string' },
  json: { type: 'boolean', default: false },
  output: { type: 'string' },
  resume: { type: 'boolean', default: false },
  report: { type: 'string' },
  help: { type: 'boolean', default: false },
};

const sizes = [5, 50, 500, 5000, 50_000, 100_000, 1_000_000];
const briefSizes = [5, 50, 500, 5000, 50_000];
const measureNames = ['small', 'makespan', 'deadline', 'kill', 'hedge'];
const servers = { file: ['file'], memory: ['memory'], both: ['file', 'memory'] };

/** @throws {Error} that says what cannot be meant */
export function readOptions(argv) {
  const { values } = parseArgs({ args: argv, options });
  const runs = whole('--runs', values.runs);
  return {
    ...values,
    sizes: values.n === undefined ? defaultSizes(values) : list(values.n).map((each) => whole('--n', each)),
    measures:
      values.measure === undefined ? defaultMeasures(values) : oneOf('--measure', list(values.measure), measureNames),
    servers:
      values.address !== undefined
        ? ['given']
        : servers[oneOf('--server', [values.full ? 'both' : values.server], Object.keys(servers))[0]],
    // Whoever names numbers or variants gets them.
    isBrief: !values.full && values.n === undefined && values.variant === undefined,
    runs,
    rounds: values.rounds === undefined ? runs : whole('--rounds', values.rounds),
    limitMs: whole('--limit', values.limit) * 1000,
    only: values.only === undefined ? undefined : list(values.only),
    variants: values.variant === undefined ? undefined : list(values.variant),
    output: values.output ?? (values.full ? 'bench/results.jsonl' : undefined),
  };
}

const defaultSizes = ({ full }) => (full ? sizes : briefSizes);
const defaultMeasures = ({ n }) => (n === undefined ? measureNames : ['makespan']);
const list = (text) => text.split(',').map((each) => each.trim());

function whole(name, text) {
  const number = Number(text.replaceAll('_', ''));
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new Error(`${name} must be a whole number above zero, not '${text}'`);
}

function oneOf(name, given, known) {
  const unknown = given.find((each) => !known.includes(each));
  if (unknown === undefined) return given;
  throw new Error(`${name} must be of ${known.join(', ')}, not '${unknown}'`);
}
