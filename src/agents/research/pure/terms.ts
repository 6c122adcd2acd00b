/** Words of a text, as terms to search and to compare: without those that carry no meaning, and cut to light stems. */

const stopWords = new Set(
  `a about above after again all also an and any are as at be because been before being below between both but by can
  could did do does doing down during each else few for from further get had has have having he her here how i if in
  into is it its just let like made make makes many may me might more most much must my no nor not of off on once one
  only or other our out over own per please same she should so some such than that the their them then there these
  they this those through to too under until up upon us use used uses using very via was we were what when where which
  while who whom why will with within without would you your handle handles`.split(/\s+/),
);

const mostTerms = 16;

/** The words of a text, in lower case, as they stand. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** The words that carry meaning, each once; all words where only stop words were given. */
export function termsOf(text: string): string[] {
  const words = [...new Set(wordsOf(text))];
  const telling = words.filter((word) => word.length > 1 && !stopWords.has(word));
  return (telling.length > 0 ? telling : words).slice(0, mostTerms);
}

/** Stems of a text's meaningful words, repeats kept. */
export function stemsOf(text: string): string[] {
  return wordsOf(text)
    .filter((word) => word.length > 1 && !stopWords.has(word))
    .map(stem);
}

/**
 * A light stem: `retries` and `retried` meet `retry`, `cancellation` and `cancelled` meet `cancel`.
 * Long endings go only from long words: `durable` and `duration` have nothing in common.
 */
export function stem(word: string): string {
  return word
    .replace(/(?<=.{2})(?:ies|ied)$/, 'y')
    .replace(/(?<=.{4})(?:ations?|ions?|able)$|(?<=.{3})(?:ings?|ed|es|s)$/, '')
    .replace(/(?<=.{2}([b-df-hj-np-tv-z]))\1$/, '')
    .replace(/(?<=.{3})e$/, '');
}
