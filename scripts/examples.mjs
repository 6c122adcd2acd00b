#!/usr/bin/env node
/**
 * Every public export has a docstring with an example, read from the built declarations, which are what an editor shows.
 * Exits 1 where one has none.
 */
import { join } from 'node:path';
import { declarationsOf, entries, exportsOf, root } from './declarations.mjs';

let all = 0;
const missing = entries.flatMap(([, types]) =>
  [...exportsOf(join(root, types))].flatMap(([name, at]) => {
    all++;
    const docs = declarationsOf(at).map(({ doc }) => doc);
    if (docs.some((doc) => doc.includes('@example'))) return [];
    const lacks = docs.some(Boolean) ? 'no example' : 'no docstring';
    return [`${types} ${name} (${at.file.slice(root.length)}): ${lacks}`];
  }),
);
const isFine = missing.length === 0 && all > 0;
console.log(`${isFine ? '✓' : '✗'} public exports without a docstring or an example: ${missing.length} of ${all}`);
for (const each of missing) console.log(`  ${each}`);
process.exitCode = isFine ? 0 : 1;
