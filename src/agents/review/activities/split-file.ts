/** A file or a change in parts that a model reads one at a time, parted between lines; the same is always parted the same way. */
import type { LineRange } from '../pure/findings.ts';
import type { Hunk, HunkLine } from '../pure/patch.ts';

/** Characters of one part: some 6,000 tokens, which leaves room in every model's window. */
const partCharacters = 20_000;
/** Characters of a line that the model is shown. */
export const longestShown = 500;
/** What is beyond is not asked about, and said. */
export const mostParts = 10;

export function partsOf(lines: readonly string[]): LineRange[] {
  const parts: LineRange[] = [];
  let from = 1;
  let characters = 0;
  lines.forEach((line, index) => {
    if (characters > 0 && characters + line.length + 1 > partCharacters) {
      parts.push([from, index]);
      from = index + 1;
      characters = 0;
    }
    characters += line.length + 1;
  });
  return [...parts, [from, lines.length]];
}

/** Lines of hunks, each part with whole hunks where they are short enough. */
export function hunkParts(hunks: readonly Hunk[]): HunkLine[][] {
  const parts: HunkLine[][] = [];
  let room = 0;
  for (const { lines } of hunks) {
    const size = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
    let part = parts.at(-1);
    if (!part || size > room) {
      parts.push((part = []));
      room = partCharacters;
    }
    for (const line of lines) {
      if (room < line.text.length + 1 && part.length > 0) {
        parts.push((part = []));
        room = partCharacters;
      }
      part.push(line);
      room -= line.text.length + 1;
    }
  }
  return parts.filter((part) => part.some(({ sign }) => sign !== ' '));
}
