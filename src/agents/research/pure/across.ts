/** What was checked of the sentences of an answer, those in another language than their passages included, in words for a person. */

/**
 * How a sentence stands whose passages are in another language: its translation was compared with them, or nothing was.
 */
export type Crossing = 'translated' | 'unchecked';

/** What a sentence is whose words its passages do not have; undefined where no passage bears it out. */
export type AcrossLanguages = (claim: string, passages: readonly string[]) => Crossing | undefined;

/** As of a sentence and its passages in one language: the words alone decide. */
export const withinOneLanguage: AcrossLanguages = () => undefined;

/** A sentence that was kept across languages. */
export interface CrossingSentence {
  readonly text: string;
  readonly crossing: Crossing;
}

const mostQuoted = 3;

/**
 * What was done with the sentences of an answer of a model, and what was not.
 *
 * @param each whose sentences: `each sentence`
 */
export function checkedSentence(each: string, crossings: readonly CrossingSentence[]): string {
  const unchecked = crossings.filter(({ crossing }) => crossing === 'unchecked').map(({ text }) => text);
  const translated = crossings.length - unchecked.length;
  return [
    `${each}${crossings.length > 0 ? ' in the language of its passages' : ''} was compared by words and names with what it cites, and by number, negation, order and words such as only, always and must with the clause nearest to it`,
    ...(translated > 0 ? [`${are(translated)} in another language, and a translation by the model was compared`] : []),
    ...(unchecked.length > 0
      ? [
          `${are(unchecked.length)} in another language and not checked but for ${its(unchecked)} numbers, as no translation was to be had (${quoted(unchecked)})`,
        ]
      : []),
    'what needs understanding was not checked.',
  ].join('; ');
}

function are(count: number): string {
  return count === 1 ? '1 sentence is' : `${count} sentences are`;
}

function its({ length }: readonly string[]): string {
  return length === 1 ? 'its' : 'their';
}

function quoted(sentences: readonly string[]): string {
  const named = sentences
    .slice(0, mostQuoted)
    .map((text) => `"${text.slice(0, 60).trimEnd()}${text.length > 60 ? ' …' : ''}"`);
  return [...named, ...(sentences.length > mostQuoted ? ['…'] : [])].join(', ');
}
