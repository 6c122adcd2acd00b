/** The rule of the house for timers, on what it must find and what it must leave, as the linter itself runs it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'fanfold-lint-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const rules = fileURLToPath(new URL('../../scripts/lint/index.mjs', import.meta.url));
const linter = fileURLToPath(new URL('../../node_modules/.bin/oxlint', import.meta.url));
writeFileSync(
  join(folder, '.oxlintrc.json'),
  JSON.stringify({
    jsPlugins: [rules],
    categories: { correctness: 'off' },
    rules: { 'fanfold/bounded-timer': 'error' },
  }),
);

const bad = [
  'export const f = (ms) => setTimeout(g, ms);',
  'export const f = ({ ms }) => setInterval(g, ms);',
  'export const f = (o) => globalThis.setTimeout(g, o.ms);',
  "import { setTimeout as sleep } from 'node:timers/promises'; export const f = (ms) => sleep(ms);",
  'export const f = (ms) => AbortSignal.timeout(ms);',
  'export const f = (ms) => setTimeout(g, Math.max(100, ms));',
  'const waitMs = 5; export const f = (waitMs) => setTimeout(g, waitMs);',
  'setTimeout(g, 3_000_000_000);',
  'let ms = 5; export const f = (n) => { ms = n; setTimeout(g, ms); };',
];
const good = [
  'setTimeout(g, 0);',
  'setTimeout(g);',
  'const waitMs = 30 * 1000; setTimeout(g, waitMs * 2);',
  'const most = 5000; export const f = (ms) => setTimeout(g, Math.min(most, ms));',
  "import { setTimeout as sleep } from 'node:timers/promises'; await sleep(5 + Math.random() * 20);",
  "import { boundedMs } from './clock.js'; export const f = (ms) => setTimeout(g, boundedMs(ms));",
  'export const f = (sleep, ms) => sleep(ms);',
];

test('a duration that a file does not bound is found, and no other', () => {
  [...bad, ...good].forEach((text, number) => writeFileSync(join(folder, `${number}.js`), `${text}\n`));
  let output = '';
  try {
    output = execFileSync(linter, ['--format', 'unix', '.'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const found = new Set([...output.matchAll(/(\d+)\.js:/g)].map(([, number]) => Number(number)));
  expect([...found].toSorted((a, b) => a - b)).toEqual(bad.map((_, number) => number));
});
