/** Which language a text is in, where it shows, and what that means for an answer whose words were only looked for. */
import { francAll } from 'franc-min';
import { isUnspaced, termsOf } from '../pure/stems.ts';

/** By ISO 639-3, those that many write in: the fewer there are, the surer a short sentence is one of them. */
const candidates =
  'arb ces cmn dan deu ell eng fra heb hin hun ind ita jpn kor nld nob pol por ron rus spa swe tha tur ukr vie'.split(
    ' ',
  );
/**
 * A language that is nearly as likely as the likeliest may be the one as well: of sentences of English documentation 1 in 150
 * is then taken for another language (1 in 20 at 0.95), while Portuguese and Spanish are not told apart.
 */
const nearlyAsLikely = 0.8;
/** Characters by which a language shows. */
const mostLooked = 600;
export const englishNames = new Intl.DisplayNames(['en'], { type: 'language' });
/** Of the words of a question: where so many of them stand in what was found, both are in one language, whatever it looks like. */
const sharedWords = 0.5;
/** Characters of a passage that shows its language by itself. */
const longEnough = 200;

/** Which language texts are in, each looked at once: many sentences cite one passage. */
export class Languages {
  readonly #known = new Map<string, readonly string[]>();

  /** That of the passages, where none of them is in the claim's; undefined where one is, or where it does not show. */
  foreign(claim: string, passages: readonly string[]): string | undefined {
    const own = this.of(claim);
    const theirs = passages.map((passage) => this.of(passage)[0]);
    const [first] = theirs;
    if (first === undefined || own.length === 0) return undefined;
    return theirs.every((language) => language !== undefined && !own.includes(language)) ? first : undefined;
  }

  /** Those that a text may be in, the likeliest first; none where it does not show. */
  of(text: string): readonly string[] {
    const start = text.slice(0, mostLooked);
    const known = this.#known.get(start);
    if (known) return known;
    const found = francAll(start, { only: candidates, minLength: isUnspaced(start) ? 4 : 12 });
    const likely = found.flatMap(([language, share]) =>
      language !== 'und' && share >= nearlyAsLikely ? language : [],
    );
    this.#known.set(start, likely);
    return likely;
  }
}

/**
 * Said of an answer that no model wrote: which language was asked in, and which was found.
 *
 * @param found what the sources gave, in any order; none where they gave nothing
 * @returns nothing where both are one language, or where that does not show
 */
export function languageSentence(question: string, found: readonly string[]): string {
  const languages = new Languages();
  const [asked] = languages.of(question);
  if (asked === undefined) return '';
  const isEnglish = languages.of(question).includes('eng');
  if (found.length === 0) {
    return isEnglish ? '' : `The question is in ${nameOf(asked)}: its words find nothing in texts of another language.`;
  }
  const long = found.filter((text) => text.length >= longEnough).slice(0, 20);
  const theirs = languages.foreign(question, long.length > 0 ? long : [found.slice(0, 20).join(' ')]);
  if (theirs === undefined || shareOf(question, found) >= sharedWords) return '';
  return `The question is in ${nameOf(asked)} and what was found in ${nameOf(theirs)}: only words of the question were looked for, and across languages nothing was checked.`;
}

function nameOf(language: string): string {
  return englishNames.of(language) ?? language;
}

function shareOf(question: string, found: readonly string[]): number {
  const terms = termsOf(question);
  const known = new Set(found.slice(0, 20).flatMap((text) => termsOf(text.slice(0, 1500))));
  return terms.length === 0 ? 0 : terms.filter((term) => known.has(term)).length / terms.length;
}
