/** The page that people watch and steer runs with, as the build left it: a few files that are read once. */
import { existsSync, readFileSync } from 'node:fs';
import { pageFile } from './files.ts';

/** What is served, by the path it is served at. */
export interface PageFile {
  readonly type: string;
  readonly body: string;
}

const types = { 'page.js': 'text/javascript', 'page.css': 'text/css', 'icon.svg': 'image/svg+xml' } as const;

/** By the name of each file; undefined where nothing was built, as in a checkout that has run no build. */
export function pageFiles(): ReadonlyMap<string, PageFile> | undefined {
  if (!existsSync(pageFile('index.html'))) return undefined;
  const all = { 'index.html': 'text/html', ...types };
  return new Map(
    Object.entries(all).map(([name, type]) => [
      name,
      { type: `${type}; charset=utf-8`, body: readFileSync(pageFile(name), 'utf8') },
    ]),
  );
}

/** The code and the style of a report, which is one file. @throws where nothing was built */
export function reportParts(): { readonly code: string; readonly style: string } {
  return {
    code: readFileSync(pageFile('report.js'), 'utf8'),
    style: readFileSync(pageFile('page.css'), 'utf8'),
  };
}
