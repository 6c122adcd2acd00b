/** Both plugins on one worker, and a model that stands in: it calls the tool, then says what the tool said. */
import type { LanguageModelV3, LanguageModelV3GenerateResult, ProviderV3 } from '@ai-sdk/provider';
import { AiSdkPlugin } from '@temporalio/ai-sdk';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { fanfold } from 'fanfold/worker';

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

const standIn = {
  specificationVersion: 'v3',
  provider: 'stand-in',
  modelId: 'stand-in',
  supportedUrls: {},
  async doGenerate({ prompt }): Promise<LanguageModelV3GenerateResult> {
    const said = prompt.at(-1);
    if (said?.role !== 'tool')
      return {
        content: [{ type: 'tool-call', toolCallId: 'c1', toolName: 'askSources', input: '{"question":"bolts"}' }],
        finishReason: { unified: 'tool-calls', raw: undefined },
        usage,
        warnings: [],
      };
    const [part] = said.content;
    const text = part?.type === 'tool-result' && part.output.type === 'text' ? part.output.value : 'nothing';
    return {
      content: [{ type: 'text', text }],
      finishReason: { unified: 'stop', raw: undefined },
      usage,
      warnings: [],
    };
  },
  doStream() {
    throw new Error('not streamed');
  },
} satisfies LanguageModelV3;

async function search({ source, question }: { source: string; question: string }): Promise<string> {
  if (source === 'offline') throw new Error('the source is offline');
  return `${source} knows about ${question}`;
}

async function main(): Promise<void> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233';
  const taskQueue = `ai-${process.pid}`;
  const modelProvider = { specificationVersion: 'v3', languageModel: () => standIn } as unknown as ProviderV3;
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowsPath: require.resolve('./workflows'),
    activities: { search },
    plugins: [new AiSdkPlugin({ modelProvider }), fanfold({ limits: {} })],
  });
  const client = new Client({ connection: await Connection.connect({ address }) });
  const said = await worker.runUntil(
    client.workflow.execute('answer', { taskQueue, workflowId: taskQueue, args: ['bolts'] }),
  );
  process.stdout.write(`SAID ${said}\n`);
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
