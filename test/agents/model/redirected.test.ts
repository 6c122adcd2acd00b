/** An endpoint that cannot be talked to: why is said, and what to do. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { complete } from '../../../src/agents/model/completion.ts';

const ask = (url: string): Promise<unknown> =>
  complete(
    { instructions: 'Answer.', prompt: 'hello', maxTokens: 50, signal: new AbortController().signal },
    { OPENAI_BASE_URL: url, OPENAI_MODEL: 'm' },
  );

test('an endpoint that redirects is named as the fault, is not asked again, and the key goes nowhere else', async () => {
  const paths: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    paths.push(url);
    response.writeHead(308, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await expect(ask(`http://127.0.0.1:${port}/v1`)).rejects.toMatchObject({
    type: 'ModelRefused',
    nonRetryable: true,
    message: expect.stringMatching(/redirects to another address.*OPENAI_BASE_URL/) as string,
  });
  expect(paths).toEqual(['/v1/chat/completions']);
  server.close();
  server.closeAllConnections();
});

test('an endpoint that is not there is said not to be, and is asked again', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  await expect(ask(`http://127.0.0.1:${port}/v1`)).rejects.toMatchObject({
    type: 'ModelUnreachable',
    nonRetryable: false,
    message: expect.stringContaining('ECONNREFUSED') as string,
  });
});
