/**
 * Which cases a command asks for, in their order.
 * The surprising rule: contenders take turns at each size, so that what else the machine does at the time hits all alike.
 */
import { own, peers } from './contenders.mjs';

/** At once, for every peer and for fanfold where it is compared at 50 ms. */
const width = 500;
const killWidth = 10;
const smallTasks = 5;
const hedgedTasks = 100;
const killTasks = 200;
const manyTasks = 100_000;
const deadlineMs = 1000;

export function casesFor(options) {
  const contenders = [own, ...(options.peers ? peers : [])].filter(({ name }) => options.only?.includes(name) ?? true);
  const kinds = {
    small: () => forServers(own, options).map((server) => ({ ...fanfold('task'), server, tasks: smallTasks })),
    makespan: () =>
      options.sizes.flatMap((tasks) => works.flatMap((work) => makespans(contenders, options, tasks, work))),
    deadline: () => [20, 10_000].flatMap((tasks) => cutsAt(contenders, tasks)),
    kill: () => contenders.flatMap((contender) => kills(contender)),
    hedge: () => [{ ...fanfold('task'), tasks: hedgedTasks }],
  };
  return options.measures
    .filter((measure) => contenders.includes(own) || !['small', 'hedge'].includes(measure))
    .flatMap((measure) => kinds[measure]().map((each) => settled({ measure, server: 'file', ...each }, options)))
    .filter(({ variant }) => options.variants?.includes(variant) ?? true);
}

const works = ['noop', 'wait50'];
const fanfold = (variant) => ({ contender: own.name, variant });

/** Peers other than Temporal have the one server that they have. */
function forServers({ servers }, options) {
  return servers ? options.servers : ['file'];
}

function makespans(contenders, options, tasks, work) {
  return contenders.flatMap((contender) =>
    forServers(contender, options).flatMap((server) =>
      contender.variants
        .filter(({ most, briefMost = most }) => tasks <= (options.isBrief ? briefMost : most))
        .flatMap(({ name }) => {
          const one = { contender: contender.name, variant: name, server, tasks, work };
          if (contender !== own) return [{ ...one, concurrency: width }];
          // A peer's 500 at once would otherwise be compared with all at once.
          const limited = options.peers && work === 'wait50' && name === 'map' && server === 'file' && tasks > width;
          return limited ? [one, { ...one, concurrency: width }] : [one];
        }),
    ),
  );
}

function cutsAt(contenders, tasks) {
  return contenders.flatMap((contender) =>
    contender.variants
      .filter(({ deadline }) => deadline.includes(tasks))
      .map(({ name }) => ({
        contender: contender.name,
        variant: name,
        tasks,
        work: 'straggler',
        deadlineMs,
        ...(contender === own ? {} : { concurrency: width }),
      })),
  );
}

function kills(contender) {
  return contender.variants
    .filter(({ kill }) => kill)
    .map(({ name, most }) => ({
      contender: contender.name,
      variant: name,
      // Some ways take no more; those that take part in nothing else have no limit of their own.
      tasks: most > 0 ? Math.min(killTasks, most) : killTasks,
      work: 'wait50',
      concurrency: killWidth,
    }));
}

function settled(each, { runs, rounds, limitMs, address }) {
  const limit = each.tasks >= manyTasks ? limitMs * 5 : limitMs;
  return { ...each, runs, rounds, limitMs: limit, ...(address === undefined ? {} : { address }) };
}

/** What tells a case from every other, so that a run can be taken up where it was cut. */
export function keyOf({ measure, contender, variant, server, tasks, work = '', concurrency = '' }) {
  return [measure, contender, variant, server, tasks, work, concurrency].join('/');
}

/** Where a peer has failed, it is not tried with more of the same, nor with slower tasks; fanfold is. */
export function familyOf({ measure, contender, variant, server, work = '', concurrency = '' }) {
  if (measure !== 'makespan') return undefined;
  return contender === own.name ? [contender, variant, server, work, concurrency].join('/') : `${contender}/${variant}`;
}
