/**
 * How deep a JSON text nests, found in one pass before it is parsed.
 * The surprising rule: what is deeper could be parsed, and would then overflow the stack of whatever writes it again.
 */

/** No data that people make is deeper, and every step of a run can write so much. */
export const maxNesting = 1000;

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93];

/** Whether a JSON text is nested deeper than `most`; of a text that is no JSON it may say either. */
export function isNestedBeyond(text: string, most: number = maxNesting): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) quoted = !quoted;
    else if (quoted) at += code === backslash ? 1 : 0;
    else if (code === openBrace || code === openBracket) {
      depth++;
      if (depth > most) return true;
    } else if (code === closeBrace || code === closeBracket) depth--;
  }
  return false;
}
