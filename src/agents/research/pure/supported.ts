/**
 * A model's answer without the sentences that no passage supports.
 * What cites nothing and claims nothing checkable, such as a heading or a remark that something is not
 * answered, stays only beside a sentence that was checked.
 */
import { checkClaim } from './claims.ts';

export interface SupportedText {
  readonly text: string;
  /** The sentences that were taken out. */
  readonly dropped: readonly string[];
}

const segmenter = /(?<=[.!?。！？](?:\[\d{1,3}\]|[")'”’]){0,8})\s{1,20}(?=\S)/u;
const mark = /\s?\[(\d{1,3})\]/g;

/** @param passageOf the passage behind a citation's number; undefined where there is none */
export function supportedText(text: string, passageOf: (number: number) => string | undefined): SupportedText {
  const dropped: string[] = [];
  let fenced = false;
  const given = text.split('\n');
  const lines = given.map((line) => {
    if (/^\s{0,9}(?:```|~~~)/.test(line)) fenced = !fenced;
    if (fenced || line.trim() === '' || /^\s{0,9}(?:#{1,6}\s|```|~~~)/.test(line)) return line;
    return sentencesOf(line)
      .filter((sentence) => {
        const good = isSupported(sentence, passageOf);
        if (!good) dropped.push(sentence.trim());
        return good;
      })
      .join(' ');
  });
  const kept = lines.filter((line, index) => line.trim() !== '' || given[index]?.trim() === '');
  return {
    text: kept
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim(),
    dropped,
  };
}

/** Sentences of a line; a citation behind the full stop belongs to the sentence before it. */
function sentencesOf(line: string): string[] {
  const pieces: string[] = [];
  for (const piece of line.split(segmenter)) {
    const marks = /^(?:\[\d{1,3}\]\s{0,2}){1,8}/.exec(piece)?.[0];
    if (marks === undefined || pieces.length === 0) pieces.push(piece);
    else {
      pieces[pieces.length - 1] += ` ${marks.trim()}`;
      if (piece.length > marks.length) pieces.push(piece.slice(marks.length));
    }
  }
  return pieces;
}

/** Says that nothing is known, which needs no passage. */
const gap =
  /\b(?:passages?|sources?)\b.{0,80}\b(?:not|no|nothing|silent)\b|\b(?:not|no|nothing)\b.{0,80}\b(?:passages?|sources?)\b/i;

function isSupported(sentence: string, passageOf: (number: number) => string | undefined): boolean {
  const numbers = new Set(Array.from(sentence.matchAll(mark), ([, number]) => Number(number)));
  const cited = [...numbers].flatMap((number) => passageOf(number) ?? []);
  const bare = sentence
    .replaceAll(mark, '')
    .replace(/^\s{0,9}(?:[-*+]|\d{1,3}[.)])\s/, '')
    .replaceAll(/[*_`]/g, '');
  if (cited.length === 0) return /:\s{0,9}$/.test(bare) || gap.test(bare.slice(0, 1000));
  return checkClaim(bare, cited).supported;
}
