#!/usr/bin/env node
/**
 * Builds the page from web/ into dist/web/: its code and its style, each one file, and the document that names both with a
 * digest of them, so that a browser keeps them until they change.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What {@link buildPage} leaves below `dist/`. */
export const pageOutputs = ['index.html', 'page.js', 'page.css', 'report.js', 'icon.svg', 'licenses.txt'].map(
  (name) => `web/${name}`,
);

/** @param root the folder of the package */
export async function buildPage(root) {
  const [source, output] = [join(root, 'web'), join(root, 'dist', 'web')];
  const { rolldown } = await import('rolldown');
  mkdirSync(output, { recursive: true });
  /** @type {Set<string>} */
  const bundled = new Set();
  for (const [entry, format] of [
    ['page', 'esm'],
    // It stands in a file by itself, where a module would be fetched.
    ['report', 'iife'],
  ]) {
    const bundle = await rolldown({ input: join(source, `${entry}.tsx`), tsconfig: join(source, 'tsconfig.json') });
    const { output: chunks } = await bundle.write({ file: join(output, `${entry}.js`), format, minify: true });
    for (const { moduleIds = [] } of chunks) for (const id of moduleIds) bundled.add(packageOf(id) ?? '');
    await bundle.close();
  }
  const styles = readdirSync(join(source, 'style')).toSorted();
  const style = styles.map((name) => readFileSync(join(source, 'style', name), 'utf8')).join('\n');
  writeFileSync(join(output, 'page.css'), style.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/\s*\n\s*/g, '\n'));
  copyFileSync(join(source, 'icon.svg'), join(output, 'icon.svg'));
  writeFileSync(join(output, 'licenses.txt'), licensesOf(bundled));
  const digest = createHash('sha256');
  for (const name of ['page.js', 'page.css', 'icon.svg']) digest.update(readFileSync(join(output, name)));
  const version = digest.digest('hex').slice(0, 16);
  const html = readFileSync(join(source, 'index.html'), 'utf8');
  writeFileSync(join(output, 'index.html'), html.replaceAll('VERSION', version));
}

/** The folder of the package that a module is of; undefined of one of ours. */
function packageOf(module) {
  return /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(module)?.[0];
}

/** What is bundled is passed on, and so its licences are. */
function licensesOf(folders) {
  const texts = [...folders].filter(Boolean).map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`${name} is bundled into the page and has no file of its licence`);
    return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await buildPage(dirname(dirname(fileURLToPath(import.meta.url))));
