/**
 * A page of the web as the few sections of it that are about a question: its article without what stands around it, or a PDF.
 * It is read on a thread of its own, as anybody may have written it: nothing here may load what a worker is.
 */
import { extname } from 'node:path';
import { installed } from '../../../../packages/installed.ts';
import { refuseDeep, splitHtml } from '../documents/html.ts';
import { splitMarkdown } from '../documents/markdown.ts';
import { decoded, readPdf } from '../documents/read.ts';
import { numberedLines, splitLines, type DocumentSection } from '../documents/section.ts';
import { UnreadableDocument } from '../documents/unreadable.ts';
import { rankedByWords } from '../ranked-by-words.ts';

export interface FetchedPage {
  readonly bytes: Uint8Array;
  /** The header's; empty where there is none. */
  readonly contentType: string;
  /** The path of its address, whose ending says what a page is that does not say it itself. */
  readonly path: string;
  readonly question: string;
  /** Characters of its sections. */
  readonly longest: number;
}

export interface PageText {
  /** The sections nearest to the question, the nearest first. */
  readonly text: string;
  /** The fragment of the nearest one's address, such as `#page=2`; empty where it has none. */
  readonly place: string;
}

/** Characters of an article below which a page is no article, and is read as a whole. */
const leastArticle = 250;
/** A page with more elements, or deeper ones, is read as a whole: what looks for its article takes the time of both multiplied. */
const mostElements = 10_000;
const deepest = 100;
/** Bytes of a page that is no PDF, beyond which it is not read: its parser takes a second for two megabytes. */
const mostText = 3_000_000;

/** Whether a page of this `content-type` can be read. */
export function isReadKind(contentType: string): boolean {
  return /^(?:$|text\/(?:html|plain|markdown|x-markdown)\b|application\/(?:xhtml\+xml|pdf|x-pdf|octet-stream)\b)/i.test(
    contentType.trim(),
  );
}

/** @throws {UnreadableDocument} where it is not what it says, or has nothing on the question */
export async function readPage({ bytes, contentType, path, question, longest }: FetchedPage): Promise<PageText> {
  const sections = await sectionsOf(bytes, contentType, path);
  const ranked = rankedByWords(
    question,
    sections.map(({ heading, ...rest }) => ({ title: heading, ...rest })),
  );
  const [first] = ranked;
  if (!first) {
    const why = sections.length === 0 ? 'it holds no text' : 'its text has no word of the question';
    throw new UnreadableDocument(`${why}; it may need a script, a login or a consent`);
  }
  let left = longest;
  const chosen = ranked
    .map(({ title, text }) => [title, text].filter(Boolean).join('\n\n'))
    .filter((text) => (left -= text.length + 2) >= 0);
  const text = chosen.length > 0 ? chosen.join('\n\n') : first.text.slice(0, longest);
  return { text, place: first.place.startsWith('#page=') ? first.place : '' };
}

async function sectionsOf(bytes: Uint8Array, contentType: string, path: string): Promise<DocumentSection[]> {
  const start = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (start.includes('%PDF-')) return readPdf(bytes);
  if (/\bpdf\b/i.test(contentType)) throw new UnreadableDocument('it says that it is a PDF, and it is none');
  if (bytes.byteLength > mostText)
    throw new UnreadableDocument(
      `it has ${megabytes(bytes.byteLength)} MB of text, and at most ${megabytes(mostText)} MB of a page are read`,
    );
  const text = decoded(Buffer.from(bytes), /;\s{0,5}charset=["']?([\w-]{1,40})/i.exec(contentType)?.[1]);
  if (/html/i.test(contentType) || (!/^text\//i.test(contentType) && /^\s*<(?:!doctype|html|head|body)\b/i.test(text)))
    return articleOf(text);
  if (/markdown/i.test(contentType) || /^\.(?:md|markdown)$/i.test(extname(path))) return splitMarkdown(text);
  return splitLines(numberedLines(text), '').map((section) => ({ ...section, place: '' }));
}

function megabytes(bytes: number): string {
  // Up, so that what is too much never reads as what is allowed.
  return (Math.ceil(bytes / 100_000) / 10).toFixed(1);
}

/** What a reader came for: without menus, asides and marks of notes; where that cannot be told, all of it. */
async function articleOf(html: string): Promise<DocumentSection[]> {
  const [{ Readability }, { parseHTML }] = await installed('Reading web pages', () =>
    Promise.all([import('@mozilla/readability'), import('linkedom')]),
  );
  refuseDeep(html);
  const { document } = parseHTML(html);
  if (!document.documentElement) return splitHtml(html);
  const { elements, isDeep } = sizeOf(document);
  // What is in an element is read again for each that it is in.
  if (isDeep) return splitHtml(html);
  for (const mark of document.querySelectorAll('sup, .mw-editsection')) {
    // `[12]` beside a sentence is a note of the page, and would be read as a citation of the answer.
    if (/^\[[^[\]]{1,40}\]$/.test(mark.textContent?.trim() ?? '')) mark.remove();
  }
  const cleaned = document.toString();
  if (elements > mostElements) return splitHtml(cleaned);
  const sections = splitHtml(new Readability(document).parse()?.content ?? '');
  const length = sections.reduce((sum, { text }) => sum + text.length, 0);
  return length >= leastArticle ? sections : splitHtml(cleaned);
}

interface PageElement {
  readonly children: Iterable<PageElement>;
}

function sizeOf(document: PageElement): { readonly elements: number; readonly isDeep: boolean } {
  let level = [...document.children];
  let elements = 0;
  for (let depth = 0; level.length > 0; depth++) {
    elements += level.length;
    if (depth > deepest) return { elements, isDeep: true };
    level = level.flatMap(({ children }) => [...children]);
  }
  return { elements, isDeep: false };
}
