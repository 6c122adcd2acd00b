/**
 * A compiler's project of ours for files of another: of that one's `tsconfig.json` only options that say how code is read.
 * The surprising rule: options that name a file, a program or a folder to write into are none of them, and what is not
 * listed here is not taken.
 */
import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { unlessMissing } from '../../../../activities/index.ts';
import type { AnalyserCall } from './run.ts';

type Options = Readonly<Record<string, unknown>>;

const mostBytes = 256 * 1024;
const mostExtends = 5;
const mostDeclarations = 200;
const mostAliases = 200;
const switches = new Set(
  'strict noImplicitAny strictNullChecks strictFunctionTypes strictBindCallApply strictPropertyInitialization noImplicitThis useUnknownInCatchVariables alwaysStrict noImplicitReturns noFallthroughCasesInSwitch noUncheckedIndexedAccess noImplicitOverride noPropertyAccessFromIndexSignature exactOptionalPropertyTypes allowJs checkJs esModuleInterop allowSyntheticDefaultImports experimentalDecorators emitDecoratorMetadata useDefineForClassFields resolveJsonModule allowImportingTsExtensions allowArbitraryExtensions isolatedModules verbatimModuleSyntax downlevelIteration preserveSymlinks resolvePackageJsonExports resolvePackageJsonImports'.split(
    ' ',
  ),
);
const words = new Set([
  'target',
  'module',
  'moduleResolution',
  'moduleDetection',
  'jsx',
  'jsxImportSource',
  'jsxFactory',
]);
const lists = new Set(['lib', 'types', 'customConditions']);
const word = /^(?!.*\.\.)[@\w][\w./@-]{0,80}$/;

/** Writes the project into the private folder, and gives its path. */
export async function ourProject({ root, project = '', files, folder }: AnalyserCall): Promise<string> {
  const home = dirname(project);
  const options = await harmless(project, root);
  const compilerOptions = {
    jsx: 'preserve',
    ...options,
    skipLibCheck: true,
    noEmit: true,
    typeRoots: typeRoots(home, root),
  };
  // A script that the project does not let in would be an error of its own, and stop the compiler.
  const form = options['allowJs'] === true || options['checkJs'] === true ? /\.[cm]?[jt]sx?$/ : /\.[cm]?tsx?$/;
  const asked = files.filter(({ path }) => form.test(path)).map(({ path }) => join(root, path));
  const file = join(folder, 'tsconfig.json');
  await writeFile(file, JSON.stringify({ compilerOptions, files: [...asked, ...(await declarations(home))] }));
  return file;
}

async function harmless(project: string, root: string, depth = 0): Promise<Options> {
  const read = await readJson(project);
  const extended = typeof read['extends'] === 'string' ? resolve(dirname(project), read['extends']) : undefined;
  const inside = extended !== undefined && !relative(root, extended).startsWith('..');
  const above = inside && depth < mostExtends ? await harmless(extended, root, depth + 1) : {};
  const part = depth < mostExtends && ownFiles(read) === 0 ? firstPart(read, project) : undefined;
  if (part !== undefined && !relative(root, part).startsWith('..')) return harmless(part, root, depth + 1);
  const options = read['compilerOptions'];
  if (typeof options !== 'object' || options === null) return above;
  return {
    ...above,
    ...Object.fromEntries(Object.entries(options).filter(([name, value]) => isHarmless(name, value))),
    ...aliases(options as Options, dirname(project), root),
  };
}

/**
 * Names of modules that stand for places inside of the project. They are relative to its `baseUrl` or to the file that
 * gives them, with or without `./`; ours lies elsewhere, and the compiler knows no `baseUrl` any more.
 */
