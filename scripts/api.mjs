#!/usr/bin/env node
/**
 * Writes docs/api/, a page for each entry of the package, from the built declarations with their docstrings: what an editor
 * shows, and nothing else. See docs/decisions/0078-an-api-reference-of-declarations.md for why it is not TypeDoc.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseOf, declarationsOf, entries, exportsOf, root } from './declarations.mjs';

const output = join(root, 'docs/api');

/** A docstring as text and its tags, each with what it says. */
function readDoc(comment) {
  const lines = comment
    .replace(/^\/\*\*|\*\/\s*$/g, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd());
  const text = lines
    .join('\n')
    .trim()
    .replaceAll(/\{@link (\w+)[^}]*\}/g, '`$1`');
  const [said = '', ...tags] = text.split(/^@(?=\w)/m);
  return { said: said.trim(), tags: tags.map((tag) => /^(\w+)\s*([\s\S]*)$/.exec(tag.trim())?.slice(1) ?? []) };
}

function tagLine([name, text = '']) {
  if (name === 'example') return `\n\`\`\`ts\n${text.trim()}\n\`\`\``;
  return `- \`@${name}\` ${text.trim().replaceAll(/\s+/g, ' ')}`;
}

/** One export: what it says, what it is, and how it is used. */
function section(name, at) {
  const declared = declarationsOf(at);
  const { said, tags } = readDoc(declared.find(({ doc }) => doc !== '')?.doc ?? '');
  const base = baseOf(at);
  const all = base ? [...declared, ...declarationsOf(base)] : declared;
  const code = all.map((each) => each.code).join('\n\n');
  const rest = tags.map(tagLine).join('\n');
  return [`## ${name}`, said, `\`\`\`ts\n${code}\n\`\`\``, rest].filter(Boolean).join('\n\n');
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
const index = [];
for (const [entry, types] of entries) {
  const name = entry === '.' ? 'fanfold' : `fanfold${entry.slice(1)}`;
  const file = `${name.replace('/', '-')}.md`;
  const found = [...exportsOf(join(root, types))].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const { said } = readDoc(/^\/\*\*[\s\S]*?\*\//.exec(readFileSync(join(root, types), 'utf8'))?.[0] ?? '');
  const sections = found.map(([each, at]) => section(each, at));
  writeFileSync(join(output, file), `# \`${name}\`\n\n${said}\n\n${sections.join('\n\n')}\n`);
  index.push(`- [\`${name}\`](${file}): ${found.length} exports. ${said}`);
}
writeFileSync(join(output, 'README.md'), `# API reference\n\n${index.join('\n')}\n`);
console.log(`docs/api: ${index.length} entries`);
