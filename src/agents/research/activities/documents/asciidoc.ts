/** Splits AsciiDoc by heading; an equals sign within a delimited block is text. */
import { withoutEnd } from '../../../../core/text/index.ts';
import { plainHeading } from './code-kept.ts';
import { splitAtHeadings, type Heading } from './headings.ts';
import { numberedLines, type DocumentSection } from './section.ts';

/** Begins and ends a block; the same line closes what it has opened. */
const delimiter = /^(?:([-.=*_+/])\1{3,}|--|```|[|,:!]={3,})$/;
const longestTitle = 300;

export function splitAsciidoc(text: string): DocumentSection[] {
  const lines = numberedLines(text);
  const headings = new Map<number, Heading>();
  const within = new Set<number>();
  let block: string | undefined;
  for (const { number, text: line } of lines) {
    const bare = line.trimEnd();
    if (block !== undefined) within.add(number);
    const found = block === undefined ? headingOf(bare) : undefined;
    if (found) headings.set(number, found);
    else if (delimiter.test(bare) && (block === undefined || block === bare))
      block = block === undefined ? bare : undefined;
  }
  return splitAtHeadings(lines, headings, within);
}

function headingOf(line: string): Heading | undefined {
  const marks = /^(={1,6}|#{1,6})(?=[ \t])/.exec(line)?.[0];
  if (marks === undefined) return undefined;
  const said = line.slice(marks.length, longestTitle).trim();
  const open = said.endsWith(` ${marks}`) ? withoutEnd(said, marks[0] ?? '') : said;
  const title = plainHeading(open, (prose) =>
    prose
      .replaceAll(/\[\[[^[\]]{0,100}\]\]/g, '')
      .replaceAll(/(?:link|xref):[^\s[\]]{1,200}\[([^[\]]{0,200})\]/g, '$1'),
  );
  return title === '' ? undefined : { level: marks.length, title };
}
