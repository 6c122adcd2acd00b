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
export const pageOutputs = ['index.html', 'page.js', 'page.css', 'report.js', 'icon.svg', 'preact.LICENSE'].map(
  (name) => `web/${name}`,
);

/** @param root the folder of the package */
export async function buildPage(root) {
  const [source, output] = [join(root, 'web'), join(root, 'dist', 'web')];
  const { rolldown } = await import('rolldown');
  mkdirSync(output, { recursive: true });
  for (const [entry, format] of [
    ['page', 'esm'],
    // It stands in a file by itself, where a module would be fetched.
    ['report', 'iife'],
  ]) {
    const bundle = await rolldown({ input: join(source, `${entry}.tsx`), tsconfig: join(source, 'tsconfig.json') });
    await bundle.write({ file: join(output, `${entry}.js`), format, minify: true });
    await bundle.close();
  }
  const styles = readdirSync(join(source, 'style')).toSorted();
  const style = styles.map((name) => readFileSync(join(source, 'style', name), 'utf8')).join('\n');
  writeFileSync(join(output, 'page.css'), style.replaceAll(/\/\*.*?\*\//gs, '').replaceAll(/\s*\n\s*/g, '\n'));
  copyFileSync(join(source, 'icon.svg'), join(output, 'icon.svg'));
  copyFileSync(join(root, 'node_modules/preact/LICENSE'), join(output, 'preact.LICENSE'));
  const digest = createHash('sha256');
  for (const name of ['page.js', 'page.css', 'icon.svg']) digest.update(readFileSync(join(output, name)));
  const version = digest.digest('hex').slice(0, 16);
  const html = readFileSync(join(source, 'index.html'), 'utf8');
  writeFileSync(join(output, 'index.html'), html.replaceAll('VERSION', version));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await buildPage(dirname(dirname(fileURLToPath(import.meta.url))));
