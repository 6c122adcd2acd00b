/** References and names as they can be compared: banks truncate them, write them in capitals and drop their accents. */

/** A reference without what people write differently; empty where there is none. */
export function referenceKey(reference: string | undefined): string {
  const upper = (reference ?? '').toUpperCase();
  // Most are ASCII, of which a set of letters is cheaper than that of every script.
  return /^[\x20-\x7e]*$/.test(upper) ? upper.replaceAll(/[^A-Z0-9]/g, '') : upper.replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Parts of a text that may be a reference: they have a digit and are long enough not to be a day or a count, and are no
 * year. One may be written in several, as `RE 2026/0042`.
 */
export function referencesIn(text: string | undefined): readonly string[] {
  if (text === undefined || !/\d/.test(text)) return none;
  const found = new Set<string>();
  const parts = text.split(/[\s,;:|/+.#()]+/);
  // Step by step, as there are millions of texts.
  for (let index = 0; index < parts.length; index++) addFrom(parts, index, found);
  // What has points or brackets in it is a reference with them, too.
  if (/[.#()]/.test(text))
    for (const word of text.split(/[\s,;:|/+]+/)) if (/\d/.test(word)) addTo(found, referenceKey(word));
  return found.size === 0 ? none : [...found];
}

const none: readonly string[] = [];

/** The part itself, and with numbers behind it; words before a number are no part of it, but for short ones, such as `INV`. */
function addFrom(parts: readonly string[], index: number, found: Set<string>): void {
  let joined = parts[index] ?? '';
  if (/\d/.test(joined)) addTo(found, referenceKey(joined));
  else if (joined === '' || joined.length > longestPrefix) return;
  for (let next = index + 1; next < Math.min(parts.length, index + mostParts); next++) {
    const part = parts[next] ?? '';
    if (!/\d/.test(part)) return;
    joined += part;
    addTo(found, referenceKey(joined));
  }
}

function addTo(found: Set<string>, key: string): void {
  if (key.length >= 4 && !/^(?:19|20)\d\d$/.test(key)) found.add(key);
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

/** The same for a name whichever of its words comes first, as `Ann Lee` and `LEE ANN`. @param name as {@link nameKey} gives it */
export function whoKey(name: string): string {
  return name.includes(' ') ? name.split(' ').toSorted().join(' ') : name;
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
