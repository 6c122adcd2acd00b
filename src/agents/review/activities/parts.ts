/** A file in parts that a model reads one at a time, cut between lines; the same file is always cut the same way. */
import type { LineRange } from '../pure/findings.ts';

/** Characters of one part: some 6,000 tokens, which leaves room in every model's window. */
const partCharacters = 20_000;
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