function aliases({ paths, baseUrl }: Options, home: string, root: string): Options {
  const base = typeof baseUrl === 'string' ? resolve(home, baseUrl) : home;
  const given = typeof paths === 'object' && paths !== null ? Object.entries(paths).slice(0, mostAliases) : [];
  // Without paths of its own every name may be one of a file below.
  const all: [string, unknown][] = typeof baseUrl === 'string' ? [...given, ['*', starOf(given)]] : given;
  const found = all.flatMap(([name, places]) => {
    const inside = listOf(places).flatMap((place) => insideOf(root, base, place));
    return isPattern(name) && inside.length > 0 ? [[name, inside] as const] : [];
  });
  return found.length > 0 ? { paths: Object.fromEntries(found) } : {};
}

const starOf = (given: readonly (readonly [string, unknown])[]): unknown[] => [
  ...listOf(given.find(([name]) => name === '*')?.[1]),
  '*',
];
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, mostAliases) : []);
/** The compiler takes one star at most. */
const isPattern = (text: string): boolean => text.length <= 200 && text.split('*').length <= 2;

function insideOf(root: string, base: string, place: unknown): string[] {
  if (typeof place !== 'string' || !isPattern(place)) return [];
  const path = resolve(base, place);
  return relative(root, path).startsWith('..') ? [] : [path];
}

function ownFiles({ files }: Options): number | undefined {
  return Array.isArray(files) ? files.length : undefined;
}

/** A project without files of its own names others: the first of them is the one of the code. */
function firstPart({ references }: Options, project: string): string | undefined {
  const first: unknown = Array.isArray(references) ? references[0] : undefined;
  const path = typeof first === 'object' && first !== null && 'path' in first ? first.path : undefined;
  if (typeof path !== 'string') return undefined;
  return resolve(dirname(project), path.endsWith('.json') ? path : `${path}/tsconfig.json`);
}

function isHarmless(name: string, value: unknown): boolean {
  if (switches.has(name)) return typeof value === 'boolean';
  if (words.has(name)) return isWord(value);
  return lists.has(name) && Array.isArray(value) && value.length <= 100 && value.every(isWord);
}

function isWord(given: unknown): boolean {
  return typeof given === 'string' && word.test(given);
}

async function readJson(path: string): Promise<Options> {
  const file = (await isSmallFile(path)) ? path : `${path}.json`;
  if (!(await isSmallFile(file))) return {};
  try {
    const value: unknown = JSON.parse(withoutComments(await readFile(file, 'utf8')));
    return typeof value === 'object' && value !== null ? (value as Options) : {};
  } catch {
    // The compiler's own defaults are as good as any guess.
    return {};
  }
}

async function isSmallFile(path: string): Promise<boolean> {
  const status = await unlessMissing(lstat(path));
  return status?.isFile() === true && status.size <= mostBytes;
}

/** JSON as such files really are: with comments, and commas before a closing bracket. */
export function withoutComments(text: string): string {
  const kept: string[] = [];
  const pieces = text.matchAll(/"(?:[^"\\]|\\.)*"?|\/\/[^\n]*|\/\*[^*]*(?:\*(?!\/)[^*]*)*(?:\*\/)?|[^"/]|\//g);
  for (const [piece] of pieces) {
    if (piece.startsWith('//') || piece.startsWith('/*')) continue;
    if ((piece === '}' || piece === ']') && kept.at(-1) === ',') kept.pop();
    if (piece.trim() !== '') kept.push(piece);
  }
  return kept.join('');
}

/** Where the types of packages lie; they are declarations, which are only read. */
function typeRoots(home: string, root: string): string[] {
  const found: string[] = [];
  for (let folder = home; ; folder = dirname(folder)) {
    const types = join(folder, 'node_modules', '@types');
    if (existsSync(types)) found.push(types);
    if (folder === root || dirname(folder) === folder) return found;
  }
}

/** Names that hold everywhere are declared in files that nobody imports. */
async function declarations(home: string): Promise<string[]> {
  const folders = ['.', 'src', 'types', 'typings', '@types'].map((name) => join(home, name));
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = (await unlessMissing(readdir(folder))) ?? [];
      return names.filter((name) => /\.d\.[cm]?ts$/.test(name)).map((name) => join(folder, name));
    }),
  );
  return found.flat().slice(0, mostDeclarations);
}
