/** The languages that have a grammar here, their lists read once, and which of them a sentence may be of. */
import { directions } from './direction.ts';
import { grammars, type Grammar, type VerbShape } from './grammar.ts';
import { vocabularies } from './vocabulary.ts';

const list = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** A shape as it is compared. */
const shapeOf = ({ ends, mayEnd = '', starts = '', holds = '', any = false }: VerbShape) => ({
  ends: list(ends),
  mayEnd: list(mayEnd),
  starts: list(starts),
  holds: list(holds),
  any,
});
export type Shape = ReturnType<typeof shapeOf>;

/** The grammar of a language whose lists are read once, and its vocabulary. */
const readerOf = ([code, { atEnd = [], deniesBehind = false, ...grammar }]: readonly [string, Grammar]) => ({
  ...grammar,
  plain: list(vocabularies[code]?.plain ?? ''),
  plainSince: list(vocabularies[code]?.plainSince ?? ''),
  turn: vocabularies[code]?.turn,
  direction: directions[code],
  promises: new Set(list(vocabularies[code]?.promises ?? '')),
  words: new Set(list(grammar.words)),
  open: new Set(list(grammar.open)),
  harmless: list(grammar.harmless),
  events: list(grammar.events),
  suffered: list(grammar.suffered),
  endings: list(grammar.endings),
  bare: shapeOf(grammar.bare),
  atEnd: atEnd.map(({ auxiliary, verb }) => ({ auxiliary, verb: shapeOf(verb) })),
  deniesBehind,
});
export type Reader = ReturnType<typeof readerOf>;
const readers: readonly Reader[] = Object.entries(grammars).map(readerOf);

/** Those of a text as they stand, for {@link readersOf}, which knows them in lower case. */
export function spokenWords(text: string): string[] {
  return text.match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
}

/** The languages that a sentence may be of: those with the most of its words, and at least two or half of them. */
export function readersOf(words: readonly string[]): Reader[] {
  const hits = readers.map((reader) => words.filter((word) => reader.words.has(word)).length);
  const most = Math.max(...hits);
  // In a language that is not known here some words look like those of another.
  const isKnown = most >= Math.min(2, words.length) && most / words.length >= 0.2;
  return isKnown ? readers.filter((_, index) => hits[index] === most) : [];
}
