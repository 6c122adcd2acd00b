/** Splits Markdown by heading; a `#` inside a fenced block is code, not a heading. */
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
  for (const line of lines) {
    const found = fence === undefined ? headingOf(line.text) : undefined;
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
