/** An answer as its sentences. */
import { withoutCitations } from './citations.ts';
import { isMonthName } from './numbers.ts';

/**
 * Parts that end with a stop, or are a line; one that is only citations belongs to the one before.
 *
 * @param joinsDates a stop between a day and its month ends nothing; runs that began without go on without
 */
export function sentencesOf(text: string, joinsDates = false): string[] {
  const parts = text.split(/(?<=[.!?。！？])\s+(?=\S)|\n+/).filter((part) => part.trim() !== '');
  const sentences: string[] = [];
  for (const part of parts) {
    const before = sentences.at(-1);
    const isOnlyCited = withoutCitations(part).replaceAll(/[\s.,;]/g, '') === '';
    if (before !== undefined && (isOnlyCited || (joinsDates && isDateCut(before, part))))
      sentences.push(`${sentences.pop()} ${part}`);
    else sentences.push(part);
  }
  return sentences;
}

/** `am 16. November`: the stop is that of an ordinal. */
function isDateCut(before: string, part: string): boolean {
  const [, month = ''] = /^(\p{L}+)/u.exec(part) ?? [];
  return /(?<!\d)\d{1,2}\.$/.test(before) && isMonthName(month);
}
