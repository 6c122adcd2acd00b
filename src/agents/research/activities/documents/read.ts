/**
 * A file of a folder as sections, split by its kind; a file that cannot be read as text has none, and is no failure.
 * It is read on a thread of its own, as anybody may have written it: nothing here may load what a worker is.
 */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { installed } from '../../../../packages/installed.ts';
import { splitDeclarations } from './declarations.ts';
import { splitHtml } from './html.ts';
import { splitMarkdown } from './markdown.ts';
import { splitLines, splitText, numberedLines, type DocumentSection } from './section.ts';

/** How one file is split into pieces, by the end of its name. */
const splitters: Readonly<Record<string, (text: string) => DocumentSection[]>> = {
  '.md': splitMarkdown,
  '.mdx': splitMarkdown,
  '.markdown': splitMarkdown,
  '.html': splitHtml,
  '.htm': splitHtml,
};

const textEndings = new Set(
  `.txt .text .rst .adoc .org .tex .log .csv .ts .tsx .mts .cts .js .jsx .mjs .cjs .vue .svelte .py .go .rs .java .kt
  .scala .rb .php .c .h .cc .cpp .hpp .cs .swift .m .sh .bash .ps1 .sql .proto .graphql .yaml .yml .toml .ini .css .ex
  .exs .erl .hs .lua .r .jl .dart .zig .tf`.split(/\s+/),
);

/** Whether a file's name says that it can be read. */
export function readable(path: string): boolean {
  const ending = extname(path).toLowerCase();
  if (ending === '') return /(?:^|\/)(?:readme|changelog|history|notes|todo|makefile|dockerfile)$/i.test(path);
  return ending === '.pdf' || ending in splitters || textEndings.has(ending);
}

export async function readSections(path: string): Promise<DocumentSection[]> {
  const bytes = await readFile(path);
  if (extname(path).toLowerCase() === '.pdf') return readPdf(bytes);
  if (bytes.subarray(0, 8192).includes(0)) return [];
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (path.endsWith('.d.ts')) return splitDeclarations(text);
  const split = splitters[extname(path).toLowerCase()];
  return split ? split(text) : splitLines(numberedLines(text), '');
}

/** A page is the address of a PDF's passages. A broken file has none. */
async function readPdf(bytes: Uint8Array): Promise<DocumentSection[]> {
  // Loaded when the first PDF is met: it is large, and most folders have none.
  const { extractText, getDocumentProxy } = await installed('Reading PDFs', () => import('unpdf'));
  try {
    const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
    const { text } = await extractText(document, { mergePages: false });
    await document.destroy();
    return text.flatMap((page, index) => splitText(page, '', `#page=${index + 1}`));
  } catch {
    return [];
  }
}
