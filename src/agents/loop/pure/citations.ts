/** The references to rows that a text cites. */

/** `[order 1042]`, `[payment P-1]`, several with commas or semicolons between them. */
const brackets = /\[([^\][]{1,200})\](?!\()/g;
const reference = /^[a-z]+ [\w-]+$/i;

/** The references that an answer cites, in the order they appear, each once. */
export function citedRefs(text: string): string[] {
  const cited = [...text.matchAll(brackets)].flatMap(([, inside = '']) => inside.split(/[,;]/));
  return [...new Set(cited.map((each) => each.trim()).filter((each) => reference.test(each)))];
}

/** The text with something else in place of whatever stands in brackets. */
export function withoutCitations(text: string, instead = ''): string {
  return text.replaceAll(/\[[^\][]{1,200}\]/g, instead);
}
