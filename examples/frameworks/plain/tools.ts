/** Two tools for agents of any framework, as plain functions: a fan-out that is a durable run, and an agent of fanfold's that is asked. */
import { Client, Connection } from '@temporalio/client';
import type { AgentAnswer } from 'fanfold/agent';
import { FanfoldClient } from 'fanfold/client';
import { stock } from './worker';

export async function connect(): Promise<FanfoldClient> {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233' });
  return new FanfoldClient({ client: new Client({ connection }), kinds: [stock.kind] });
}

/** Every source at once; the run goes on where this process dies, and the same `id` joins it. */
export async function askSources(client: FanfoldClient, question: string, id?: string): Promise<string> {
  const tasks = ['arxiv', 'wiki', 'offline'].map((source) => ({
    id: source,
    activity: 'search',
    input: { source, question },
  }));
  const input = { tasks, options: { deadline: '30s', attempts: 1 } } as const;
  const { fanIn, status } = await client.run('tasks', input, id === undefined ? {} : { id });
  if (!fanIn) throw new Error(`The sources gave no answer: the run is ${status}.`);
  return JSON.stringify({ lines: fanIn.mergedResults, missing: Object.keys(fanIn.failedTasks) });
}

/** Asks the agent and waits, for days if a person must approve. */
export async function askStock(client: FanfoldClient, message: string): Promise<string> {
  const { answer, status } = await client.run(stock.kind, { agent: stock.name, message });
  if (answer === undefined) throw new Error(`The agent has no answer: its run is ${status}.`);
  const { text, handOver } = answer as AgentAnswer;
  return handOver === undefined ? text : `${text}\nA person takes over, since ${handOver}.`;
}
