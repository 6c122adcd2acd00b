/**
 * Puts the modules that the package's entries load into few files: Node takes about a millisecond for each one it opens.
 *
 * The surprising rule: every module keeps its file, which exports the same from where the code went, so that whoever imports
 * it, an entry, a worker's bundle of workflows or a thread, gets the one copy whose state all share.
 */
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** What is imported beside code of one's own. What several load is in files apart, so that none loads what it does not use. */
const entries = ['index', 'workflow', 'client', 'worker'];
/** They share as well, with none of the modules of Node in it. */
const sandbox = 'workflows/index';
/** Below the folder of modules, by one level, as {@link ownAddress} counts it. */
const folder = 'parts';
/** Packages that take longer to load than all of fanfold, most of it for what it has no use for, such as 60 languages. */
const taken = ['@noble/hashes', 'zod'];

/** @returns each module that the entries load at once, with a name for all those that do; below `root`, the package's folder */
export function modulesOfEntries(root) {
  const found = new Map();
  const add = (name, files) => {
    for (const file of files) found.set(file, [...(found.get(file) ?? []), name]);
  };
  const filesOf = (name) => [join(root, 'src', `${name}.ts`)].filter((file) => existsSync(file));
  for (const name of entries) add(name, reachedFrom(filesOf(name)));
  const shared = (files) => [...reachedFrom(files)].filter((file) => found.has(file));
  add('workflows', shared(filesOf(sandbox)));
  add('threads', shared(onThreads(join(root, 'src'))));
  return new Map([...found].map(([module, loading]) => [module, apart(loading).join('-')]));
}

/** What a worker or a thread has in common with workflows is in their files, so that a workflow's code stays in few. */
function apart(loading) {
  return loading.includes('workflow') ? loading.filter((name) => name !== 'worker' && name !== 'threads') : loading;
}

/** @returns the files that {@link bundleEntries} makes beside those of the modules, below `dist/` */
export function partsOf(loadedBy) {
  if (loadedBy.size === 0) return [];
  const names = [...loadedBy.values()];
  // A module that is alone in its set stays in its own file.
  const shared = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  return [...[...shared].map((name) => `${folder}/${name}.js`), ...taken.map(licenceOf)];
}

/**
 * @param root the folder of the package, whose modules are compiled already
 * @param loadedBy as {@link modulesOfEntries} has it
 */
export async function bundleEntries(root, loadedBy) {
  if (loadedBy.size === 0) return;
  const [source, output] = [join(root, 'src'), join(root, 'dist')];
  const { rolldown } = await import('rolldown');
  const input = Object.fromEntries([...loadedBy.keys()].map((module) => [nameIn(source, module), module]));
  const plugins = [asCompiled(source, output, loadedBy)];
  const bundle = await rolldown({ input, plugins, preserveEntrySignatures: 'strict' });
  await bundle.write({
    dir: output,
    entryFileNames: '[name].js',
    chunkFileNames: `${folder}/[name].js`,
    codeSplitting: { groups: filesFor(loadedBy) },
  });
  await bundle.close();
  for (const name of taken) copyFileSync(join(root, 'node_modules', name, 'LICENSE'), join(output, licenceOf(name)));
}

const outside = (id) => ({ id, external: true });

/** What is not put together is loaded from where it was compiled to, or from its package. */
function asCompiled(source, output, loadedBy) {
  return {
    name: 'as-compiled',
    resolveId(id, importer) {
      if (importer === undefined || !importer.startsWith(source)) return undefined;
      if (!id.startsWith('.')) return taken.some((name) => `${id}/`.startsWith(`${name}/`)) ? undefined : outside(id);
      const module = join(dirname(importer), id);
      return loadedBy.has(module) ? undefined : outside(join(output, `${nameIn(source, module)}.js`));
    },
    transform: (code, id) => (id.startsWith(source) ? ownAddress(code, nameIn(source, id)) : undefined),
  };
}

/** What modules name to be loaded on a thread of its own, which begins often and is to load no more than it needs. */
function onThreads(source) {
  const modules = existsSync(source)
    ? readdirSync(source, { recursive: true }).filter((file) => file.endsWith('.ts'))
    : [];
  return modules.flatMap((file) => {
    const module = join(source, file);
    const named = readFileSync(module, 'utf8').matchAll(/^const .*moduleBeside\(import\.meta\.url, '([^']+)'\)/gm);
    return [...named].map(([, each]) => join(dirname(module), each));
  });
}

function reachedFrom(files) {
  const found = new Set(files);
  for (const module of found)
    for (const [, named] of readFileSync(module, 'utf8').matchAll(
      /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'(\.[^']+)'/gm,
    ))
      found.add(join(dirname(module), named));
  return found;
}

function nameIn(source, module) {
  return relative(source, module).split(sep).join('/').replace(/\.ts$/, '');
}

/** One for each set of entries that load the same; the larger sets first, as a file takes with it what its modules load. */
function filesFor(loadedBy) {
  const sets = [...new Set(loadedBy.values())];
  return sets
    .map((name) => ({ name, priority: sizeOf(name), test: (module) => loadedBy.get(module) === name }))
    .toSorted((a, b) => b.priority - a.priority);
}

/** Of the set itself: that which a workflow loads a worker and a thread do, too, where {@link apart} does not name them. */
function sizeOf(name) {
  const loading = name.split('-');
  return loading.length + (loading.includes('workflow') ? 2 : 0);
}

/** A module that asks where it is, is told where its own file is. */
function ownAddress(code, name) {
  if (!code.includes('import.meta.url')) return undefined;
  return code.replaceAll('import.meta.url', `new URL('../${name}.js', import.meta.url).href`);
}

function licenceOf(name) {
  return `${folder}/${name.split('/').at(-1)}.LICENSE`;
}
