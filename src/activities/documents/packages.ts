/**
 * The documents that every installation has: what npm put into node_modules, in three collections.
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
  readonly deepest: number;
  /** Whether packages that nobody asked for by name are read too. */
  readonly transitive: boolean;
}

const markdown = /\.(?:md|markdown)$/i;
const changelog = /^(?:changelog|changes|history|releases?(?:[-_ ]notes)?)(?:\.(?:md|markdown|txt))?$/i;
const formal = /^(?:licen[cs]e|code_of_conduct|security|contributing|authors|governance|third|notice)/i;
const apart = new Set(['node_modules', '.git', 'test', 'tests', '__tests__', 'fixtures', 'target', 'cjs', 'v3']);

export const packageCollections = {
  'package-docs': {
    accept: (name) => markdown.test(name) && !changelog.test(name) && !formal.test(name),
    most: 500,
    mostOfOne: 60,
    deepest: 6,
    transitive: true,
  },
  'package-changelogs': { accept: (name) => changelog.test(name), most: 120, mostOfOne: 3, deepest: 2, transitive: true },
  'package-types': { accept: (name) => name.endsWith('.d.ts'), most: 500, mostOfOne: 80, deepest: 4, transitive: false },
} as const satisfies Record<string, Collection>;

export type PackageCollection = keyof typeof packageCollections;

/** The files of one collection. */
export async function packageFiles(name: PackageCollection, signal: AbortSignal): Promise<FoundFile[]> {
  const collection: Collection = packageCollections[name];
  const files = new Map<string, FoundFile>();
  for (const { root, names } of await installedPackages(collection.transitive)) {
    for (const packageName of names) {
      if (files.size >= collection.most) break;
      const { accept, mostOfOne, deepest } = collection;
      const enter = (folder: string): boolean => !apart.has(folder);
      const found = await walk(join(root, packageName), { accept, enter, most: mostOfOne, deepest, signal });
      for (const location of found) {
        const path = relative(root, location).split(sep).join('/');
        if (!files.has(path)) files.set(path, { path, location, label: packageName });
      }
    }
  }
  return [...files.values()].slice(0, collection.most);
}

/** Each node_modules above this module and above the working directory, with its packages in the order of reading. */
async function installedPackages(transitive: boolean): Promise<{ root: string; names: string[] }[]> {
  const parents = [...new Set([dirname(fileURLToPath(import.meta.url)), process.cwd()].flatMap(ancestors))];
  const direct = [...new Set((await Promise.all(parents.map(dependenciesOf))).flat())];
  const roots = parents.map((parent) => join(parent, 'node_modules')).filter((root) => existsSync(root));
  return Promise.all(
    roots.map(async (root) => {
      const first = direct.filter((name) => existsSync(join(root, name)));
      return { root, names: transitive ? [...new Set([...first, ...(await packagesIn(root))])] : first };
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

/** What a package.json asks for by name: Temporal's own first, as they are what questions to fanfold are about. */
async function dependenciesOf(folder: string): Promise<string[]> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { dependencies?: object };
    const names = Object.keys(manifest.dependencies ?? {});
    const temporal = (name: string): boolean => name.startsWith('@temporalio/');
    return [...names.filter(temporal), ...names.filter((name) => !temporal(name))];
  } catch {
    return [];
  }
}
