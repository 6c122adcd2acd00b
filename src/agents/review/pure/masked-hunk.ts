/**
 * The lines of a change without what is secret: each is masked where it stands in its whole file, since a hunk may begin
 * within a private key.
 */
import type { HunkLine } from './patch.ts';
import { masked } from './secrets.ts';

/** The file on both sides of the change; undefined where it is not there. */
export interface BothSides {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A line that is not as the hunk says, as the file has changed since, is not shown. */
export function maskedHunk(lines: readonly HunkLine[], { before, after }: BothSides): HunkLine[] {
  const [old, now] = [sideOf(before), sideOf(after)];
  return lines.map((line) => ({ ...line, text: line.sign === '-' ? old(line.before, line) : now(line.after, line) }));
}

function sideOf(text: string | undefined): (number: number | undefined, line: HunkLine) => string {
  // As git counts lines.
  const plain = text?.split('\n').map((line) => line.replace(/\r$/, '')) ?? [];
  const shown = masked(plain);
  return (number = 0, { text: given }) => {
    const same = withoutMark(plain[number - 1]) === withoutMark(given);
    return same ? (shown[number - 1] ?? '') : '[changed since]';
  };
}

/** A mark of the encoding stands at the head of some files. */
function withoutMark(text: string | undefined): string | undefined {
  return text?.replace(/^\uFEFF/, '');
}
