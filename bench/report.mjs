/** Writes bench/RESULTS.md and its plots from the JSON lines of a run; the latest row of each case counts. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyOf } from './cases.mjs';
import { own, peers } from './contenders.mjs';
import { install } from './packages.mjs';
import { page } from './report/page.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** @param file JSON lines, as `--output` writes them */
export async function writeReport(file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const rows = latest(lines.map((line) => JSON.parse(line)));
  const missing = install(here('./report'));
  if (missing !== undefined) throw new Error(missing);
  const { plots } = await import('./report/plots.mjs');
  mkdirSync(here('./plots'), { recursive: true });
  const drawn = await plots(rows);
  for (const { name, svg } of drawn) writeFileSync(join(here('./plots'), `${name}.svg`), `${svg}\n`);
  const results = here('./RESULTS.md');
  writeFileSync(results, page(rows, drawn));
  execFileSync(process.execPath, [here('../node_modules/oxfmt/bin/oxfmt'), results]);
  console.log(`${results} and ${drawn.length} plots`);
}

function latest(rows) {
  const kept = new Map();
  for (const row of rows)
    kept.set(row.tasks === undefined ? `${row.measure}/${row.contender ?? row.command ?? ''}` : keyOf(row), row);
  // Taken up later, a run has its rows in another order.
  return [...kept.values()].toSorted(
    (left, right) => (left.tasks ?? 0) - (right.tasks ?? 0) || place(left) - place(right),
  );
}

const names = [own, ...peers].map(({ name }) => name);
const place = ({ contender }) => names.indexOf(contender);
