/** What contenders are called in tables and plots. */
import { contenderOf } from '../contenders.mjs';

const ways = {
  'fanfold/gather': 'fanfold, `gather` in a workflow',
  'fanfold/gather in one process': 'fanfold, `gather`, worker and client in one process',
  'fanfold/map': 'fanfold, a `map` run',
  'fanfold/auto': "fanfold, `mapActivity` with 'auto'",
  'fanfold/pack': 'fanfold, packs of 250',
  'fanfold/task': 'fanfold, an activity a task',
  'fanfold/local': 'fanfold, in the workflow’s own task',
  'temporal/all at once': 'Temporal, an activity a task',
  'temporal/500 at once': 'Temporal, 500 activities at once',
  'temporal/heartbeats': 'Temporal, an activity a task, heartbeats',
  'restate/steps': 'Restate, a step a task',
  'restate/calls': 'Restate, a call a task',
  'dbos/steps': 'DBOS, a step a task',
  'dbos/queue': 'DBOS, a queued workflow a task',
  'dbos/queue polled each 50 ms': 'DBOS, queue polled each 50 ms',
  'aws/steps': 'AWS durable execution, a step a task, in memory',
  'aws/map': 'AWS durable execution, `map`, in memory',
  'langgraph/sqlite': 'LangGraph.js, SQLite',
  'langgraph/postgres': 'LangGraph.js, PostgreSQL',
};

/** Where its server keeps what happened, where that is not the file. */
const places = { memory: ', in memory', given: ', on a server that ran already' };

export function wayOf({ contender, variant, server, concurrency }) {
  const { title = contender } = contenderOf(contender);
  const way = ways[`${contender}/${variant}`] ?? `${title}, ${variant}`;
  const limited = contender === 'fanfold' && concurrency === 500 ? ', 500 at once' : '';
  return `${way}${limited}${places[server] ?? ''}`;
}

export const whole = (value) => Math.round(value).toLocaleString('en-GB');

export function duration(milliseconds) {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 10_000) return `${whole(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
