/** Whether a text is a quotation: whole sentences of a passage as they stand, whatever marks and breaks of lines they have there, but those of numbers. */
import { wordsOf } from './stems.ts';

/** Between them stands nothing that could turn what is quoted into its opposite. */
const boundary = /(?<=[.!?…:;])\s|[。！？；|]|\n\s{0,20}\n|\n\s{0,20}(?=[-*+•]\s|\d{1,3}[.)]\s)/u;
const longest = 20_000;
const mostTried = 20;

export function isVerbatim(quote: string, passage: string): boolean {
  const wanted = ` ${writtenOf(quote).join(' ')} `;
  if (wanted.trim() === '') return false;
  const starts = new Set<number>();
  let all = ' ';
  for (const part of passage.slice(0, longest).split(boundary)) {
    const words = writtenOf(part).join(' ');
    starts.add(all.length - 1);
    if (words !== '') all += `${words} `;
  }
  starts.add(all.length - 1);
  let at = all.indexOf(wanted);
  for (let tried = 0; at !== -1 && tried < mostTried; tried++) {
    if (starts.has(at) && starts.has(at + wanted.length - 1)) return true;
    at = all.indexOf(wanted, at + 1);
  }
  return false;
}

/** Marks within a number, and in front of one, as words: `1.5` is not `1-5`, nor `-5` a `5` or `< 5` a `> 5`. */
const markOfNumber = /(?<=\d)[^\p{L}\p{N}\s_](?=\d)|(?<![\p{L}\p{N}_])(?:[-−+~]|[<>≤≥]=?\s?)(?=[.]?\d)/gu;

function writtenOf(text: string): string[] {
  const marked = text.replaceAll(markOfNumber, (mark) => `_${Array.from(mark.trim(), codeOf).join('_')}_`);
  return wordsOf(marked);
}

function codeOf(character: string): string {
  return `${character.codePointAt(0)}`;
}
