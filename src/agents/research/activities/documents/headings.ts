/** Divides the lines of a document at its headings, whatever these look like in its form. */
import { splitLines, type DocumentLine, type DocumentSection } from './section.ts';

export interface Heading {
  /** From 1. */
  readonly level: number;
  readonly title: string;
  /** Lines that it takes, with those above and below it that mark it. @default 1 */
  readonly lines?: number;
}

/** Each section has the headings above it, the outermost first; one of headings alone is left out. @param headings by the number of their first line */
export function splitAtHeadings(
  lines: readonly DocumentLine[],
  headings: ReadonlyMap<number, Heading>,
  unbroken?: ReadonlySet<number>,
): DocumentSection[] {
  const sections: DocumentSection[] = [];
  const trail: string[] = [];
  let open: DocumentLine[] = [];
  let marks = 0;
  const close = (): void => {
    const heading = trail.filter(Boolean).join(' › ');
    const says = open.slice(marks).some(({ text }) => text.trim() !== '');
    if (says) sections.push(...splitLines(open, heading, unbroken));
    open = [];
  };
  for (const line of lines) {
    const found = headings.get(line.number);
    if (found) {
      close();
      marks = found.lines ?? 1;
      const skipped = Array<string>(Math.max(0, found.level - 1 - trail.length)).fill('');
      trail.splice(found.level - 1, trail.length, ...skipped, found.title);
    }
    open.push(line);
  }
  close();
  return sections;
}
