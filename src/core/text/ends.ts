/** Ends of texts, found from the end: a pattern that looks for one begins anew at each character before it. */

/** A text without the characters of a set at its end. */
export function withoutEnd(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

/**
 * A text in pieces of at most so many characters, each ended before a blank where there is one; no character is lost, and none
 * of two code units is divided.
 * @param most at least 2
 */
export function splitAtBlanks(text: string, most: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.length - start <= most ? text.length : endOf(text, start, start + most);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

/** At the last blank up to `limit`, else there, but not within a surrogate pair. */
function endOf(text: string, start: number, limit: number): number {
  for (let at = limit; at > start; at--) if (/\s/.test(text[at] ?? '')) return at;
  return /[\uD800-\uDBFF]/.test(text[limit - 1] ?? '') ? limit - 1 : limit;
}
