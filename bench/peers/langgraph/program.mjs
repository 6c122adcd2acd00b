/** LangGraph.js: map and reduce with `Send`, checkpoints in SQLite or PostgreSQL. There is no server: its client lives in the worker. */
import { join } from 'node:path';
import { Annotation, END, Send, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { startPostgres } from '../../engines/postgres.mjs';
import { perform } from '../../perform.mjs';
import { counted, makeTasks } from '../../tasks.mjs';

const State = Annotation.Root({
  count: Annotation(),
  work: Annotation(),
  answer: Annotation(),
  results: Annotation({ reducer: (left, right) => [...left, ...right], default: () => [] }),
});

/** A node that throws fails its whole step, so a task's own failure is caught; a node's timeout cannot be. */
function graph(checkpointer, timeout) {
  const task = async ({ task: given, work }, { signal }) => {
    const [settled] = await Promise.allSettled([perform(work, given, signal)]);
    if (settled.status === 'rejected' && signal?.aborted) throw settled.reason;
    return { results: [settled] };
  };
  return new StateGraph(State)
    .addNode('plan', () => ({}))
    .addNode('task', task, timeout === undefined ? {} : { timeout })
    .addNode('gather', ({ count, results }) => ({ answer: counted(makeTasks(count), results) }))
    .addEdge(START, 'plan')
    .addConditionalEdges(
      'plan',
      ({ count, work }) => makeTasks(count).map((each) => new Send('task', { task: each, work })),
      ['task'],
    )
    .addEdge('task', 'gather')
    .addEdge('gather', END)
    .compile({ checkpointer });
}

export async function startEngine(settings) {
  if (settings.variant === 'postgres') return startPostgres(settings);
  return { info: { file: join(settings.folder, 'langgraph.db') }, stop: async () => {} };
}

async function checkpoints({ file, url }) {
  if (file !== undefined) return SqliteSaver.fromConnString(file);
  const saver = PostgresSaver.fromConnString(`${url}/postgres`);
  await saver.setup();
  return saver;
}

export async function startWorker({ info }) {
  const saver = await checkpoints(info);
  const config = ({ id, concurrency }) => ({
    configurable: { thread_id: id },
    durability: 'sync',
    maxConcurrency: concurrency,
  });
  return {
    calls: {
      async run({ count, work, deadlineMs, ...request }) {
        return (await graph(saver, deadlineMs).invoke({ count, work }, config(request))).answer;
      },
      // Nothing goes on by itself: the program must know which thread to take up.
      rejoin: async (request) => (await graph(saver).invoke(null, config(request))).answer,
      async diagnose({ id }) {
        const { tasks } = await graph(saver).getState({ configurable: { thread_id: id } });
        const done = tasks.filter(({ name, error, result }) => name === 'task' && !error && result !== undefined);
        return { tasksInState: tasks.length, doneInState: done.length };
      },
    },
    close: async () => saver.end?.(),
  };
}
