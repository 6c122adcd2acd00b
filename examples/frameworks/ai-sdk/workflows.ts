/** Vercel's AI SDK in a workflow, whose tool asks every source at once. */
import { temporalProvider } from '@temporalio/ai-sdk';
import { generateText, stepCountIs, tool } from 'ai';
import { gather, proxyActivities } from 'fanfold/workflow';
import { z } from 'zod';

const { search } = proxyActivities<{ search(asked: { source: string; question: string }): Promise<string> }>();

const askSources = tool({
  description: 'Asks every source at once, and says which gave no answer',
  inputSchema: z.object({ question: z.string() }),
  execute: async ({ question }) => {
    const sources = ['arxiv', 'wiki', 'offline'];
    const found = await gather(sources, (source) => search({ source, question }), {
      id: (source) => source,
      deadline: '30s',
    });
    return JSON.stringify({ lines: found.mergedResults, missing: Object.keys(found.failedTasks) });
  },
});

export async function answer(question: string): Promise<string> {
  const { text } = await generateText({
    model: temporalProvider.languageModel('stand-in'),
    prompt: question,
    tools: { askSources },
    stopWhen: stepCountIs(3),
  });
  return text;
}
