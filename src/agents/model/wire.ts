/** A request as chat completions and as the Responses API want it, in the dialect of its endpoint. */
import type { ModelCall, ModelMessage, ModelRequest } from './conversation.ts';
import type { Dialect, Used } from './dialect.ts';
import type { ModelSettings } from './settings.ts';

type Json = Record<string, unknown>;

export interface WireRequest {
  readonly path: string;
  readonly body: Json;
  /** Which parts it uses that an endpoint may refuse. */
  readonly used: Used;
}

export function wireRequest(request: ModelRequest, settings: ModelSettings, dialect: Dialect): WireRequest {
  const plain = dialect.tools ? request : { ...request, messages: withoutTools(request.messages), tools: [] };
  const shaped = inWords(plain, dialect);
  return settings.api === 'responses' ? responses(shaped, settings, dialect) : chat(shaped, settings, dialect);
}

/** A schema that the endpoint does not take is asked for in words. */
function inWords(request: ModelRequest, { schema }: Dialect): ModelRequest {
  if (!request.schema || schema === 'json_schema') return request;
  return { ...request, instructions: `${request.instructions}\n\n${formOf(request.schema.json)}` };
}

export function formOf(json: object): string {
  return `Answer with one JSON value and nothing else, valid under this JSON schema:\n${JSON.stringify(json)}`;
}

/** What was asked of tools and what they said, as text, for an endpoint that takes none. */
function withoutTools(messages: readonly ModelMessage[]): ModelMessage[] {
  return messages.flatMap((message): ModelMessage[] => {
    if (message.role === 'tool')
      return [{ role: 'user', text: `[The tool ${message.callId} answered]\n${message.text}` }];
    if (message.role === 'user' || message.calls.length === 0) return [message];
    const asked = message.calls.map(({ id, name, arguments: given }) => `[Asks ${name} as ${id}: ${given}]`);
    return [{ role: 'assistant', text: [message.text, ...asked].filter(Boolean).join('\n'), calls: [] }];
  });
}

/** The instructions before the first words of the user, for an endpoint that takes no message of the system. */
function folded({ instructions, messages }: ModelRequest, { system }: Dialect): readonly ModelMessage[] {
  if (system || instructions === '') return joined(messages);
  const [first, ...rest] = messages;
  if (first?.role !== 'user') return joined([{ role: 'user', text: instructions }, ...messages]);
  return joined([{ role: 'user', text: `${instructions}\n\n${first.text}` }, ...rest]);
}

/** Two messages of the user in a row are one: some templates want the roles to alternate. */
function joined(messages: readonly ModelMessage[]): ModelMessage[] {
  const result: ModelMessage[] = [];
  for (const message of messages) {
    const last = result.at(-1);
    if (message.role === 'user' && last?.role === 'user')
      result.splice(-1, 1, { role: 'user', text: `${last.text}\n\n${message.text}` });
    else result.push(message);
  }
  return result;
}

function chat(request: ModelRequest, settings: ModelSettings, dialect: Dialect): WireRequest {
  const { tools = [], schema, instructions } = request;
  const system = dialect.system && instructions !== '' ? [{ role: 'system', content: instructions }] : [];
  const tokens = Math.min(request.maxTokens * dialect.room, dialect.mostTokens);
  const format = schema && dialect.schema !== 'words' ? { response_format: chatFormat(schema, dialect) } : {};
  const body: Json = {
    model: settings.model,
    messages: [...system, ...folded(request, dialect).map((message) => toChat(message, dialect))],
    ...(dialect.allowance === 'none' ? {} : { [dialect.allowance]: tokens }),
    ...(tools.length > 0 ? { tools: tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
    ...format,
    ...temperatureOf(settings, dialect),
    ...(dialect.stream ? { stream: true } : {}),
    ...(dialect.stream && dialect.streamOptions ? { stream_options: { include_usage: true } } : {}),
  };
  return { path: '/chat/completions', body, used: usedBy(body, request, dialect) };
}

function usedBy(body: Json, { tools = [], messages, schema, instructions }: ModelRequest, dialect: Dialect): Used {
  return {
    allowance: dialect.allowance !== 'none',
    schema: schema !== undefined && dialect.schema !== 'words',
    system: dialect.system && instructions !== '',
    tools: tools.length > 0 || messages.some((message) => message.role === 'tool'),
    stream: dialect.stream,
    streamOptions: 'stream_options' in body,
    temperature: 'temperature' in body,
    extra: dialect.extra && messages.some((message) => message.role === 'assistant' && message.extra !== undefined),
  };
}

function temperatureOf({ temperature }: ModelSettings, dialect: Dialect): Json {
  return temperature === undefined || !dialect.temperature ? {} : { temperature };
}

function chatFormat({ name, json, isStrict }: NonNullable<ModelRequest['schema']>, { schema }: Dialect): Json {
  if (schema === 'json_object') return { type: 'json_object' };
  return { type: 'json_schema', json_schema: { name, schema: json, strict: isStrict } };
}

function toChat(message: ModelMessage, { extra }: Dialect): Json {
  if (message.role === 'user') return { role: 'user', content: message.text };
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content: message.text };
  return {
    role: 'assistant',
    content: message.text,
    ...(message.calls.length > 0 ? { tool_calls: message.calls.map(callToChat) } : {}),
    ...(extra ? message.extra : {}),
  };
}

function callToChat({ id, name, arguments: given, extra = {} }: ModelCall): Json {
  const { function: more, ...rest } = extra as { function?: object };
  return { ...rest, id, type: 'function', function: { ...more, name, arguments: given } };
}

function responses(request: ModelRequest, settings: ModelSettings, dialect: Dialect): WireRequest {
  const { tools = [], schema, instructions } = request;
  const tokens = Math.min(request.maxTokens * dialect.room, dialect.mostTokens);
  const body: Json = {
    model: settings.model,
    ...(dialect.system ? { instructions } : {}),
    input: folded(request, dialect).flatMap((message) => toItems(message, dialect)),
    ...(dialect.allowance === 'none' ? {} : { max_output_tokens: tokens }),
    ...(tools.length > 0 ? { tools: tools.map((tool) => ({ type: 'function', strict: false, ...tool })) } : {}),
    ...(schema && dialect.schema !== 'words' ? { text: { format: itemFormat(schema, dialect) } } : {}),
    ...temperatureOf(settings, dialect),
    store: false,
    ...(dialect.stream ? { stream: true } : {}),
  };
  return { path: '/responses', body, used: { ...usedBy(body, request, dialect), streamOptions: false } };
}

function itemFormat({ name, json, isStrict }: NonNullable<ModelRequest['schema']>, { schema }: Dialect): Json {
  return schema === 'json_object'
    ? { type: 'json_object' }
    : { type: 'json_schema', name, schema: json, strict: isStrict };
}

function toItems(message: ModelMessage, { extra }: Dialect): unknown[] {
  if (message.role === 'user') return [{ role: 'user', content: message.text }];
  if (message.role === 'tool') return [{ type: 'function_call_output', call_id: message.callId, output: message.text }];
  const reasoning = extra && Array.isArray(message.extra?.['reasoning_items']) ? message.extra['reasoning_items'] : [];
  const said = message.text === '' ? [] : [{ role: 'assistant', content: message.text }];
  const calls = message.calls.map(({ id, name, arguments: given }) => ({
    type: 'function_call',
    call_id: id,
    name,
    arguments: given,
  }));
  return [...(reasoning as unknown[]), ...said, ...calls];
}
