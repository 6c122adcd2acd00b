/** Both plugins on one worker, and a model that stands in: it calls the tool, then says what the tool said. */
import { Usage, type Model, type ModelRequest, type ModelResponse } from '@openai/agents-core';
import { Client, Connection } from '@temporalio/client';
import { OpenAIAgentsPlugin } from '@temporalio/openai-agents';
import { NativeConnection, Worker } from '@temporalio/worker';
import { fanfold } from 'fanfold/worker';

const standIn: Model = {
  async getResponse({ input }: ModelRequest): Promise<ModelResponse> {
    const items = typeof input === 'string' ? [] : input;
    const said = items.find((item) => item.type === 'function_call_result');
    const usage = new Usage();
    if (!said)
      return {
        usage,
        output: [
          {
            type: 'function_call',
            callId: 'c1',
            name: 'askSources',
            status: 'completed',
            arguments: '{"question":"bolts"}',
          },
        ],
      };
    const text =
      typeof said.output === 'object' && 'text' in said.output ? String(said.output.text) : String(said.output);
    return {
      usage,
      output: [{ type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text }] }],
    };
  },
  getStreamedResponse() {
    throw new Error('not streamed');
  },
};

async function search({ source, question }: { source: string; question: string }): Promise<string> {
  if (source === 'offline') throw new Error('the source is offline');
  return `${source} knows about ${question}`;
}

async function main(): Promise<void> {
  const address = process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233';
  const taskQueue = `agents-${process.pid}`;
  const agents = new OpenAIAgentsPlugin({ modelProvider: { getModel: () => standIn } });
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address }),
    taskQueue,
    workflowsPath: require.resolve('./workflows'),
    activities: { search },
    plugins: [agents, fanfold({ limits: {} })],
  });
  const client = new Client({ connection: await Connection.connect({ address }), plugins: [agents] });
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
