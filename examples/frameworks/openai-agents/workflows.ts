/** An agent of OpenAI's SDK in a workflow, whose tool asks every source at once. */
import { Agent, tool } from '@openai/agents-core';
import { TemporalOpenAIRunner } from '@temporalio/openai-agents/workflow';
import { gather, proxyActivities } from 'fanfold/workflow';

const { search } = proxyActivities<{ search(asked: { source: string; question: string }): Promise<string> }>();

const askSources = tool({
  name: 'askSources',
  description: 'Asks every source at once, and says which gave no answer',
  parameters: {
    type: 'object',
    properties: { question: { type: 'string' } },
    required: ['question'],
    additionalProperties: false,
  },
  execute: async (input) => {
    const { question } = input as { question: string };
    const sources = ['arxiv', 'wiki', 'offline'];
    const found = await gather(sources, (source) => search({ source, question }), {
      id: (source) => source,
      deadline: '30s',
    });
    return JSON.stringify({ lines: found.mergedResults, missing: Object.keys(found.failedTasks) });
  },
});

export async function answer(question: string): Promise<string> {
  const agent = new Agent({
    name: 'Researcher',
    instructions: 'Ask the sources.',
    model: 'stand-in',
    tools: [askSources],
  });
  const result = await new TemporalOpenAIRunner().run(agent, question);
  return String(result.finalOutput);
}
