/** A payload codec from `fanfold.config`: the commands and the service write and read through it, and home has nothing in clear. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { clearIn, filesOf } from '../support/codec.ts';
import { eventually } from '../support/temporal.ts';

const main = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fanfold-codec-cli-'));
const home = join(folder, 'home');

writeFileSync(
  join(folder, 'fanfold.config.mjs'),
  `const flip = (bytes) => Buffer.from(bytes.map((byte) => byte ^ 0x5a));
const text = (bytes) => Buffer.from(bytes ?? []).toString();
const codec = {
  encode: async (list) => list.map(({ metadata, data }) => ({ metadata: { encoding: Buffer.from('binary/x'), of: metadata.encoding }, data: flip(Buffer.from(data ?? [])) })),
  decode: async (list) => list.map((p) => (text(p.metadata?.encoding) === 'binary/x' ? { metadata: { encoding: p.metadata.of }, data: flip(Buffer.from(p.data)) } : p)),
};
export default { dataConverter: { payloadCodecs: [codec] } };`,
);
writeFileSync(join(folder, 'score.mjs'), `export const score = async ({ text }) => 'result of ' + text;`);

const env = { FANFOLD_HOME: home, FANFOLD_TEMPORAL_BIN: inject('temporal').binary, NO_COLOR: '1' };

function start(args: readonly string[], input = '', config?: string) {
  const own = config === undefined ? env : { ...env, FANFOLD_CONFIG: config };
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...process.env, ...own } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(input);
  return {
    child,
    said: () => stdout,
    ended: once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr })),
  };
}

test('a map over stdin ends with its rows, is served, and leaves nothing in clear, nor to a command without the codec', async () => {
  const words = ['first secret of a customer', 'second secret of a customer'];
  const input = words.map((text) => JSON.stringify({ text })).join('\n');
  const ran = await start(['map', './score.mjs#score', '-', '--id', 'coded', '-o', 'out.jsonl'], input).ended;
  expect(ran).toMatchObject({ code: 0 });
  const rows = readFileSync(join(folder, 'out.jsonl'), 'utf8').trim().split('\n');
  expect(rows.map((row) => (JSON.parse(row) as { result: string }).result)).toEqual(
    words.map((word) => `result of ${word}`),
  );

  const serve = start(['serve', '--port', '0', '--json']);
  const url = await eventually(() => /"service":\s*"([^"]+)"/.exec(serve.said())?.[1]);
  const page = (await (await fetch(`${url}/runs/coded/results`)).json()) as { results: { result: string }[] };
  expect(page.results.map(({ result }) => result)).toEqual(words.map((word) => `result of ${word}`));
  serve.child.kill('SIGTERM');
  await serve.ended;

  expect(filesOf(home).map(({ path }) => path)).toContain('temporal.db');
  expect(clearIn(home, words)).toEqual([]);

  writeFileSync(join(folder, 'none.json'), '{}');
  const without = await start(['show', 'coded', '--json'], '', 'none.json').ended;
  expect(without.code).toBe(2);
  expect(without.stdout).toContain('CodecMismatch');
});
