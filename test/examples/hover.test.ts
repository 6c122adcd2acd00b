/** What an editor shows to who uses the built package: asked of TypeScript's own language server. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = `import { gather, group } from 'fanfold/workflow';
import { asCompleted } from 'fanfold';
void gather({ a: () => 1 }, { deadline: '10s', minSuccessRatio: 1 });
void group([1], String, { taskTimeout: '1s' });
void asCompleted({ a: () => 1 }, { concurrency: 3 });
`;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly items?: readonly unknown[] };
  readonly result?: { readonly contents?: { readonly value?: string } };
}

let folder = '';
let server: ChildProcessWithoutNullStreams;
const waiting = new Map<number, (message: Message) => void>();
const send = (message: object): void => {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
};
const request = (method: string, params: object): Promise<Message> =>
  new Promise((resolve) => {
    const id = waiting.size + 1;
    waiting.set(id, resolve);
    send({ id, method, params });
  });

/** The server asks for settings too, and goes on once it has an answer. */
function take({ id, method, params, ...rest }: Message): void {
  if (id === undefined) return;
  if (method !== undefined) send({ id, result: params?.items?.map(() => null) ?? null });
  else waiting.get(id)?.(rest);
}

function listen(): void {
  let unread = Buffer.alloc(0);
  server.stdout.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (;;) {
      const head = unread.indexOf('\r\n\r\n');
      const length = /Content-Length: (\d+)/.exec(unread.subarray(0, Math.max(0, head)).toString())?.[1];
      const end = head + 4 + Number(length);
      if (length === undefined || unread.length < end) return;
      const message = JSON.parse(unread.subarray(head + 4, end).toString()) as Message;
      unread = unread.subarray(end);
      take(message);
    }
  });
}

beforeAll(async () => {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'hover-'));
  await writeFile(join(folder, 'use.ts'), text);
  server = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--lsp', '--stdio'], { cwd: root });
  listen();
  await request('initialize', { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities: {} });
  send({ method: 'initialized', params: {} });
  const textDocument = { uri: uri(), languageId: 'typescript', version: 1, text };
  send({ method: 'textDocument/didOpen', params: { textDocument } });
});
afterAll(async () => {
  server.kill();
  await rm(folder, { recursive: true, force: true });
});

const uri = (): string => pathToFileURL(join(folder, 'use.ts')).href;

async function hover(word: string): Promise<string> {
  const lines = text.slice(0, text.indexOf(word)).split('\n');
  const position = { line: lines.length - 1, character: lines.at(-1)?.length };
  const { result } = await request('textDocument/hover', { textDocument: { uri: uri() }, position });
  return result?.contents?.value ?? '';
}

test.each([
  ['gather({', 'keep what worked'],
  ['group([', 'the first failure cancels the rest'],
  ['asCompleted({', 'Each result as it settles'],
  ['deadline', 'Time for the whole fan-out'],
  ['minSuccessRatio', 'Smallest share of tasks that must succeed'],
  ['taskTimeout', 'Time for each task'],
  ['concurrency', 'How many tasks at once'],
])('an editor shows over `%s` what it does', async (word, said) => {
  expect(await hover(word)).toContain(said);
});
