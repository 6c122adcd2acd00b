/**
 * Words of a text, as terms to search and to compare: without those that carry no meaning, and reduced to light stems. Scripts that
 * write no blanks between words are read as overlapping pairs of characters, which meet however a text divides its words.
 */

const stopWords = new Set(
  `a about above after again all also an and any are as at be because been before being below between both but by can
  could did do does doing down during each else few for from further get had has have having he her here how i if in
  into is it its just let like made make makes many may me might more most much must my no nor not of off on once one
  only or other our out over own per please same she should so some such than that the their them then there these
  they this those through to too under until up upon us use used uses using very via was we were what when where which
  while who whom whose why will with within without would you your handle handles`.split(/\s+/),
);

/** What a question asks for beyond so many words is not looked for. */
export const mostTerms = 16;

/** Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;
const unspacedRun =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー][\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー\p{M}]*/gu;
const allUnspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/gu;

/** Whether a text is, for the most part, of a script that writes no blanks between words. */
export function isUnspaced(text: string): boolean {
  const start = text.slice(0, 2000);
  const letters = start.match(/\p{L}/gu)?.length ?? 0;
  return letters > 0 && (start.match(allUnspaced)?.length ?? 0) > letters * 0.3;
}

/** The words of a text, in lower case, as they stand; of an unspaced script each two neighbours. */
export function wordsOf(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  if (!unspaced.test(text)) return words;
  return (text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []).flatMap((word) =>
    unspaced.test(word) ? piecesOf(word) : word,
  );
}

/** `活动A次数` as `活动`, `a`, `次数`. */
function piecesOf(word: string): string[] {
  const runs = [...word.matchAll(unspacedRun)].map(([run]) => run);
  return [...word.split(unspacedRun).filter(Boolean), ...runs.flatMap(pairsOf)];
}

function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 3) return [run];
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/** The words within names in code: `bodyLimit` and `body_limit` are about a body and a limit. */
export function nameParts(text: string): string[] {
  const names = text.match(/[\p{L}\p{N}_]{3,80}/gu) ?? [];
  return names
    .filter((name) => /\p{Ll}\p{Lu}|\p{L}_\p{L}/u.test(name))
    .flatMap((name) => name.split(/_+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u))
    .map((part) => part.toLowerCase())
    .filter((part) => part.length > 1);
}

/** Stems of a text's meaningful words and of those within its names. */
export function stemsAndParts(text: string): string[] {
  return [
    ...stemsOf(text),
    ...nameParts(text)
      .filter((part) => !stopWords.has(part))
      .map(stem),
  ];
}

/** A single letter is hardly a word; a single digit may be a version. */
export function saysMuch(word: string): boolean {
  return (word.length > 1 || /\d/.test(word)) && !stopWords.has(word);
}

/** The words that carry meaning, each once; all words where only stop words were given. */
export function termsOf(text: string): string[] {
  const words = [...new Set(wordsOf(text))];
  const significant = words.filter(saysMuch);
  return (significant.length > 0 ? significant : words).slice(0, isUnspaced(text) ? 2 * mostTerms : mostTerms);
}

/** Stems of a text's meaningful words, repeats kept. */
export function stemsOf(text: string): string[] {
  return wordsOf(text).filter(saysMuch).map(stem);
}

/**
 * A light stem: `retries` and `retried` meet `retry`, `cancellation` and `cancelled` meet `cancel`.
 * Long endings go only from long words: `durable` and `duration` have nothing in common.
 */
export function stem(word: string): string {
  return word
    .replace(/(?<=.{2})(?:ies|ied)$|(?<=.{3})ie$/, 'y')
    .replace(/(?<=.{6})ally$|(?<=.{5})(?:ly|ations?)$|(?<=.{4})(?:ions?|able)$|(?<=.{3})(?:ings?|ed|es|s)$/, '')
    .replace(/(?<=.{2}([b-df-hj-np-tv-z]))\1$/, '')
    .replace(/(?<=.{3})e$/, '')
    .replace(/(?<=.{5})at$/, '');
}
