#!/usr/bin/env node
/**
 * Every public export has a docstring with an example, read from the built declarations, which are what an editor shows.
 * Exits 1 where one has none.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const entries = Object.values(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports).flatMap(
  (entry) => entry.types ?? [],
);
const texts = new Map();

function textOf(file) {
  if (!texts.has(file)) texts.set(file, readFileSync(file, 'utf8'));
  return texts.get(file);
}

/** The names that a module exports, each with the file that declares it and its name there. */
function exportsOf(file) {
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

/** The docstring before a declaration; of an overloaded function that of any. */
function docOf({ file, name }) {
  const declared = new RegExp(
    String.raw`(/\*\*(?:(?!\*/)[\s\S])*\*/\s*)?^(?:export )?(?:declare )?(?:abstract )?(?:async )?(?:function|class|const|interface|type|enum) ${name.replaceAll('$', String.raw`\$`)}\b`,
    'gm',
  );
  return [...textOf(file).matchAll(declared)].map(([, doc = '']) => doc).join('\n');
}

const missing = entries.flatMap((entry) =>
  [...exportsOf(join(root, entry))].flatMap(([name, at]) => {
    const doc = docOf(at);
    if (doc.includes('@example')) return [];
    return [`${entry} ${name} (${at.file.slice(root.length)}): ${doc.trim() ? 'no example' : 'no docstring'}`];
  }),
);
const all = entries.reduce((sum, entry) => sum + exportsOf(join(root, entry)).size, 0);
console.log(
  `${missing.length === 0 ? '✓' : '✗'} public exports without a docstring or an example: ${missing.length} of ${all}`,
);
for (const each of missing) console.log(`  ${each}`);
process.exitCode = missing.length === 0 ? 0 : 1;
