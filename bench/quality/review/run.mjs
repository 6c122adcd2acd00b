/**
 * How many planted bugs the analysers of a review find by themselves, and what else they say of the same files.
 * `node bench/quality/review/run.mjs` after `npm run build`; `--all` also by what is more often
 * wrong than right, `--json` for a program.
 */
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reviewed } from './stage.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const planted = JSON.parse(await readFile(join(here, 'planted.json'), 'utf8'));
const root = await mkdtemp(join(tmpdir(), 'fanfold-planted-'));
// Their names end with .txt, so that no linter of this repository takes them for its own.
for (const name of await readdir(join(here, 'planted')))
  await cp(join(here, 'planted', name), join(root, name.replace(/\.txt$/, '')));
await writeFile(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, types: [] } }));
const { findings, unread } = await reviewed(root, process.argv.includes('--all'));
for (const note of unread) console.error(note);
await rm(root, { recursive: true });

const covers = ({ path, line, endLine, more = [] }, { file, line: at }) =>
  path === file && ((line <= at && endLine >= at) || more.includes(at));
const rows = planted.map((bug) => ({ ...bug, by: findings.filter((finding) => covers(finding, bug)).map(nameOf) }));
const others = findings.filter((finding) => !planted.some((bug) => covers(finding, bug)));
const found = rows.filter(({ by }) => by.length > 0).length;
if (process.argv.includes('--json')) console.log(JSON.stringify({ found, of: planted.length, others: others.length }));
else {
  for (const { file, line, bug, by } of rows) console.log(`${by.join(', ') || '-'}\t${file}:${line}\t${bug}`);
  for (const other of others) console.log(`beside\t${other.path}:${other.line}\t${nameOf(other)}\t${other.message}`);
  console.log(`${found} of ${planted.length} found; ${others.length} findings beside them`);
}

function nameOf({ tool, rule }) {
  return `${tool}/${rule}`;
}
