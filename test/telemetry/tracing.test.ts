/** Tracing of a process of one's own, where its collector does not do what it should. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { inSpan } from '../../src/core/spans.ts';
import { clientTracing, endTracing, startTracing, tracingHere } from '../../src/packages/tracing.ts';

afterEach(() => vi.unstubAllEnvs());

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Traces one span to a collector, and how long it took to end. */
async function endAfterOne(collector: string, onProblem: (problem: string) => void): Promise<number> {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', collector);
  await startTracing(onProblem);
  expect(tracingHere()).toBeDefined();
  expect(await inSpan('work', {}, async () => 7)).toBe(7);
  const from = performance.now();
  await endTracing();
  expect(tracingHere()).toBeUndefined();
  return performance.now() - from;
}

test('without a collector nothing is traced, and ending that is nothing either', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', '');
  await startTracing();
  expect([tracingHere(), clientTracing()]).toEqual([undefined, {}]);
  await endTracing();
});

test('a collector that takes what is sent and never answers delays the end by two seconds, not by its silence', async () => {
  let asked = 0;
  const silent = createServer(() => void asked++);
  const tookMs = await endAfterOne(await listening(silent), () => {});
  silent.closeAllConnections();
  silent.close();
  expect(asked).toBeGreaterThan(0);
  // The exporter itself would wait for ten.
  expect(tookMs).toBeGreaterThan(1500);
  expect(tookMs).toBeLessThan(7000);
});

test('a collector that is not there delays the end no longer, and is told', async () => {
  const server = createServer();
  const url = await listening(server);
  server.close();
  const problems: string[] = [];
  expect(await endAfterOne(url, (problem) => problems.push(problem))).toBeLessThan(7000);
  expect(problems.every((problem) => problem.startsWith(`Spans cannot be sent to ${url}`))).toBe(true);
});
