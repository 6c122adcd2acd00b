/** An endpoint that hangs is left in time, also when garbage was collected meanwhile. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchText } from '../../../src/activities/index.ts';
import { complete } from '../../../src/agents/model/completion.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const piece = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x' } }] })}\n\n`;
const hangs: Record<string, (response: ServerResponse) => void> = {
  'before its headers': () => {},
  'after its headers': (response) => response.writeHead(200).flushHeaders(),
  'after a piece': (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write(piece),
  'in the text of an error': (response) => response.writeHead(500).write('some'),
};

let way = '';
const server = createServer((request, response) => {
  // An answer that comes once the request was read: what the client holds of the request is then garbage.
  request.resume().on('end', () => hangs[way]?.(response));
});
let url = '';
let collecting: NodeJS.Timeout;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  collecting = setInterval(collect, 20);
});
afterAll(() => {
  clearInterval(collecting);
  server.closeAllConnections();
  server.close();
});

const model = (idle: string) => ({
  OPENAI_BASE_URL: `${url}/v1`,
  OPENAI_MODEL: 'test-model',
  FANFOLD_MODEL_IDLE: idle,
});
const asked = { instructions: 'Answer.', prompt: 'hello', maxTokens: 50 };
/** A caller who leaves. */
function leaving(): AbortSignal {
  const caller = new AbortController();
  setTimeout(() => caller.abort(new Error('the caller left')), 300);
  return caller.signal;
}

test.each(Object.keys(hangs))(
  'a model or a source that hangs %s is left once it is silent for too long',
  async (at) => {
    way = at;
    const { signal } = new AbortController();
    await expect(complete({ ...asked, signal }, model('300ms'))).rejects.toMatchObject({ type: 'ModelStalled' });
    const slow = { source: 'test', signal, timeoutMs: 300 };
    await expect(fetchText(new URL(url), slow)).rejects.toMatchObject({ type: 'TimedOut' });
  },
);

test.each(Object.keys(hangs))('a model or a source that hangs %s is left when its caller leaves', async (at) => {
  way = at;
  const left = { message: 'the caller left' };
  await expect(complete({ ...asked, signal: leaving() }, model('1h'))).rejects.toMatchObject(left);
  const patient = { source: 'test', signal: leaving(), timeoutMs: 3_600_000 };
  await expect(fetchText(new URL(url), patient)).rejects.toMatchObject(left);
});
