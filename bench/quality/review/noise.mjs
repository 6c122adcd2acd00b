/**
 * A sample of findings over three public repositories, with the marks that somebody gave by the rubric in README.md.
 * `node bench/quality/review/noise.mjs [--set held-out] [--seed 1] [--sample 40] [folder…]` after `npm run build`; without
 * folders it fetches the repositories at their commits. With folders these are checkouts of theirs, by the names of their folders.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { reviewed } from './stage.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: 'string', default: '.' },
    seed: { type: 'string', default: '1' },
    sample: { type: 'string', default: '40' },
  },
});
const here = fileURLToPath(new URL('.', import.meta.url));
const text = (name) => readFile(join(here, values.set, name), 'utf8');
const read = async (name) => JSON.parse(await text(name));
const lines = async (name) =>
  (await text(name))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const home = positionals.length > 0 ? undefined : await mkdtemp(join(tmpdir(), 'fanfold-noise-'));
const folders = home ? await fetched(home) : positionals;
const findings = [];
for (const folder of folders) {
  const { findings: of, files, suppressed, unread } = await reviewed(folder);
  const repository = basename(folder);
  findings.push(...of.map((finding) => ({ ...finding, repository })));
  console.log(
    `${repository}: ${of.length} findings in ${files} files, ${suppressed} not told, ${unread.length} unread`,
  );
}
if (home) await rm(home, { recursive: true });

const marked = values.set === '.' ? await read('marks.json') : await lines('marks.jsonl');
const marks = new Map(marked.map(({ mark, ...of }) => [nameOf(of), mark]));
const sample = findings
  // By a hash, so that a rule that changes takes only its own findings from the sample.
  .map((finding) => [
    createHash('sha256')
      .update(`${values.seed} ${nameOf(finding)}`)
      .digest('hex'),
    finding,
  ])
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .slice(0, Number(values.sample))
  .map(([, finding]) => finding);
const counts = {};
for (const finding of sample) {
  const { severity, message, excerpt, times = 1 } = finding;
  const mark = marks.get(nameOf(finding)) ?? 'unmarked';
  counts[mark] = (counts[mark] ?? 0) + 1;
  console.log(`${mark}\t${severity}\t${nameOf(finding)}${times > 1 ? ` (${times} times)` : ''}`);
  if (mark === 'unmarked') console.log(`  ${message}\n  | ${excerpt[0]?.trim()}`);
}
console.log(`of ${sample.length}: ${JSON.stringify(counts)}`);

function nameOf({ repository, tool, rule, name = `${tool}/${rule}`, path, line }) {
  // A rule that is measured in parts has the part behind its name.
  return `${repository} ${name.split(' ', 1)[0]} ${path}:${line}`;
}

async function fetched(into) {
  const all = [];
  for (const { name, commit } of await read('repositories.json')) {
    const folder = join(into, basename(name));
    await mkdir(folder);
    const git = (...args) => execFileSync('git', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    git('init', '-q');
    git('fetch', '-q', '--depth', '1', `https://github.com/${name}`, commit);
    git('checkout', '-q', 'FETCH_HEAD');
    all.push(folder);
  }
  return all;
}
