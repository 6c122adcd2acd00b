/** References and names as they can be compared: banks truncate them, write them in capitals and drop their accents. */

/** A reference without what people write differently; empty where there is none. */
export function referenceKey(reference: string | undefined): string {
  return (reference ?? '').toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Parts of a text that may be a reference: they have a digit and are long enough not to be a day or a count, and are no
 * year. One may be written in several, as `RE 2026/0042`.
 */
export function referencesIn(text: string | undefined): string[] {
  if (text === undefined || !/\d/.test(text)) return [];
  const parts = text.split(/[\s,;:|/+.#()]+/);
  const found = new Set(parts.flatMap((_, index) => referencesFrom(parts, index)));
  // What has points or brackets in it is a reference with them, too.
  const words = /[.#()]/.test(text) ? text.split(/[\s,;:|/+]+/) : [];
  for (const word of words) if (/\d/.test(word)) found.add(referenceKey(word));
  return [...found].filter((each) => each.length >= 4 && !/^(?:19|20)\d\d$/.test(each));
}

/** The part itself, and with numbers behind it; words before a number are no part of it, but for short ones, such as `INV`. */
function referencesFrom(parts: readonly string[], index: number): string[] {
  let joined = parts[index] ?? '';
  const found = /\d/.test(joined) ? [referenceKey(joined)] : [];
  if (found.length === 0 && (joined === '' || joined.length > longestPrefix)) return [];
  for (const next of parts.slice(index + 1, index + mostParts)) {
    if (!/\d/.test(next)) break;
    joined += next;
    found.push(referenceKey(joined));
  }
  return found;
}

const longestPrefix = 5;
const mostParts = 3;

const legalForms = new Set(
  'ag bv co company corp corporation gmbh inc kg limited llc llp ltd mbh nv oy plc sa sarl sas sl spa srl ab as'.split(
    ' ',
  ),
);

/** The words of a name that set it apart from others, in their order; empty where there is none. */
export function nameKey(name: string | undefined): string {
  if (name === undefined) return '';
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const significant = words.filter((word) => !legalForms.has(word));
  return (significant.length > 0 ? significant : words).join(' ');
}

/** From 0 to 1: how much two names that are not equal have in common; a name that was truncated is like the whole one. */
export function likeness(a: string, b: string): number {
  if (a === '' || b === '') return 0;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length >= 6 && long.startsWith(short)) return 1;
  const wordsOfA = new Set(a.split(' '));
  const wordsOfB = new Set(b.split(' '));
  const shared = [...wordsOfA].filter((word) => wordsOfB.has(word)).length;
  return shared / (wordsOfA.size + wordsOfB.size - shared);
}
