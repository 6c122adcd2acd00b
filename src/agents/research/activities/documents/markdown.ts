/** Splits Markdown by heading, marked with `#` or underlined; inside a fenced block neither is one. */
import { withoutEnd, withoutTags } from '../../../../core/text/index.ts';
import { plainHeading } from './code-kept.ts';
import { nextFence } from '../../pure/code-fences.ts';
import { splitAtHeadings, type Heading } from './headings.ts';
import { numberedLines, type DocumentSection } from './section.ts';

export function splitMarkdown(text: string): DocumentSection[] {
  const lines = numberedLines(text);
  const headings = new Map<number, Heading>();
  const fenced = new Set<number>();
  let fence: string | undefined;
  let above = '';
  for (const [at, line] of lines.entries()) {
    const isAlone = above.trim() === '' || headings.has(line.number - 1) || headings.get(line.number - 2)?.lines === 2;
    const found =
      fence === undefined
        ? (headingOf(line.text) ?? (isAlone ? underlined(line.text, lines[at + 1]?.text) : undefined))
        : undefined;
    if (found) headings.set(line.number, found);
    if (fence !== undefined) fenced.add(line.number);
    fence = nextFence(fence, line.text, above);
    above = line.text;
  }
  return splitAtHeadings(lines, headings, fenced);
}

/** What stands further in a heading is left out. */
const longestHeading = 2000;

function headingOf(line: string): Heading | undefined {
  const marks = /^#{1,6}(?=\s)/.exec(line)?.[0];
  if (marks === undefined) return undefined;
  const said = line.slice(marks.length, longestHeading).trim();
  // Marks may close a heading behind a blank; those of `C#` are its own.
  const open = withoutEnd(said, '#');
  const title = open === '' || /\s$/.test(open.slice(-1)) ? open.trim() : said;
  return title === '' ? undefined : { level: marks.length, title: plain(title) };
}

/** A line of its own with a line of one mark below it: what else stands above such a line is an entry, a row, a quotation, code or a tag. */
function underlined(line: string, below = ''): Heading | undefined {
  const mark = /^ {0,3}(=|-)\1{1,2000}\s{0,20}$/.exec(below)?.[1];
  if (mark === undefined || !/^ {0,3}[^\s|><]/.test(line) || notTitle.test(line.trim())) return undefined;
  const title = plain(line.slice(0, longestHeading).trim());
  return title === '' ? undefined : { level: mark === '=' ? 1 : 2, title, lines: 2 };
}

/** An entry, a fence, or a line of one mark itself. */
const notTitle = /^(?:(?:[-*+]|\d{1,9}[.)])(?:\s|$)|`{3}|~{3}|([-=*_])\1*$)/;

/** A heading without its links, badges, tags and marks. */
function plain(title: string): string {
  return plainHeading(title, (prose) =>
    untagged(prose)
      .replaceAll(/!\[[^[\]]{0,300}\]\([^()]{0,1000}\)/g, '')
      .replaceAll(/\[([^[\]]{0,300})\](?:\([^()]{0,1000}\)|\[[^[\]]{0,300}\])/g, '$1'),
  );
}

/** An element has an end, attributes, or holds nothing; a name alone in brackets is a parameter of a type or a placeholder. */
function untagged(prose: string): string {
  const ended = new Set([...prose.matchAll(/<\/([\w:-]{1,80})/g)].map(([, name = '']) => name.toLowerCase()));
  const isElement = (name: string, tag: string): boolean =>
    ended.has(name) || holdingNothing.has(name) || /=(?:\s?["']|\w)|\/>$/.test(tag);
  return withoutTags(prose, { inPlaceOf: (name, tag) => (isElement(name, tag) ? '' : undefined) }).replaceAll(
    /<((?:https?:\/\/|mailto:)[^\s<>]{1,1000}|[\w.+-]{1,100}@[\w.-]{1,200})>/g,
    '$1',
  );
}

const holdingNothing = new Set(['br', 'hr', 'img', 'input', 'wbr']);
