/** One turn over chat completions, which nearly every endpoint speaks. */
import type { OpenAI } from 'openai';
import type { Message, ToolCall } from '../pure/conversation.ts';
import type { ModelEndpoint } from '../../model/completion.ts';
import {
  cut,
  declined,
  guardText,
  readWatched,
  watch,
  type RawCall,
  type RawTurn,
  type TurnRequest,
} from './stream.ts';

type ChatMessage = OpenAI.ChatCompletionMessageParam;
type Chunk = OpenAI.ChatCompletionChunk;
type Piece = OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall;

/** @throws {ApplicationFailure} as `modelFailure` types it, or of type `ModelStreamCut`, `ModelDeclined`, `MalformedModelAnswer` */
export async function chatTurn(request: TurnRequest, { client, model, tokenLimit }: ModelEndpoint): Promise<RawTurn> {
  const watched = watch(request);
  const body = {
    model,
    messages: [{ role: 'system' as const, content: request.instructions }, ...request.messages.map(toChat)],
    ...tokenLimit(request.maxTokens),
    ...(request.tools.length > 0
      ? { tools: request.tools.map((tool) => ({ type: 'function' as const, function: tool })) }
      : {}),
    stream: true as const,
    stream_options: { include_usage: true },
  };
  const gathered = new Gathered();
  await readWatched(watched, async () => {
    const stream = await client.chat.completions.create(body, { signal: watched.signal });
    for await (const chunk of stream) watched.heard(gathered.add(chunk));
  });
  return gathered.turn(model);
}

/** The pieces of a stream, put together. Any server may be behind the address, so nothing of a piece is taken for granted. */
class Gathered {
  #text = '';
  #refusal = '';
  #finish: string | undefined;
  #model: string | undefined;
  #usage = { inputTokens: 0, outputTokens: 0 };
  readonly #calls = new Map<number, { id: string; name: string; arguments: string }>();

  /** Returns how many characters came. */
  add({ choices, usage, model }: Partial<Chunk>): number {
    this.#model ??= model;
    if (usage) this.#usage = { inputTokens: usage.prompt_tokens ?? 0, outputTokens: usage.completion_tokens ?? 0 };
    const choice = Array.isArray(choices) ? choices[0] : undefined;
    this.#finish = choice?.finish_reason ?? this.#finish;
    return this.#addDelta(choice?.delta ?? {});
  }

  #addDelta({ content, refusal, tool_calls: pieces }: Partial<OpenAI.ChatCompletionChunk.Choice.Delta>): number {
    const text = typeof content === 'string' ? content : '';
    this.#text += text;
    this.#refusal += refusal ?? '';
    return (Array.isArray(pieces) ? pieces : []).reduce((sum, piece) => sum + this.#addCall(piece), text.length);
  }

  #addCall({ index, id, function: called }: Piece): number {
    const call = this.#calls.get(index) ?? { id: '', name: '', arguments: '' };
    this.#calls.set(index, call);
    // Some servers repeat id and name in each piece, so they are set and not added to.
    call.id ||= id ?? '';
    call.name ||= called?.name ?? '';
    const given = called?.arguments ?? '';
    call.arguments += given;
    return given.length;
  }

  turn(asked: string): RawTurn {
    if (this.#refusal !== '') throw declined(this.#refusal);
    if (this.#finish === undefined) throw cut();
    if (this.#finish === 'content_filter') throw declined('its endpoint filtered the answer');
    const calls: RawCall[] = [...this.#calls.values()];
    return { text: this.#text.trim(), calls, usage: this.#usage, model: this.#model ?? asked };
  }
}

function toChat(message: Message): ChatMessage {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.text };
    case 'guard':
      return { role: 'user', content: guardText(message.text) };
    case 'tool':
      return { role: 'tool', tool_call_id: message.callId, content: message.text };
    default:
      return {
        role: 'assistant',
        content: message.text,
        ...(message.calls.length > 0 ? { tool_calls: message.calls.map(callToChat) } : {}),
      };
  }
}

function callToChat(call: ToolCall): OpenAI.ChatCompletionMessageToolCall {
  return { id: call.id, type: 'function', function: { name: call.tool, arguments: sentArguments(call) } };
}

/** Servers refuse a conversation whose arguments are no JSON, though a model of theirs has written them. */
export function sentArguments(call: ToolCall): string {
  return JSON.stringify(call.kind === 'usable' ? (call.input ?? {}) : { unreadable: call.given.slice(0, 500) });
}
