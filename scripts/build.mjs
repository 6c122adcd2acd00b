#!/usr/bin/env node
/**
 * Builds dist/ from src/: tsc, the modules of the entries in few files, all once more as CommonJS, and one bundle of the
 * workflows, so that a worker need not run webpack at each start.
 * dist/.built is written last and removed first: without it everything is built anew, as nothing half built can be told from the whole.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleEntries, modulesOfEntries, partsOf } from './bundle.mjs';
import { buildPage, pageOutputs } from './web.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src');
const page = join(root, 'web');
const output = join(root, 'dist');
const stamp = join(output, '.built');
const workflows = 'workflows/index.js';
const bundle = 'workflow-bundle.js';
/** Of which SDK the bundle is: another one of whoever installs the package needs one of its own. */
const bundleFacts = 'workflow-bundle.json';
/** The modules once more for `require`, of all but the shell and the service. */
const commonJs = 'cjs';
const settings = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.mjs',
  'scripts/bundle.mjs',
  'scripts/web.mjs',
];

/** Whether dist/ is what src/ says now. */
export function isBuilt() {
  const built = readStamp();
  return built !== undefined && built.fingerprint === fingerprint() && areThere(built.outputs);
}

export async function build() {
  const before = readStamp();
  const current = fingerprint();
  const loadedBy = modulesOfEntries(root);
  const bundled = [...loadedBy.keys()].map((file) => relative(root, file));
  const outputs = [...expectedOutputs(), ...partsOf(loadedBy)];
  rmSync(stamp, { force: true });
  // The compiler leaves a module as it is whose source did not change, and so one that was put elsewhere and is no longer.
  const isToClear = before === undefined || !areThere(before.outputs) || !isWithin(before.bundled, bundled);
  if (isToClear) rmSync(output, { recursive: true, force: true });
  for (const file of before?.outputs ?? []) if (!outputs.includes(file)) rmSync(join(output, file), { force: true });
  compile();
  await bundleEntries(root, loadedBy);
  await writeCommonJs();
  await bundleWorkflows();
  if (existsSync(page)) await buildPage(root);
  if (existsSync(join(output, 'cli.js'))) chmodSync(join(output, 'cli.js'), 0o755);
  mkdirSync(output, { recursive: true });
  writeFileSync(stamp, JSON.stringify({ fingerprint: current, outputs, bundled }));
}

function compile() {
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (status !== 0) throw new Error('The sources do not compile; the messages of tsc are above.');
}

/** Of each module that a package entry loads, with its types: TypeScript and jest take no ES module by `require`. */
async function writeCommonJs() {
  const files = required();
  if (files.length === 0) return;
  const { transformSync } = await import('@swc/core');
  // An ES module that imports one of them sees the names that are said in a way that Node's lexer reads.
  const module = { type: 'commonjs', strict: true, exportInteropAnnotation: true };
  for (const file of files) {
    const target = join(output, commonJs, file);
    const text = readFileSync(join(output, file), 'utf8');
    const isCode = file.endsWith('.js');
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(
      target,
      isCode ? transformSync(text, { filename: file, module, jsc: { target: 'es2022' } }).code : text,
    );
  }
  writeFileSync(join(output, commonJs, 'package.json'), '{"type":"commonjs"}');
}

/** What the package's entries for `require` reach, in `dist/`: modules, and types. */
function required() {
  const { exports = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = Object.values(exports).flatMap(({ import: { types, default: code } = {} }) => [types, code]);
  const files = new Set(entries.filter(Boolean).map((file) => relative(output, join(root, file))));
  for (const file of files) {
    const ending = file.endsWith('.d.ts') ? '.d.ts' : '.js';
    for (const [, named] of readFileSync(join(output, file), 'utf8').matchAll(
      /(?:from|import\(?) ?['"](\.[^'"]+)\.[jt]s['"]/g,
    ))
      files.add(join(dirname(file), `${named}${ending}`));
  }
  return [...files];
}

async function bundleWorkflows() {
  const workflowsPath = join(output, workflows);
  if (!existsSync(workflowsPath)) return;
  const { DefaultLogger, bundleWorkflowCode } = await import('@temporalio/worker');
  const workflowInterceptorModules = [join(output, 'workflows/tamed.js')].filter((file) => existsSync(file));
  const logger = new DefaultLogger('ERROR');
  const { code } = await bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger });
  const file = join(output, bundle);
  writeFileSync(`${file}.new`, withoutSources(code));
  renameSync(`${file}.new`, file);
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@temporalio/workflow/package.json'), 'utf8'));
  writeFileSync(join(output, bundleFacts), JSON.stringify({ sdk: version }));
}

/** A worker reads the map at its start for the lines of stack traces, and the sources in it are half of the bundle. */
function withoutSources(code) {
  return code.replace(/(?<=;base64,)[\w+/=]+\s*$/, (base64) => {
    const { sourcesContent: _, ...map } = JSON.parse(Buffer.from(base64, 'base64').toString());
    return Buffer.from(JSON.stringify(map)).toString('base64');
  });
}

function expectedOutputs() {
  const modules = sourceFiles().filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  const compiled = modules.flatMap((file) => ['.js', '.d.ts'].map((ending) => file.replace(/\.ts$/, ending)));
  const ofWorkflows = modules.includes(workflows.replace(/\.js$/, '.ts')) ? [bundle, bundleFacts] : [];
  return [...compiled, ...ofWorkflows, ...(existsSync(page) ? pageOutputs : [])];
}

/** Names, sizes and times, so that a deleted source counts as well as a newer one. */
function fingerprint() {
  const ofPage = existsSync(page) ? filesIn(page).map((file) => join('web', file)) : [];
  const files = [...sourceFiles().map((file) => join('src', file)), ...ofPage, ...settings];
  const hash = createHash('sha256');
  for (const file of files.filter((name) => existsSync(join(root, name)))) {
    const { mtimeMs, size } = statSync(join(root, file));
    hash.update(`${file}\n${mtimeMs}\n${size}\n`);
  }
  return hash.digest('hex');
}

function sourceFiles() {
  return filesIn(source);
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

function isWithin(files = [], others) {
  return files.every((file) => others.includes(file));
}

function areThere(files) {
  return files.every((file) => existsSync(join(output, file)));
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8'));
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    // `--force` is for doubts; what an up-to-date build would leave is there already.
    if (process.argv.includes('--force') || !isBuilt()) await build();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
