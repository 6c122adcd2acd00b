/** A piece of a document: what the index holds and what a search returns; its place is stable while the file is. */
import { splitAtBlanks } from '../../../../core/text/index.ts';
import { withWholeFences } from '../../pure/code-fences.ts';

export interface DocumentSection {
  /** The headings above it, outermost first, joined with ` › `; empty where there is none. */
  readonly heading: string;
  /** The fragment of its address, such as `#L10-L24` or `#page=2`. */
  readonly place: string;
  readonly text: string;
}

/** Consecutive lines of a document, by their number from 1. */
export interface DocumentLine {
  readonly number: number;
  readonly text: string;
}

const target = 1200;
/** Code is cut later, at a blank line of it. */
const targetInCode = 1.5 * target;
const most = 2 * target;

export function numberedLines(text: string): DocumentLine[] {
  return text.split(/\r?\n/).map((line, index) => ({ number: index + 1, text: line }));
}

/** Splits lines at blank ones into sections of about 1,200 characters; `unbroken` says which lines stand inside a block of code. */
export function splitLines(
  lines: readonly DocumentLine[],
  heading: string,
  unbroken?: ReadonlySet<number>,
): DocumentSection[] {
  const sections: DocumentSection[] = [];
  let open: DocumentLine[] = [];
  let size = 0;
  const close = (): void => {
    const section = sectionOf(open, heading);
    if (section) sections.push(section);
    open = [];
    size = 0;
  };
  for (const line of lines.flatMap(shortened)) {
    open.push(line);
    size += line.text.length + 1;
    const enough = unbroken?.has(line.number) ? targetInCode : target;
    if ((line.text.trim() === '' && size >= enough) || size >= most) close();
  }
  close();
  const texts = withWholeFences(sections.map(({ text }) => text));
  return sections.map((section, index) => ({ ...section, text: texts[index] ?? section.text }));
}

/** One long text, such as a page, split at the ends of its paragraphs or words; all pieces share one place. */
export function splitText(text: string, heading: string, place: string): DocumentSection[] {
  return splitAtBlanks(text, target)
    .map((piece) => ({ heading, place, text: piece.trim() }))
    .filter((section) => section.text !== '');
}

/** A line of a minified file is longer than any section: it is split, each part keeping the line's number. */
function shortened(line: DocumentLine): DocumentLine[] {
  if (line.text.length <= most) return [line];
  return splitAtBlanks(line.text, target).map((text) => ({ number: line.number, text }));
}

function sectionOf(lines: readonly DocumentLine[], heading: string): DocumentSection | undefined {
  const first = lines.findIndex((line) => line.text.trim() !== '');
  if (first === -1) return undefined;
  const last = lines.findLastIndex((line) => line.text.trim() !== '');
  const kept = lines.slice(first, last + 1);
  const text = kept.map((line) => line.text).join('\n');
  return { heading, place: `#L${kept[0]?.number}-L${kept.at(-1)?.number}`, text };
}
