/** What the package's entries export, read from the built declarations; for the reference and for the check of examples. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../', import.meta.url));

/** Each entry that has types, as `./workflow`, and the file with them. */
export const entries = Object.entries(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports).flatMap(
  ([entry, { import: { types } = {} }]) => (types ? [[entry, types]] : []),
);
const texts = new Map();

function textOf(file) {
  if (!texts.has(file)) texts.set(file, readFileSync(file, 'utf8'));
  return texts.get(file);
}

/** The names that a module exports, each with the file that declares it and its name there. */
export function exportsOf(file) {
  const text = textOf(file);
  const found = new Map();
  for (const [, names, from] of text.matchAll(/^export (?:type )?\{([^}]*)\}(?: from '([^']+)')?;/gm))
    for (const name of names.split(',')) {
      const [there, here = there] = name
        .trim()
        .replace(/^type /, '')
        .split(' as ');
      if (here) found.set(here, from ? declarationOf(target(file, from), there) : { file, name: there });
    }
  for (const [, from] of text.matchAll(/^export (?:type )?\* from '([^']+)';/gm))
    for (const [name, at] of exportsOf(target(file, from))) if (!found.has(name)) found.set(name, at);
  for (const [, name] of text.matchAll(
    /^export (?:declare )?(?:abstract )?(?:async )?(?:function|class|const|interface|type|enum) (?!\{)([\w$]+)/gm,
  ))
    found.set(name, { file, name });
  return found;
}

function declarationOf(file, name) {
  return exportsOf(file).get(name) ?? { file, name };
}

function target(file, from) {
  const path = join(dirname(file), from.replace(/\.(?:js|ts)$/, '.d.ts'));
  if (!existsSync(path)) throw new Error(`${file} exports from ${from}, which the build does not have`);
  return path;
}

/** Every declaration of a name, of an overloaded function each, with its docstring or an empty one. */
export function declarationsOf({ file, name }) {
  const text = textOf(file);
  const declared = new RegExp(
    String.raw`(/\*\*(?:(?!\*/)[\s\S])*\*/\s*)?^(?:export )?(?:declare )?((?:abstract )?(?:async )?(?:function|class|const|interface|type|enum) ${name.replaceAll('$', String.raw`\$`)}\b)`,
    'gm',
  );
  return [...text.matchAll(declared)].map(({ 0: all, 1: doc = '', 2: head = '', index }) => {
    const start = index + all.length - head.length;
    return { doc: doc.trim(), code: text.slice(start, endOf(text, start)) };
  });
}

/** The class of this package that a class extends, whose methods it has; undefined where there is none. */
export function baseOf({ file, name }) {
  const text = textOf(file);
  const base = new RegExp(String.raw`class ${name}\b[^{]* extends (\w+)`).exec(text)?.[1];
  const from =
    base && new RegExp(String.raw`import (?:type )?\{[^}]*\b${base}\b[^}]*\} from '(\.[^']+)'`).exec(text)?.[1];
  return from ? declarationOf(target(file, from), base) : undefined;
}

/** Where a declaration ends: at the first line before another one at the margin, as the compiler writes them. */
function endOf(text, start) {
  let at = start;
  for (;;) {
    const end = text.indexOf('\n', at);
    if (end === -1) return text.length;
    const line = text.slice(at, end);
    if (/[;}]$/.test(line) && !/^[\s})]/.test(text.slice(end + 1))) return end;
    at = end + 1;
  }
}
