/** How servers that speak one of OpenAI's APIs answer, made up from what each family is known for. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

export type Body = Record<string, unknown> & { messages: { role: string; content: string }[] };
export type Behaviour = (body: Body, response: ServerResponse, number: number) => void;

export const text = 'It is here [order 1].';
export const json = (response: ServerResponse, value: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
export const events = (response: ServerResponse, ...values: unknown[]): void =>
  void response
    .writeHead(200, { 'content-type': 'text/event-stream' })
    .end(`${values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('')}data: [DONE]\n\n`);
/** What is sent as bytes, in the words of whoever plays it. */
export const spoken = { as: (sent: string): string => sent };
const packed = (sent: string): Buffer => gzipSync(spoken.as(sent));
/** Each byte in a write of its own. */
const bytewise = (response: ServerResponse, sent: string): void => {
  for (const byte of Buffer.from(spoken.as(sent))) response.write(Buffer.of(byte));
  response.end();
};
export const piece = (delta: unknown, finish: string | null = null): object => ({
  model: 'test-model',
  choices: [{ index: 0, delta, finish_reason: finish }],
});
export const whole = (message: unknown, finish = 'stop'): object => ({
  model: 'test-model',
  choices: [{ index: 0, message, finish_reason: finish }],
});
export const said = (content: unknown) => (_: Body, response: ServerResponse) =>
  events(response, piece({ role: 'assistant' }), piece({ content }), piece({}, 'stop'));
const called =
  (...pieces: unknown[]) =>
  (_: Body, response: ServerResponse) =>
    events(response, ...pieces.map((tool_calls) => piece({ tool_calls })), piece({}, 'tool_calls'));
/** Refuses a request that has something, and answers any other. */
export const minds =
  (
    has: (body: Body) => boolean,
    message: string,
    status = 400,
    form: (message: string) => unknown = openAi,
  ): Behaviour =>
  (body, response) =>
    has(body) ? json(response, form(message), status) : said(text)(body, response);
export const openAi = (message: string) => ({ error: { message, type: 'invalid_request_error', code: null } });
const fastApi = (message: string) => ({ detail: [{ loc: ['body'], msg: message, type: 'extra_forbidden' }] });
const flat = (message: string) => ({ object: 'error', message, type: 'invalid_request_error', code: 400 });
const roles = ({ messages }: Body): string[] => messages.map(({ role }) => role);

