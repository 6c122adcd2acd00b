/** What the entries cost to import beside Temporal's own packages, and that however they are imported there is one copy. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist');
const run = promisify(execFile);

// Temporal's own takes half as long by `require`, so what a few milliseconds of ours add weighs more.
const ways = [
  ['import', '--input-type=module', (name: string) => `await import(${JSON.stringify(name)})`, 1.4],
  ['require', '--input-type=commonjs', (name: string) => `require(${JSON.stringify(name)})`, 1.6],
] as const;

/** Milliseconds of the processor. */
async function cost(type: string, load: string): Promise<number> {
  const code = `const before = process.cpuUsage(); ${load}; const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000); process.exit(0);`;
  const { stdout } = await run(process.execPath, [type, '-e', code], { cwd: root });
  return Number(stdout);
}

// Temporal's own are 82 and about 300 ms on a machine that is idle; ours are to be 100 and 500 at most.
describe.each(ways)('by `%s`', (_way, type, load, mostOfWorkflow) => {
  test.each([
    ['fanfold/workflow', '@temporalio/workflow', mostOfWorkflow],
    ['fanfold/client', '@temporalio/client', 1.6],
  ])('%s takes little more of the processor than %s', async (entry, temporal, most) => {
    // By turns, the least of each, and more turns where it is too much: what else runs on a machine only adds to them.
    let [ours, theirs] = [Infinity, Infinity];
    for (let turn = 0; turn < 5 || (turn < 20 && ours / theirs >= most); turn += 1) {
      ours = Math.min(ours, await cost(type, load(entry)));
      theirs = Math.min(theirs, await cost(type, load(temporal)));
    }
    console.info(`${entry}: ${ours.toFixed(0)} ms; ${temporal}: ${theirs.toFixed(0)} ms`);
    expect(ours / theirs).toBeLessThan(most);
  });
});

/** What a module loads of the package at once, itself among it, and of which other packages. */
async function loadedBy(entry: string): Promise<{ readonly files: readonly string[]; readonly packages: Set<string> }> {
  const files = new Set([join(built, entry)]);
  const packages = new Set<string>();
  for (const file of files)
    for (const [, named = ''] of (await readFile(file, 'utf8')).matchAll(/^(?:import|export)[^'"]*['"]([^'"]+)['"]/gm))
      if (named.startsWith('.')) files.add(join(dirname(file), named));
      else packages.add(named);
  return { files: [...files], packages };
}

test('worker.js is few files, and an HTTP client and schemas wait for whoever needs them', async () => {
  const { files, packages } = await loadedBy('worker.js');
  // One of them is what threads load as well, which is to be small.
  expect(files.length).toBeLessThanOrEqual(13);
  for (const name of ['undici', 'zod']) expect(packages).not.toContain(name);
});

test.each([
  ['index.js', ['ms']],
  ['workflow.js', ['@temporalio/workflow', 'ms']],
])('%s is a handful of files, and loads no other package than %s', async (entry, packages) => {
  const loaded = await loadedBy(entry);
  expect(loaded.files.length).toBeLessThanOrEqual(4);
  expect([...loaded.packages].toSorted()).toEqual(packages);
});

/** The names that rolldown writes above the code of each module. */
async function modulesInParts(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const parts = (await readdir(join(built, 'parts'))).filter((file) => file.endsWith('.js'));
  for (const part of parts)
    for (const [, module = ''] of (await readFile(join(built, 'parts', part), 'utf8')).matchAll(
      /^\/\/ src\/(.+)\.ts$/gm,
    ))
      found.set(module, [...(found.get(module) ?? []), part]);
  return found;
}

test('the code of a module is in one place: what its own file has is an export from there', async () => {
  const modules = await modulesInParts();
  expect(modules.size).toBeGreaterThan(150);
  for (const [module, parts] of modules) {
    expect(parts, module).toHaveLength(1);
    const lines = (await readFile(join(built, `${module}.js`), 'utf8')).split('\n').filter((line) => line !== '');
    const code = lines.filter((line) => !/^(?:import|export) [^(]*;$/.test(line));
    expect(code, module).toEqual([]);
  }
});

test('in the bundle of the workflows the library is there once', async () => {
  const bundle = await readFile(join(built, 'workflow-bundle.js'), 'utf8');
  for (const code of [/InsufficientResultsError = class/g, /function assertSandbox\(/g, /function opaqueId\(/g])
    expect([code, bundle.match(code)?.length]).toEqual([code, 1]);
});

test('an error of one entry is that of the others', async () => {
  const code = `
    const [verbs, workflow, errors] = await Promise.all(['fanfold', 'fanfold/workflow', './dist/core/errors.js'].map((name) => import(name)));
    console.log(verbs.InvalidOptionsError === workflow.InvalidOptionsError, errors.InvalidOptionsError === verbs.InvalidOptionsError, errors.InvalidOptionsError.name);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: root });
  expect(stdout.trim()).toBe('true true InvalidOptionsError');
});

test('what the build made is what it looks for, so that nothing is built anew at the next start', async () => {
  const code = "const { isBuilt } = await import('./scripts/build.mjs'); console.log(isBuilt());";
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: root });
  expect(stdout.trim()).toBe('true');
});
