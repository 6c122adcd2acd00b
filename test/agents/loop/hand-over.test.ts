/** Whom an agent hands over to over HTTP: what is tried again, and what is final. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineAgent } from '../../../src/agents/loop/define.ts';
import { deliverHandOver, type HandOver } from '../../../src/agents/loop/hand-over.ts';

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const status = Number(request.url?.slice(1));
    response.writeHead(status, { location: '/204', ...(status === 429 ? { 'retry-after': '7' } : {}) }).end();
  });
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const handOver = { agent: 'desk', runId: 'r', key: 'r/1', message: '', subject: 7, answer: {} } as unknown as HandOver;
const deliver = (status: number): Promise<void> => deliverHandOver(handOver, `${url}/${status}`);

test.each([302, 400, 401, 404, 422])('an address that answers by %i refuses for good', async (status) => {
  await expect(deliver(status)).rejects.toMatchObject({
    type: 'HandOverFailed',
    nonRetryable: true,
    message: expect.stringContaining(String(status)) as string,
  });
});

test.each([408, 409, 425, 429, 500, 503])('an address that answers by %i is told again', async (status) => {
  await expect(deliver(status)).rejects.toMatchObject({
    type: 'HandOverFailed',
    nonRetryable: false,
    ...(status === 429 ? { nextRetryDelay: 7000 } : {}),
  });
});

test('an address that takes it is told', async () => {
  await expect(deliver(204)).resolves.toBeUndefined();
});

test.each(['desk.example/hook', 'ftp://desk.example', ''])('an agent that hands over to %o is none', (onHandOver) => {
  expect(() => defineAgent({ name: 'desk', instructions: 'Answer.', tools: {}, onHandOver })).toThrow('onHandOver');
});
