/**
 * A sample of findings over the sources of installed packages, to be judged by the rubric in README.md.
 * `node bench/quality/review/noise.mjs [--seed 1] [--sample 40] [package…]` after `npm run build`.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { generator } from '../../../test/support/seeded.mjs';
import { reviewed } from './stage.mjs';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const usual = [
  'fastify',
  'pg',
  'commander',
  'csv-parse',
  'prom-client',
  'fast-xml-parser',
  'minisearch',
  'html-to-text',
  'cli-table3',
  'big.js',
  'avvio',
  'find-my-way',
  'pino',
  'light-my-request',
  'iconv-lite',
];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string', default: '1' }, sample: { type: 'string', default: '40' } },
});
const names = positionals.length > 0 ? positionals : usual;
const root = await mkdtemp(join(tmpdir(), 'fanfold-noise-'));
for (const name of names) {
  const from = join(modules, name);
  const wanted = (path) => !path.slice(from.length).includes('node_modules') && basename(path) !== 'dist';
  await cp(from, join(root, name), { recursive: true, filter: wanted });
}
const started = process.cpuUsage();
const { findings, files, suppressed } = await reviewed(root);
const { user, system } = process.cpuUsage(started);
await rm(root, { recursive: true });

const random = generator(Number(values.seed));
const sample = findings.map((finding) => [random(), finding]).toSorted(([a], [b]) => a - b);
for (const [, finding] of sample.slice(0, Number(values.sample))) {
  const { path, line, severity, tool, rule, message, excerpt, times = 1 } = finding;
  console.log(
    `${severity} ${tool}/${rule} ${path}:${line}${times > 1 ? ` (${times} times)` : ''}\n  ${message}\n  | ${excerpt[0]?.trim()}`,
  );
}
const seconds = ((user + system) / 1e6).toFixed(1);
console.log(`${findings.length} findings in ${files} files, ${suppressed} not told; ${seconds} s of this process`);
