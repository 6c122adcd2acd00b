/** One turn over OpenAI's Responses API, for endpoints that offer it; nothing is stored there. */
import type { OpenAI } from 'openai';
import type { Message } from '../pure/conversation.ts';
import type { ModelEndpoint } from '../../model/completion.ts';
import { sentArguments } from './chat.ts';
import { cut, declined, guardText, readWatched, watch, type RawTurn, type TurnRequest } from './stream.ts';

type Item = OpenAI.Responses.ResponseInputItem;
type Event = OpenAI.Responses.ResponseStreamEvent;
type Answer = OpenAI.Responses.Response;

/** @throws as `chatTurn` does */
export async function responsesTurn(request: TurnRequest, { client, model }: ModelEndpoint): Promise<RawTurn> {
  const watched = watch(request);
  const body = {
    model,
    instructions: request.instructions,
    input: request.messages.flatMap(toItems),
    max_output_tokens: request.maxTokens,
    tools: request.tools.map((tool) => ({ type: 'function' as const, strict: false, ...tool })),
    store: false,
    stream: true as const,
  };
  let answer: Answer | undefined;
  await readWatched(watched, async () => {
    const stream = await client.responses.create(body, { signal: watched.signal });
    for await (const event of stream) {
      watched.heard('delta' in event && typeof event.delta === 'string' ? event.delta.length : 0);
      answer = endOf(event) ?? answer;
    }
  });
  if (!answer) throw cut();
  return turnOf(answer, model);
}

/** An answer that ran out of tokens is still one; it says so by what is missing in it. */
function endOf(event: Event): Answer | undefined {
  if (event.type === 'response.failed' || event.type === 'error') throw cut();
  return event.type === 'response.completed' || event.type === 'response.incomplete' ? event.response : undefined;
}

function turnOf(answer: Answer, asked: string): RawTurn {
  const output = Array.isArray(answer.output) ? answer.output : [];
  const parts = output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const refusal = parts.find((part) => part.type === 'refusal');
  if (refusal) throw declined(refusal.refusal);
  const text = parts.flatMap((part) => (part.type === 'output_text' ? [part.text] : [])).join('');
  const calls = output.flatMap((item) =>
    item.type === 'function_call' ? [{ id: item.call_id, name: item.name, arguments: item.arguments }] : [],
  );
  const usage = { inputTokens: answer.usage?.input_tokens ?? 0, outputTokens: answer.usage?.output_tokens ?? 0 };
  return { text: text.trim(), calls, usage, model: answer.model ?? asked };
}

function toItems(message: Message): Item[] {
  switch (message.role) {
    case 'user':
      return [{ role: 'user', content: message.text }];
    case 'guard':
      return [{ role: 'user', content: guardText(message.text) }];
    case 'tool':
      return [{ type: 'function_call_output', call_id: message.callId, output: message.text }];
    default:
      return [
        ...(message.text === '' ? [] : [{ role: 'assistant' as const, content: message.text }]),
        ...message.calls.map((call) => ({
          type: 'function_call' as const,
          call_id: call.id,
          name: call.tool,
          arguments: sentArguments(call),
        })),
      ];
  }
}