/** What ends with the model's own answer. */
export const answered: Record<string, Behaviour> = {
  'OpenAI streams': said(text),
  'a whole answer where a stream was asked': (_, response) => json(response, whole({ content: text })),
  'a whole answer with the header of a stream': (_, response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(JSON.stringify(whole({ content: text }))),
  'a whole answer laid out over lines': (_, response) =>
    void response.end(JSON.stringify(whole({ content: text }), null, 2)),
  'a stream with the header of text': (_, response) =>
    void response
      .setHeader('content-type', 'text/plain')
      .end(`data: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`),
  'a stream without spaces behind data': (_, response) =>
    void response.end(`data:${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`),
  'a stream of CRLF lines': (_, response) =>
    void response.end(`data: ${JSON.stringify(piece({ content: text }, 'stop'))}\r\n\r\ndata: [DONE]\r\n\r\n`),
  'a stream without blank lines': (_, response) =>
    void response.end(
      `data: ${JSON.stringify(piece({ content: text }))}\ndata: ${JSON.stringify(piece({}, 'stop'))}\ndata: [DONE]\n`,
    ),
  'a stream that says only that it is over': (_, response) => events(response, piece({ content: text })),
  'comments between pieces': (_, response) =>
    void response.end(`: PROCESSING\n\n: PROCESSING\n\ndata: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`),
  'a stream of CR lines': (_, response) =>
    void response.end(`data: ${JSON.stringify(piece({ content: text }, 'stop'))}\r\rdata: [DONE]\r\r`),
  'CRLF cut between pieces of the network': (_, response) =>
    bytewise(response, `data: ${JSON.stringify(piece({ content: text }, 'stop'))}\r\n\r\ndata: [DONE]\r\n\r\n`),
  'characters cut between pieces of the network': (_, response) =>
    bytewise(
      response,
      `data: ${JSON.stringify(piece({ reasoning: '思考 🐦' }))}\n\ndata: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`,
    ),
  'a mark of the byte order first': (_, response) =>
    void response.end(`\uFEFFdata: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`),
  'an event over several lines': (_, response) =>
    void response.end(
      `${JSON.stringify(piece({ content: text }, 'stop'), null, 1).replaceAll(/^/gm, 'data: ')}\n\ndata: [DONE]\n\n`,
    ),
  'names, ids and times of events': (_, response) =>
    void response.end(
      `retry: 3000\n\nevent: completion\nid: 1\ndata: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`,
    ),
  'pings as Anthropic sends them': (_, response) =>
    void response.end(
      `event: ping\ndata: {"type": "ping"}\n\ndata: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`,
    ),
  'pings that are no JSON': (_, response) =>
    void response.end(
      `event: ping\ndata: ping\n\ndata:\n\ndata: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`,
    ),
  'a stream that is compressed': (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
      .end(packed(`data: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\n`)),
  'the header of JSON before a stream': (_, response) =>
    void response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(`data: ${JSON.stringify(piece({ content: text }, 'stop'))}\n\ndata: [DONE]\n\n`),
  'its end twice and without a line': (_, response) =>
    void response.end(`data: ${JSON.stringify(piece({ content: text }))}\n\ndata: [DONE]\n\ndata: [DONE]`),
  'a reason to end that is empty in each piece': (_, response) =>
    events(response, piece({ content: '' }, ''), piece({ content: text }, ''), piece({}, 'stop')),
  'a null error in each piece': (_, response) =>
    events(response, { ...piece({ content: text }), error: null }, { ...piece({}, 'stop'), error: null }),
  'messages in place of deltas': (_, response) =>
    events(response, { model: 'm', choices: [{ index: 0, message: { content: text }, finish_reason: 'stop' }] }),
  'null choices in a last piece': (_, response) =>
    events(response, piece({ content: text }, 'stop'), { choices: null, usage: { prompt_tokens: 9 } }),
  'numbers of pieces in place of choices': (_, response) =>
    events(
      response,
      ...['', text, ''].map((content, at) => ({ model: 'm', choices: [{ index: at + 1, delta: { content } }] })),
      { model: 'm', choices: [{ index: 4, delta: {}, finish_reason: 'stop' }] },
    ),
  'a choice of 0 and then of null': (_, response) =>
    events(response, piece({ content: '' }), {
      model: 'm',
      choices: [{ index: null, delta: { content: text }, finish_reason: 'stop' }],
    }),
  'a second choice beside the first': (_, response) =>
    events(
      response,
      piece({ content: '' }),
      { model: 'm', choices: [{ index: 1, delta: { content: 'No idea.' }, finish_reason: 'stop' }] },
      piece({ content: text }, 'stop'),
    ),
  'a reason to end in capitals, as Gemini': (_, response) => events(response, piece({ content: text }, 'STOP')),
  'lines of JSON, as Ollama': (_, response) =>
    void response.end(
      `${JSON.stringify({ model: 'm', message: { content: text }, done: false })}\n${JSON.stringify({ model: 'm', message: { content: '' }, done: true, done_reason: 'stop' })}\n`,
    ),
  'Azure’s first chunk': (_, response) =>
    events(
      response,
      { id: '', model: '', choices: [], prompt_filter_results: [] },
      piece({ content: text }),
      piece({}, 'stop'),
    ),
  'a last chunk of usage alone': (_, response) =>
    events(response, piece({ content: text }, 'stop'), {
      choices: [],
      usage: { prompt_tokens: 9, completion_tokens: 4 },
    }),
  'a null usage in each chunk': (_, response) => events(response, { ...piece({ content: text }, 'stop'), usage: null }),
  'content as parts': said([{ type: 'text', text }]),
  'content as texts in a list': said([text]),
  'thinking parts, as Mistral': said([
    { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
    { type: 'text', text },
  ]),
  'an empty list of parts first': (_, response) =>
    events(response, piece({ content: [] }), piece({ content: text }), piece({}, 'stop')),
  'a null content first': (_, response) =>
    events(response, piece({ content: null }), piece({ content: text }), piece({}, 'stop')),
  'thoughts in tags': said(`<think>It may be [order 2].</think>\n${text}`),
  'thoughts whose start the template holds': said(`It may be [order 2].\n</think>\n\n${text}`),
  'thoughts in other tags': said(`<thinking>hm</thinking><reflection>so</reflection>${text}`),
  'thoughts in brackets, as Magistral': said(`[THINK]hm[/THINK]${text}`),
  'thoughts as Kimi marks them': said(`◁think▷hm◁/think▷${text}`),
  'thoughts as Seed marks them': said(`<seed:think>hm</seed:think>${text}`),
  'thoughts as Cohere marks them': said(
    `<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>${text}<|END_RESPONSE|>`,
  ),
  'thoughts in a field, as DeepSeek': (_, response) =>
    events(response, piece({ reasoning_content: 'hm' }), piece({ content: text }), piece({}, 'stop')),
  'thoughts in a field, as OpenRouter': (_, response) =>
    events(
      response,
      piece({ reasoning: 'hm', reasoning_details: [{ text: 'hm' }] }),
      piece({ content: text }),
      piece({}, 'stop'),
    ),
  'channels, as harmony': said(
    `<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>${text}<|return|>`,
  ),
  'channels whose marks were taken out': said(`analysisIt may be here.assistantfinal${text}`),
  'marks of the template': said(`<|im_start|>assistant\n${text}<|im_end|>`),
  'an end mark': said(`${text}</s>`),
  'Gemma’s end of turn': said(`${text}<end_of_turn>`),
  'answer tags': said(`<think>hm</think><answer>${text}</answer>`),
  'the older completions': (_, response) => json(response, { model: 'm', choices: [{ text, finish_reason: 'stop' }] }),
  'minds max_tokens': minds(
    (body) => 'max_tokens' in body,
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  ),
  'minds both names': minds(
    (body) => 'max_tokens' in body || 'max_completion_tokens' in body,
    'unknown field max_tokens or max_completion_tokens',
  ),
  'minds the number': minds(
    (body) => Number(body['max_tokens']) > 40,
    'max_tokens is too large: this model supports at most 40 completion tokens',
  ),
  'minds stream options': minds(
    (body) => 'stream_options' in body,
    'Extra inputs are not permitted: stream_options',
    422,
    fastApi,
  ),
  'minds streams': minds((body) => body['stream'] === true, 'Streaming is not supported for this model'),
  'minds tools': minds((body) => 'tools' in body, 'test-model does not support tools'),
  'has no endpoint for tools, as OpenRouter': minds(
    (body) => 'tools' in body,
    'No endpoints found that support tool use',
    404,
  ),
  'minds the system, as Gemma': minds(
    (body) => roles(body).includes('system'),
    'Developer instruction is not enabled for models/gemma',
  ),
  'minds the system, as llama.cpp’s templates': minds(
    (body) => roles(body).includes('system'),
    'Only user and assistant roles are supported!',
    500,
  ),
  'wants roles to alternate': minds(
    (body) => roles(body).some((role, index, all) => role === all[index - 1]),
    'Conversation roles must alternate user/assistant',
  ),
  'minds turns that it did not write': minds(
    (body) => roles(body).includes('assistant'),
    'Assistant message must have thought signatures',
  ),
  'minds messages of tools': minds((body) => roles(body).includes('tool'), 'tool_call_id is not one of ours'),
  'minds the temperature': minds(
    (body) => 'temperature' in body,
    "Unsupported value: 'temperature' does not support 0.2",
  ),
  'minds something and does not say what': minds((body) => 'stream_options' in body, 'Bad request', 400, flat),
  'minds tools and does not say so': minds((body) => 'tools' in body, 'Bad request', 422, flat),
  'minds two things': minds(
    (body) => 'stream_options' in body || 'max_tokens' in body,
    'unsupported parameter: max_tokens, stream_options',
  ),
  'ends for length once': (_, response, number) =>
    events(response, piece({ content: number === 1 ? 'It is' : text }, number === 1 ? 'length' : 'stop')),
  'is empty once': (_, response, number) => events(response, piece({ content: number === 1 ? '' : text }, 'stop')),
  'thinks all its tokens away once': (_, response, number) =>
    events(
      response,
      piece(number === 1 ? { reasoning_content: 'hm' } : { content: text }, number === 1 ? 'length' : 'stop'),
    ),
};

const call = { id: 'call_1', type: 'function', function: { name: 'orders', arguments: '{"orderId":7}' } };
export const usable = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ kind: 'usable', tool: 'orders', input: { orderId: 7 + index } }));
const seven = (orderId: number) => ({ name: 'orders', arguments: `{"orderId":${orderId}}` });
const named = (n: number, more: object = {}) => ({
  ...more,
  function: { name: 'orders', arguments: `{"orderId":${n}}` },
});

