/** How servers fail that speak one of OpenAI's APIs, each with what the turn then says. */
import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { events, json, openAi, piece, text, type Behaviour } from './behaviours.ts';

/** What ends with a failure that says why. */
export const failing: Record<string, readonly [Behaviour, object]> = {
  hangs: [() => {}, { type: 'ModelStalled' }],
  'hangs after a piece': [
    (_, response) => void response.write(`data: ${JSON.stringify(piece({ content: 'It' }))}\n\n`),
    { type: 'ModelStalled' },
  ],
  'breaks off': [
    (_, response) => void response.end(`data: ${JSON.stringify(piece({ content: 'It' }))}\n\n`),
    { type: 'ModelStreamCut', nonRetryable: false },
  ],
  resets: [(_, response) => void response.destroy(), { type: 'ModelUnreachable', nonRetryable: false }],
  'is no JSON': [(_, response) => void response.end('<html>'), { type: 'MalformedModelAnswer' }],
  'refuses by a field': [
    (_, response) => events(response, piece({ refusal: 'I cannot' }), piece({}, 'stop')),
    { type: 'ModelDeclined', nonRetryable: true },
  ],
  'is filtered': [
    (_, response) => events(response, piece({ content: 'I' }, 'content_filter')),
    { type: 'ModelDeclined', nonRetryable: true },
  ],
  'fails with 200': [
    (_, response) => json(response, { error: { message: 'Overloaded', code: 503 } }),
    { type: 'ModelUnavailable', nonRetryable: false },
  ],
  'fails in the stream': [
    (_, response) => events(response, piece({ content: 'I' }), { error: { message: 'no', code: 429 } }),
    { type: 'ModelRateLimited' },
  ],
  'fails in the stream as vLLM': [
    (_, response) =>
      events(response, piece({ content: 'I' }), {
        object: 'error',
        message: 'boom',
        type: 'BadRequestError',
        code: 400,
      }),
    { type: 'ModelRefused', message: expect.stringContaining('boom') as string },
  ],
  'fails in the stream as Anthropic': [
    (_, response) =>
      void response.end(
        `data: ${JSON.stringify(piece({ content: 'I' }))}\n\nevent: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
      ),
    { type: 'ModelUnavailable', nonRetryable: false, message: expect.stringContaining('Overloaded') as string },
  ],
  'fails in the stream by a text': [
    (_, response) => events(response, piece({ content: 'I' }), { error: 'CUDA out of memory' }),
    { type: 'ModelUnavailable', nonRetryable: false, message: expect.stringContaining('CUDA') as string },
  ],
  'fails in the stream by a word': [
    (_, response) =>
      void response.end(`data: ${JSON.stringify(piece({ content: 'I' }))}\n\ndata: overloaded\n\ndata: [DONE]\n\n`),
    { type: 'MalformedModelAnswer', message: expect.stringContaining('overloaded') as string },
  ],
  'is over before its compressed stream is': [
    (_, response) => {
      const bytes = gzipSync(`data: ${JSON.stringify(piece({ content: text.repeat(50) }, 'stop'))}\n\n`);
      response
        .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
        .end(bytes.subarray(0, bytes.length - 12));
    },
    { nonRetryable: false },
  ],
  'promises more bytes than it sends': [
    (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9000' });
      response.write('{"choices":');
      setTimeout(() => response.destroy(), 50);
    },
    { nonRetryable: false },
  ],
  'is behind a proxy with a page of HTML': [
    (_, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>'),
    { type: 'ModelUnavailable', nonRetryable: false },
  ],
  'is overloaded by a status of its own': [
    (_, response) => json(response, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 529),
    { type: 'ModelUnavailable', nonRetryable: false },
  ],
  'names the day until which it has no room': [
    (_, response) => {
      response.setHeader('retry-after', new Date(Date.now() + 60_000).toUTCString());
      json(response, openAi('slow down'), 429);
    },
    { type: 'ModelRateLimited', nonRetryable: false, nextRetryDelay: expect.any(Number) as number },
  ],
  'has no quota left': [
    (_, response) => json(response, { error: { message: 'quota', code: 'insufficient_quota' } }, 429),
    { type: 'ModelRefused', nonRetryable: true },
  ],
  'sends comments and nothing else': [
    (_, response) => {
      const beat = setInterval(() => response.write(': PROCESSING\n\n'), 100);
      response.on('close', () => clearInterval(beat));
    },
    { type: 'ModelStalled', message: expect.stringContaining('nothing but comments for 4 s') as string },
  ],
  'fails with 500': [
    (_, response) => json(response, openAi('boom'), 500),
    { type: 'ModelUnavailable', nonRetryable: false },
  ],
  'wants another key': [
    (_, response) => json(response, openAi('bad key'), 401),
    { type: 'ModelRefused', nonRetryable: true },
  ],
  'knows no such model': [
    (_, response) => json(response, openAi('model_not_found'), 404),
    { type: 'ModelRefused', nonRetryable: true },
  ],
  redirects: [
    (_, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    { nonRetryable: true },
  ],
  'talks for ever': [
    (_, response) => {
      for (let n = 0; n < 30; n++)
        response.write(`data: ${JSON.stringify(piece({ content: 'x'.repeat(10_000) }))}\n\n`);
    },
    { type: 'MalformedModelAnswer', nonRetryable: true },
  ],
};
