import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { fetchJson } from '../../src/activities/http/fetch.ts';
import { complete } from '../../src/agents/model/completion.ts';

const source = fileURLToPath(new URL('../../src', import.meta.url));

test('every client of a model that is made has its own retries off', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const made = files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    const name = /import\('(?:openai|@anthropic-ai\/sdk)'\)/.test(text) && /default: (\w+)/.exec(text)?.[1];
    if (!name) return [];
    return [...text.matchAll(new RegExp(String.raw`new ${name}\(\{[\s\S]*?\n? *\}\);`, 'g'))].map(
      ([call]) => [file, call] as const,
    );
  });
  expect(made.length).toBeGreaterThan(0);
  for (const [file, call] of made) expect(call, file).toMatch(/maxRetries: 0/);
});

test('a refused call is made once, by whatever client', async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.writeHead(429, { 'retry-after': '0', 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((listening) => void server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { signal } = new AbortController();
  const input = { instructions: 'a', prompt: 'b', maxTokens: 5, signal };
  await expect(complete(input, { OPENAI_BASE_URL: url })).rejects.toMatchObject({ type: 'ModelRateLimited' });
  await expect(fetchJson(new URL(url), { source: 'test', signal })).rejects.toMatchObject({ type: 'RateLimited' });
  expect(asked).toBe(2);
  server.closeAllConnections();
  server.close();
});
