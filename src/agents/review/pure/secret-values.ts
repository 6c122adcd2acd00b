/** What a value that stands where secrets do looks like: chance, a name, or what examples and templates hold in its place. */

/** What examples and templates hold in place of a secret. */
function isPlaceholder(value: string): boolean {
  return /example|placeholder|changeme|your[_-]|xxxx|\*\*\*|\.\.\.|<|\$\{|\{\{|%[sd(]|^\$|(.)\1{7}/i.test(value);
}

/** What is not worth a report, although it may be somebody's password: people make them of words, too. */
function isHarmless(value: string, random = false): boolean {
  if (/change_me|(?<![a-z])replace|replace[_-]/i.test(value)) return true;
  // In the order of the keys or of the alphabet; a password may be, and is short.
  if ((!random || value.length >= shortestToken) && /1234567890|abcdefghij|9876543210/i.test(value)) return true;
  // What is put in, and a pattern of characters.
  if (/#\{|\$[A-Z]+_[A-Z_]+|^\{[\w:]{1,60}\}$|\\x[0-9a-fA-F]{2}-\\x/.test(value)) return true;
  // A selector of a style.
  const isSelector = /^[#.][a-z][a-z\d-]{1,60}$/.test(value) && isName(value.slice(1));
  return random && (isSelector || isName(value) || isOtherScript(value));
}

const shortestToken = 24;

/** Of a key that looks like a path, between slashes. */
const shortestKeyPart = 16;

/** Letters and digits mixed, or spread as wide as chance spreads them. */
function isRandom(value: string): boolean {
  // An address, or the name of a class.
  if (/^https?:\/\//.test(value) || /^(?:[A-Za-z]{1,40}\d?(?:[./]|::)){1,10}[A-Za-z]{1,40}\d?$/.test(value))
    return false;
  // A path; one key of Base64 in 64 begins as one does.
  if (value.startsWith('/')) return value.split('/').some((part) => part.length >= shortestKeyPart && isRandom(part));
  if (/^[a-z][a-z_.\-/ ]*$/i.test(value) && !/\d/.test(value)) return entropy(value) > 4;
  if (value.split(/[-_./]/).every(isPlainWord)) return false;
  return /[A-Za-z]/.test(value) && /\d/.test(value) && entropy(value) >= 3;
}

/** A label in another language, as it is or escaped: most of its letters are not Latin, as those of keys are. */
function isOtherScript(value: string): boolean {
  const plain = value.replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  const letters = plain.match(/\p{L}/gu)?.length ?? 0;
  return (plain.match(/[^\p{Script=Latin}\P{L}]/gu)?.length ?? 0) * 2 > letters;
}

/** Words with a number at their end are a name: `my-app-secret2`. */
function isPlainWord(part: string): boolean {
  return /^(?:[A-Za-z]?[a-z]*\d?|\d{1,4})$/.test(part);
}

function isWord(part: string): boolean {
  return isPlainWord(part) || /^[A-Za-z]\d{1,2}[a-z]$/.test(part);
}

/** Words with a number in or behind them: `my-app-secret2`, `k8s-admin`, `DeleteK8sSecrets`, where most words are longer than chance makes them. */
function isName(value: string): boolean {
  const parts = value.split(/[-_./|:,]/);
  if (parts.every(isWord)) return true;
  const words = parts.flatMap((part) => part.split(/(?<=[a-z\d])(?=[A-Z])/));
  return words.every(isWord) && value.length / words.length >= leastWord;
}

/** Characters, on average, of words within a name. */
const leastWord = 5;

/** Bits a character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / value.length;
    return sum - share * Math.log2(share);
  }, 0);
}

/** What a value looks like. */
export const looksLike = {
  aPlaceholder: isPlaceholder,
  harmless: isHarmless,
  chance: isRandom,
  aName: isName,
} as const;
