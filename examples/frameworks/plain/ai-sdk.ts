/** Vercel's AI SDK in a plain process, with both tools. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, stepCountIs, tool } from 'ai';
import { z } from 'zod';
import { askSources, askStock, connect } from './tools';

async function main(): Promise<void> {
  const client = await connect();
  const baseURL = process.env['OPENAI_BASE_URL'] ?? 'https://api.openai.com/v1';
  const apiKey = process.env['OPENAI_API_KEY'];
  const endpoint = createOpenAICompatible({ name: 'own', baseURL, ...(apiKey ? { apiKey } : {}) });
  const { text } = await generateText({
    model: endpoint(process.env['OPENAI_MODEL'] ?? 'gpt-5-mini'),
    prompt: 'What is known about bolts, and have we any?',
    stopWhen: stepCountIs(5),
    tools: {
      askSources: tool({
        description: 'Asks every source at once, and says which gave no answer',
        inputSchema: z.object({ question: z.string() }),
        execute: ({ question }) => askSources(client, question),
      }),
      askStock: tool({
        description: 'Asks the agent that knows what is in store',
        inputSchema: z.object({ message: z.string().max(8000) }),
        execute: ({ message }) => askStock(client, message),
      }),
    },
  });
  process.stdout.write(`SAID ${text}\n`);
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
