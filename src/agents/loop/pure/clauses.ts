/** A sentence as its clauses, each of which says, denies or asks for itself. */
import { readersOf, spokenWords } from './claims/readers.ts';

/** Characters of a sentence that are read. */
const longest = 20_000;

/** No stop is between digits: `18:25`, `1,299.90`. */
const stops = /(?<!\d)[,;:—–]|[,;:—–](?!\d)| - |[.!?。！？，、；：]\s|[。！？，、；：]/u;
/** What is said behind these is said, whatever is before them. */
const reporting = / (?:that|which|dass|que|che|dat) /u;

/** In lower case and in order; where the language is known what it joins is cut as well. */
export function clausesOf(prose: string): string[] {
  const text = prose.slice(0, longest).toLowerCase().replaceAll(/\s+/g, ' ').trim();
  const spoken = readersOf(spokenWords(text));
  const between = spoken.length === 0 ? [] : [reporting, ...spoken.map(({ joining }) => joining)];
  return between
    .reduce((parts, cut) => parts.flatMap((part) => part.split(cut)), text.split(stops))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