/** A piece that has the id and the name of its call. */
const again = (given: unknown) => ({ index: 0, id: 'call_1', function: { name: 'orders', arguments: given } });

/** What ends with calls that can be made. */
export const calling: Record<string, readonly [Behaviour, number]> = {
  'in one piece': [called([{ index: 0, ...call }]), 1],
  'in pieces': [
    called(
      [{ index: 0, id: 'a', function: { name: 'orders', arguments: '{"order' } }],
      [{ index: 0, function: { arguments: 'Id":7}' } }],
    ),
    1,
  ],
  'without an index': [called([call]), 1],
  'two without an index': [called([named(7, { id: 'a' })], [named(8, { id: 'b' })]), 2],
  'two of index 0': [called([named(7, { index: 0, id: 'a' })], [named(8, { index: 0, id: 'b' })]), 2],
  'two of index 0 without ids': [called([named(7, { index: 0 })], [named(8, { index: 0 })]), 2],
  'two in one piece without ids': [called([named(7), named(8)]), 2],
  'id and name in each piece': [
    called(
      [{ index: 0, id: 'a', function: { name: 'orders', arguments: '{"order' } }],
      [{ index: 0, id: 'a', function: { name: 'orders', arguments: 'Id":7}' } }],
    ),
    1,
  ],
  'arguments as an object': [
    called([{ index: 0, id: 'a', function: { name: 'orders', arguments: { orderId: 7 } } }]),
    1,
  ],
  'id and name again without arguments': [called([{ index: 0, ...call }], [again(null)], [again('')]), 1],
  'an object twice': [called([again({ orderId: 7 })], [again({ orderId: 7 })]), 1],
  'an object after its text': [called([again('{"orderId":7}')], [again({ orderId: 7 })]), 1],
  'an object that was empty first': [called([again({})], [again({ orderId: 7 })]), 1],
  'text behind an object that was empty first': [
    called([again({})], [again('{"orderId"')], [{ index: 0, function: { arguments: ':7}' } }]),
    1,
  ],
  'a single object': [called({ id: 'a', function: { name: 'orders', arguments: '{"orderId":7}' } }), 1],
  'in one piece after empty ones': [
    called(
      [{ index: 0, id: 'a', type: 'function', function: { name: 'orders', arguments: '' } }],
      [{ index: 0, function: { arguments: '' } }],
      [{ index: 0, function: { arguments: '{"orderId":7}' } }],
    ),
    1,
  ],
  'after a null content': [
    (_, response) =>
      events(
        response,
        piece({ role: 'assistant', content: null }),
        piece({ content: null, tool_calls: [{ index: 0, ...call }] }),
        piece({ content: null }, 'tool_calls'),
      ),
    1,
  ],
  'two of the same id in one answer': [
    (_, response) =>
      json(response, whole({ content: null, tool_calls: [call, { ...call, function: seven(8) }] }, 'tool_calls')),
    2,
  ],
  'two of the same id in a stream': [called([{ index: 0, ...call }], [{ index: 1, ...call, function: seven(8) }]), 2],
  'with an index of text': [
    called(
      [{ index: '0', id: 'a', function: { name: 'orders', arguments: '{"order' } }],
      [{ index: '0', function: { arguments: 'Id":7}' } }],
    ),
    1,
  ],
  'numbered from one': [called([{ index: 1, ...call }]), 1],
  'with empty names and ids in later pieces': [
    called(
      [{ index: 0, id: 'a', function: { name: 'orders', arguments: '{"order' } }],
      [{ index: 0, id: '', function: { name: '', arguments: 'Id":7}' } }],
      [{ index: 0, id: null, function: { name: null, arguments: '' } }],
    ),
    1,
  ],
  'before a piece of usage alone': [
    (_, response) =>
      events(response, piece({ tool_calls: [{ index: 0, ...call }] }, 'tool_calls'), {
        choices: [],
        usage: { prompt_tokens: 9, completion_tokens: 4 },
      }),
    1,
  ],
  'that closes without a mark': [
    (_, response) =>
      void response.end(
        `data: ${JSON.stringify(piece({ tool_calls: [{ index: 0, ...call }] }))}\n\ndata: ${JSON.stringify(piece({}, 'tool_calls'))}\n\n`,
      ),
    1,
  ],
  'by the name in its namespace': [
    called([{ index: 0, ...call, function: { ...call.function, name: 'functions.orders' } }]),
    1,
  ],
  'by the name as Gemini writes it': [
    called([{ index: 0, ...call, function: { ...call.function, name: 'default_api.orders' } }]),
    1,
  ],
  'by a name with a mark of its template': [
    called([{ index: 0, ...call, function: { ...call.function, name: 'orders<|channel|>commentary' } }]),
    1,
  ],
  'with arguments that were encoded twice': [
    called([{ index: 0, ...call, function: { name: 'orders', arguments: JSON.stringify('{"orderId":7}') } }]),
    1,
  ],
  'with arguments in a fence': [
    called([{ index: 0, ...call, function: { name: 'orders', arguments: '```json\n{"orderId":7}\n```' } }]),
    1,
  ],
  'the older function_call': [
    (_, response) => json(response, whole({ content: null, function_call: call.function }, 'function_call')),
    1,
  ],
  'in a whole answer': [(_, response) => json(response, whole({ content: null, tool_calls: [call] }, 'tool_calls')), 1],
  'that finishes with stop': [
    (_, response) => events(response, piece({ tool_calls: [{ index: 0, ...call }] }), piece({}, 'stop')),
    1,
  ],
  'written in tags, as Hermes': [said('<tool_call>\n{"name": "orders", "arguments": {"orderId": 7}}\n</tool_call>'), 1],
  'written in a list, as Mistral': [said('[TOOL_CALLS][{"name": "orders", "arguments": {"orderId": 7}}]'), 1],
  'written in a channel, as harmony': [
    said('<|channel|>commentary to=functions.orders <|constrain|>json<|message|>{"orderId":7}<|call|>'),
    1,
  ],
};
