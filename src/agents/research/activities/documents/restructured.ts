/**
 * Splits reStructuredText by heading: a line with a line of one mark below it, and maybe the same above.
 * Which marks mean which level is each document's own choice, by the order in which it uses them.
 */
import { plainHeading } from './code-kept.ts';
import { splitAtHeadings, type Heading } from './headings.ts';
import { numberedLines, type DocumentSection } from './section.ts';

const underline = /^([!-/:-@[-`{-~])\1{1,}$/;
/** What stands further in a heading is left out. */
const longestTitle = 300;

export function splitRestructured(text: string): DocumentSection[] {
  const lines = numberedLines(text);
  const texts = lines.map((line) => line.text.trimEnd());
  const styles: string[] = [];
  const headings = new Map<number, Heading>();
  for (let at = 0; at < texts.length; at++) {
    const found = headingAt(texts, at);
    if (!found) continue;
    if (!styles.includes(found.style)) styles.push(found.style);
    headings.set(at + 1, { level: styles.indexOf(found.style) + 1, title: plain(found.title), lines: found.lines });
    at += found.lines - 1;
  }
  return splitAtHeadings(lines, headings);
}

interface Found {
  readonly style: string;
  readonly title: string;
  readonly lines: number;
}

/** Only behind a blank line: what else has a line below it is a table, or text that is divided. */
function headingAt(texts: readonly string[], at: number): Found | undefined {
  if ((texts[at - 1] ?? '') !== '') return undefined;
  const [first = '', second = '', third = ''] = texts.slice(at, at + 3);
  if (underline.test(first)) {
    const isOver = second.trim() !== '' && first === third;
    return isOver ? { style: first.slice(0, 2), title: second, lines: 3 } : undefined;
  }
  return isTitle(first, second) ? { style: second.slice(0, 1), title: first, lines: 2 } : undefined;
}

/** Some lines are a little shorter than their title. */
function isTitle(title: string, below: string): boolean {
  return /^\S/.test(title) && underline.test(below) && below.length * 2 >= title.length;
}

/** Without roles, and the marks of code and emphasis. */
function plain(title: string): string {
  return plainHeading(title.slice(0, longestTitle), (prose) => prose.replaceAll(/(?<!\w):[\w-]{1,40}:(?=`)/g, ''));
}
