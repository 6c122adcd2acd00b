/**
 * A file of a folder as sections, split by its kind; a file that cannot be read as text is a failure and never an empty one.
 * It is read on a thread of its own, as anybody may have written it: nothing here may load what a worker is.
 */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import iconv from 'iconv-lite';
import { installed } from '../../../../packages/installed.ts';
import { splitAsciidoc } from './asciidoc.ts';
import { splitDeclarations } from './declarations.ts';
import { splitHtml } from './html.ts';
import { splitMarkdown } from './markdown.ts';
import { splitRestructured } from './restructured.ts';
import { splitLines, splitText, numberedLines, type DocumentSection } from './section.ts';
import { UnreadableDocument } from './unreadable.ts';

/** How one file is split into pieces, by the end of its name. */
const splitters: Readonly<Record<string, (text: string) => DocumentSection[]>> = {
  '.md': splitMarkdown,
  '.mdx': splitMarkdown,
  '.markdown': splitMarkdown,
  '.rst': splitRestructured,
  '.adoc': splitAsciidoc,
  '.asciidoc': splitAsciidoc,
  '.html': splitHtml,
  '.htm': splitHtml,
};

const textEndings = new Set(
  `.txt .text .org .tex .log .csv .ts .tsx .mts .cts .js .jsx .mjs .cjs .vue .svelte .py .go .rs .java .kt
  .scala .rb .php .c .h .cc .cpp .hpp .cs .swift .m .sh .bash .ps1 .sql .proto .graphql .yaml .yml .toml .ini .css .ex
  .exs .erl .hs .lua .r .jl .dart .zig .tf`.split(/\s+/),
);

/** Whether a file's name says that it can be read. */
export function readable(path: string): boolean {
  const ending = extname(path).toLowerCase();
  if (ending === '') return /(?:^|\/)(?:readme|changelog|history|notes|todo|makefile|dockerfile)$/i.test(path);
  return ending === '.pdf' || ending in splitters || textEndings.has(ending);
}

/** @throws {UnreadableDocument} where its bytes are not what its name says */
export async function readSections(path: string): Promise<DocumentSection[]> {
  const bytes = await readFile(path);
  if (extname(path).toLowerCase() === '.pdf') return readPdf(bytes);
  const text = decoded(bytes);
  if (path.endsWith('.d.ts')) return splitDeclarations(text);
  const split = splitters[extname(path).toLowerCase()];
  return split ? split(text) : splitLines(numberedLines(text), '');
}

/**
 * @param said the encoding that whoever sent them names
 * @throws {UnreadableDocument} where it is not clear what the bytes say, so that no letter becomes another one
 */
export function decoded(bytes: Buffer, said?: string): string {
  const marked = utf16Marks.get(bytes.subarray(0, 2).toString('hex'));
  if (marked !== undefined) return utf16(bytes, marked);
  if (bytes.subarray(0, 8192).includes(0)) throw new UnreadableDocument('it holds zero bytes, so it is no UTF-8 text');
  if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\uFEFF/, '');
  const [, own] = /\bcharset=["']?([\w-]{1,40})/i.exec(bytes.subarray(0, 2048).toString('latin1')) ?? [];
  const named = [said, own].find((name) => name !== undefined && isOtherEncoding(name));
  if (named !== undefined) return iconv.decode(bytes, named);
  const letters = bytes.reduce((sum, byte) => sum + (byte < 0x80 ? 0 : 1), 0);
  // Letters with accents are few among those of a language that is written in Windows-1252.
  if (letters <= bytes.length / 5) return iconv.decode(bytes, 'windows-1252');
  throw new UnreadableDocument('it is no UTF-8 text, and which encoding it is in is not clear; save it as UTF-8');
}

/** Of letters, and not UTF-8, which these bytes are not. */
function isOtherEncoding(name: string): boolean {
  return !/^(?:utf-?8|utf-?7.*|hex|base64|binary|internal.*)$/i.test(name) && iconv.encodingExists(name);
}

const utf16Marks = new Map([
  ['fffe', 'utf-16le'],
  ['feff', 'utf-16be'],
]);

function utf16(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableDocument(`it is not the ${encoding} that it says it is`);
  }
}

/** A page is the address of a PDF's passages. @throws {UnreadableDocument} where it is broken, or pictures alone */
export async function readPdf(bytes: Uint8Array): Promise<DocumentSection[]> {
  // Loaded when the first PDF is met: it is large, and most folders have none.
  const { extractText, getDocumentProxy } = await installed('Reading PDFs', () => import('unpdf'));
  const pages = await pagesOf(async () => {
    const document = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
    const { text } = await extractText(document, { mergePages: false });
    await document.destroy();
    return text;
  });
  const sections = pages.flatMap((page, index) => splitText(page, '', `#page=${index + 1}`));
  if (sections.length === 0) throw new UnreadableDocument('its pages hold no text; they may be pictures of it');
  return sections;
}

async function pagesOf(read: () => Promise<string[]>): Promise<string[]> {
  try {
    return await read();
  } catch (error) {
    const why = error instanceof Error ? error.message : 'its reader does not say why';
    throw new UnreadableDocument(`it is a broken PDF (${why.slice(0, 200)})`);
  }
}
