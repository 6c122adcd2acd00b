/** Findings about a change: tied to lines as they are after it, or to those that it took away. */
import {
  excerptLines,
  excerptWidth,
  printable,
  tie,
  type Finding,
  type LineRange,
  type ReviewClaim,
} from './findings.ts';
import type { HunkLine } from './patch.ts';
import { placeOfQuote } from './quotes.ts';

/** Lines of hunks, masked, as they are shown at once. */
export interface ChangedPart {
  readonly lines: readonly HunkLine[];
  /** The whole file was taken away. */
  readonly gone: boolean;
}

interface Side {
  readonly texts: readonly string[];
  /** The number in the file of a position among the texts, both from 1. */
  lineAt(position: number): number;
  /** The position of a line of the file, as a range; undefined where it was not shown. */
  indexOfLine(line: number): LineRange | undefined;
}

/** The lines of a part as they are after the change, or those that were taken away. */
export function sideOf({ lines }: ChangedPart, side: 'before' | 'after'): Side {
  const own = lines.filter(({ sign }) => (side === 'after' ? sign !== '-' : sign === '-'));
  const numbers = own.map((line) => line[side] ?? 0);
  return {
    texts: own.map(({ text }) => text),
    lineAt: (position) => numbers[position - 1] ?? 1,
    indexOfLine(line) {
      const index = numbers.indexOf(line);
      return index < 0 ? undefined : [index + 1, index + 1];
    },
  };
}

/**
 * A finding about lines that were taken away: at the line that now stands in their place, so that it can be shown beside
 * the file, with the lines themselves as its excerpt. Of a file that is gone the numbers are those that it had.
 */
export function removedFinding(part: ChangedPart, claim: ReviewClaim, quote: string): Finding[] {
  const before = sideOf(part, 'before');
  const place = placeOfQuote(quote, before.texts, before.indexOfLine(claim.line));
  if (!place) return [];
  const [from, to] = [before.lineAt(place[0]), before.lineAt(place[1])];
  const texts = before.texts.slice(place[0] - 1, place[1]);
  const { endLine: _, column: __, ...rest } = claim;
  const line = part.gone ? from : seam(part.lines, from);
  // Nothing of the file is known here but these lines, so the place is set after the text is made clean.
  const finding = tie({ ...rest, line: 1 }, texts);
  if (!finding) return [];
  const excerpt = texts.slice(0, excerptLines).map((text) => printable(text).slice(0, excerptWidth));
  return [{ ...finding, line, endLine: part.gone ? to : line, excerpt, removed: true }];
}

/** The line after the gap that the lines from `before` on left, or the last one before it. */
function seam(lines: readonly HunkLine[], before: number): number {
  const at = lines.findIndex((line) => line.sign === '-' && line.before === before);
  const next = lines.slice(at).find(({ after }) => after !== undefined);
  return next?.after ?? lines.slice(0, at).findLast(({ after }) => after !== undefined)?.after ?? 1;
}
