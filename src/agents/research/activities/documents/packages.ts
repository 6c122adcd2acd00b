/**
 * The documents that every installation has: what npm put into node_modules, in a collection a kind.
 * Direct dependencies come first, as the number of files is capped.
 */
import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { walk, type FoundFile } from './files.ts';

interface Collection {
  readonly accept: (name: string) => boolean;
  readonly most: number;
  readonly mostOfOne: number;
  /** How deep a direct dependency is searched; of all others only the top, if they are read at all. */
  readonly deepest: number;
  readonly others: boolean;
  readonly mostSections: number;
}

const markdown = /\.(?:md|markdown)$/i;
const changelog = /^(?:changelog|changes|history|releases?(?:[-_ ]notes)?)(?:\.(?:md|markdown|txt))?$/i;
const readme = /^readme/i;
const formal = /^(?:licen[cs]e|code_of_conduct|security|contributing|authors|governance|third|notice)/i;
/** Folders of a package that repeat what others hold, or that nobody reads. */
const apart = new Set([
  'node_modules',
  '.git',
  'test',
  'tests',
  '__tests__',
  'fixtures',
  'target',
  'cjs',
  'v3',
  'src',
  'protos',
  'scripts',
]);
const enter = (folder: string): boolean => !apart.has(folder);

export const packageCollections = {
  'package-readmes': {
    accept: (name) => markdown.test(name) && readme.test(name),
    most: 300,
    mostOfOne: 20,
    deepest: 3,
    others: true,
    mostSections: 60,
  },
  'package-docs': {
    accept: (name) => markdown.test(name) && !readme.test(name) && !changelog.test(name) && !formal.test(name),
    most: 300,
    mostOfOne: 60,
    deepest: 6,
    others: true,
    mostSections: 60,
  },
  // The newest entries stand first.
  'package-changelogs': {
    accept: (name) => changelog.test(name),
    most: 60,
    mostOfOne: 3,
    deepest: 2,
    others: true,
    mostSections: 120,
  },
  'package-types': {
    accept: (name) => name.endsWith('.d.ts'),
    most: 400,
    mostOfOne: 60,
    deepest: 3,
    others: false,
    mostSections: 60,
  },
  'package-code': {
    accept: (name) => /\.m?js$/.test(name) && !/\.min\.m?js$/.test(name),
    most: 200,
    mostOfOne: 25,
    deepest: 3,
    others: false,
    mostSections: 40,
  },
} as const satisfies Record<string, Collection>;

export type PackageCollection = keyof typeof packageCollections;

/** The files of one collection. */
export async function packageFiles(name: PackageCollection, signal: AbortSignal): Promise<FoundFile[]> {
  const collection: Collection = packageCollections[name];
  const files = new Map<string, FoundFile>();
  for (const { root, direct, others } of await installedPackages()) {
    const wanted = collection.others ? [...direct, ...others] : direct;
    for (let from = 0; from < wanted.length && files.size < collection.most; from += 20) {
      const some = wanted.slice(from, from + 20);
      const found = some.map((one) =>
        filesOf(root, one, collection, direct.includes(one) ? collection.deepest : 1, signal),
      );
      for (const file of (await Promise.all(found)).flat()) if (!files.has(file.path)) files.set(file.path, file);
    }
  }
  return [...files.values()].slice(0, collection.most);
}

async function filesOf(
  root: string,
  label: string,
  { accept, mostOfOne, mostSections }: Collection,
  deepest: number,
  signal: AbortSignal,
): Promise<FoundFile[]> {
  const { files } = await walk(join(root, label), { accept, enter, most: mostOfOne, deepest, signal });
  return files.map((location) => ({
    path: relative(root, location).split(sep).join('/'),
    location,
    label,
    mostSections,
  }));
}

interface Installed {
  readonly root: string;
  readonly direct: string[];
  readonly others: string[];
}

/** Each node_modules above this module and above the working directory. Temporal's own parts count as asked for. */
async function installedPackages(): Promise<Installed[]> {
  const parents = [...new Set([dirname(fileURLToPath(import.meta.url)), process.cwd()].flatMap(ancestors))];
  const asked = (await Promise.all(parents.map(dependenciesOf))).flat();
  const roots = parents.map((parent) => join(parent, 'node_modules')).filter((root) => existsSync(root));
  return Promise.all(
    roots.map(async (root) => {
      const all = await packagesIn(root);
      const present = new Set(all);
      const direct = [...new Set([...all.filter(temporal), ...asked])].filter((name) => present.has(name));
      return { root, direct, others: all.filter((name) => !direct.includes(name)) };
    }),
  );
}

function ancestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

async function packagesIn(root: string): Promise<string[]> {
  const names = (await readdir(root)).filter((name) => !name.startsWith('.')).toSorted();
  const scoped = names.map(async (name) =>
    name.startsWith('@') ? (await readdir(join(root, name))).toSorted().map((inner) => `${name}/${inner}`) : [name],
  );
  return (await Promise.all(scoped)).flat();
}

const temporal = (name: string): boolean => name.startsWith('@temporalio/');

/** What a package.json asks for by name. */
async function dependenciesOf(folder: string): Promise<string[]> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { dependencies?: object };
    return Object.keys(manifest.dependencies ?? {});
  } catch {
    return [];
  }
}
