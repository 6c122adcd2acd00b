/** OpenAI's Agents SDK in a plain process, with both tools. */
import { Agent, Runner, tool } from '@openai/agents-core';
import { OpenAIProvider } from '@openai/agents-openai';
import { z } from 'zod';
import { askSources, askStock, connect } from './tools';

async function main(): Promise<void> {
  const client = await connect();
  const agent = new Agent({
    name: 'Researcher',
    instructions: 'Ask the sources, and ask what is in store.',
    model: process.env['OPENAI_MODEL'] ?? 'gpt-5-mini',
    tools: [
      tool({
        name: 'askSources',
        description: 'Asks every source at once, and says which gave no answer',
        parameters: z.object({ question: z.string() }),
        execute: ({ question }) => askSources(client, question),
      }),
      tool({
        name: 'askStock',
        description: 'Asks the agent that knows what is in store',
        parameters: z.object({ message: z.string().max(8000) }),
        execute: ({ message }) => askStock(client, message),
      }),
    ],
  });
  const modelProvider = new OpenAIProvider({
    apiKey: process.env['OPENAI_API_KEY'] ?? 'none',
    useResponses: false,
    ...(process.env['OPENAI_BASE_URL'] ? { baseURL: process.env['OPENAI_BASE_URL'] } : {}),
  });
  const runner = new Runner({ modelProvider, tracingDisabled: true });
  const { finalOutput } = await runner.run(agent, 'What is known about bolts, and have we any?');
  process.stdout.write(`SAID ${String(finalOutput)}\n`);
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
