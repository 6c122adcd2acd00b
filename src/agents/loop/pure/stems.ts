/** Words held against others that are given as they begin. */

/** Letters up to which a word is no beginning of others: `gut` is not that of `gutgeschrieben`. */
const wholeUpTo = 3;

/** @param word in lower case */
export function beginsWithAny(word: string, stems: readonly string[]): boolean {
  return stems.some((stem) => {
    const lower = stem.toLowerCase();
    return lower.length <= wholeUpTo ? word === lower : word.startsWith(lower);
  });
}
