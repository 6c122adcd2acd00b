/**
 * What a claim makes of the small words that say how far its source goes: `always` of `by default`, `may` of `must`, `some` of `all`,
 * an `only` that nobody said, an `unless` that is gone. A word left out that leaves less said, as the `only` of `only strings`, is none of these.
 */
import { isOtherOrder, negation } from './order.ts';
import { saysMuch, stem, stemsOf, wordsOf } from './stems.ts';

export type Overstated = 'sequence' | 'scope' | 'quantity' | 'duty' | 'exclusive' | 'exception';

const always = /\b(?:always|forever|every time|in (?:all|any) cases?|regardless|unconditionally|immer|stets)\b/i;
const usually =
  /\b(?:by default|at first|initial(?:ly)?|usual(?:ly)?|typical(?:ly)?|normally|generally|mostly|often|standardmäßig|zunächst|anfangs|normalerweise|meist)\b/i;
const defaults = /\bdefaults?\b/i;
const sometimes = /\b(?:sometimes|occasionally|at times|now and then|manchmal|gelegentlich)\b/i;
const perhaps = /\b(?:may|might|could|perhaps|possibly|rarely|vielleicht)\b/i;
const never = /\b(?:never|cannot|must not|nie|niemals)\b/i;
const exclusive = /\b(?:only|alone|solely|exclusively|unless|until|except|nothing but|nur|außer|ausschließlich)\b/i;
/** What may be said with an `only` in other words. */
const narrowing =
  /\b(?:only|alone|just|solely|exclusively|exactly|single|one|no|not|never|none|cannot|without|unless|except|until|but|limited|restricted|must|required|requires?|need(?:s|ed)?|otherwise|instead|nothing|sole|at most|nur|außer|ausschließlich|kein\p{L}{0,2}|nicht|nie)\b|n['’]t\b/iu;
const addsOnly = /\b(?:only|solely|exclusively|nur|ausschließlich)\b/i;
const widening =
  /\b(?:any|every|everyone|everybody|anyone|anybody|also|always|regardless|anywhere|everywhere|everything|all other|jede[rsn]?|auch)\b/gi;
const conditional =
  /\b(?:if|when|where|while|once|whenever|unless|until|except|without|but|other than|apart from|exclud\w{1,6}|wenn|falls|außer|ohne)\b/i;

/** What the clause or sentence of a passage that is about the same does not say as far as a claim does. */
export function overstated(wholeClaim: string, wholeSource: string): Overstated | undefined {
  const [claim, source] = [wholeClaim.slice(0, longest), wholeSource.slice(0, longest)];
  if (isOtherOrder(claim, source)) return 'sequence';
  if (otherScope(claim, source)) return 'scope';
  if (otherQuantity(claim, source)) return 'quantity';
  if (otherDuty(claim, source)) return 'duty';
  if (otherExtent(claim, source)) return 'exclusive';
  return dropsException(claim, source) ? 'exception' : undefined;
}

function otherScope(claim: string, source: string): boolean {
  const isOnly = (one: RegExp, ...others: readonly RegExp[]): boolean =>
    one.test(claim) && !one.test(source) && others.some((other) => other.test(source) && !other.test(claim));
  return (
    isOnly(always, usually, defaults, sometimes, perhaps, exclusive) ||
    isOnly(usually, always, never) ||
    isOnly(sometimes, always, never)
  );
}

type Share = 'all' | 'most' | 'some';
const shareOf = new Map<string, Share>([
  ...'all every each alle jeder jede jedes'.split(' ').map((word) => [word, 'all'] as const),
  ...'most meisten'.split(' ').map((word) => [word, 'most'] as const),
  ...'some several certain few many various one einige manche'.split(' ').map((word) => [word, 'some'] as const),
]);

/** Of a claim and of a sentence, characters; each word of the one is held against each of the other. */
const longest = 2000;
const mostSaid = 30;

interface Said<K> {
  readonly what: K;
  /** The thing or the deed. */
  readonly of: ReadonlySet<string>;
  /** With what follows it. */
  readonly near: ReadonlySet<string>;
}

/** The first words that say much behind a place, up to the end of what they belong to. */
function followed(words: readonly string[], most: number): Set<string> {
  const start = words.findIndex((word) => saysMuch(word) && !/ly$|^still$/.test(word));
  if (start === -1 || start > 4) return new Set();
  return new Set(
    words
      .slice(start, start + most)
      .filter(saysMuch)
      .map(stem),
  );
}

function sharesIn(text: string): Said<Share>[] {
  const words = wordsOf(text);
  return words.flatMap((word, at) => {
    const what = shareOf.get(word);
    // `at most`, `once every`, `one of` and `exactly one`: only the last two are shares.
    const isOther = word === 'most' && words[at - 1] === 'at';
    const isNumber = word === 'one' && words[at + 1] !== 'of' && !/^(?:exactly|least)$/.test(words[at - 1] ?? '');
    return what === undefined || isOther || isNumber
      ? []
      : [{ what, of: followed(words.slice(at + 1, at + 10), 2), near: followed(words.slice(at + 1, at + 10), 4) }];
  });
}

const otherQuantity = (claim: string, source: string): boolean => areOther(sharesIn(claim), sharesIn(source));

/** Whether something is said of a thing of which only something else is said there. */
function areOther<K>(claim: readonly Said<K>[], source: readonly Said<K>[]): boolean {
  return claim.slice(0, mostSaid).some((one) => {
    const same = source
      .slice(0, mostSaid)
      .filter(({ of }) => [...of].some((each) => one.of.has(each)))
      .map(({ what, near }) => ({ what, shared: [...near].filter((each) => one.near.has(each)).length }));
    const best = Math.max(...same.map(({ shared }) => shared));
    const nearest = same.filter(({ shared }) => shared === best);
    return nearest.length > 0 && nearest.every(({ what }) => what !== one.what);
  });
}

const duties: readonly (readonly [what: string, words: RegExp])[] = [
  ['may', /\b(?:need not|needn['’]t|(?:do|does) not (?:have|need) to|not required to|optional(?:ly)?)\b/gi],
  ['may not', /\b(?:must not|mustn['’]t|(?:cannot|can['’]t)(?! both)|may not|should not|shouldn['’]t|darf nicht)\b/gi],
  ['must', /\b(?:must|shall|(?<!not )(?:have|has|need) to|needs to|required to|muss|müssen)\b(?! not)/gi],
  ['should', /\b(?:should|ought to|recommended to|sollte[n]?)\b(?! not)/gi],
  [
    'may',
    /(?<!\b(?:not|only|nothing) )\b(?:may|might|can|could|able to|allowed to|kann|können|darf|dürfen)\b(?! (?:not|only)\b)/gi,
  ],
];

function dutiesIn(text: string): Said<string>[] {
  return duties.flatMap(([what, words]) =>
    [...text.matchAll(words)].map((match) => {
      const behind = wordsOf(
        text
          .slice(match.index + match[0].length)
          .slice(0, 120)
          .split(/[,.;:(]/, 1)[0] ?? '',
      );
      return { what, of: followed(behind, behind[0] === 'be' ? 2 : 1), near: followed(behind, 4) };
    }),
  );
}

function otherDuty(claim: string, source: string): boolean {
  const [wanted, given] = [dutiesIn(claim), dutiesIn(source)];
  if (areOther(wanted, given)) return true;
  return (
    wanted.some(({ what }) => what === 'must') && given.length === 0 && usually.test(source) && !usually.test(claim)
  );
}

/** An `only` that nobody said, one that became an `also`, and one that became an `except`. */
function otherExtent(claim: string, source: string): boolean {
  if (addsOnly.test(claim) && !narrowing.test(source)) return true;
  if (isSwapped(claim, source)) return true;
  if (!addsOnly.test(source) || conditional.test(claim) || narrowing.test(claim)) return false;
  const known = new Set(wordsOf(source));
  return [...claim.matchAll(widening)].some(([word]) => !known.has(word.toLowerCase()));
}

const exceptional = /\b(?:except|außer)\b/i;

function sides(text: string): readonly [isOnly: boolean, isExcept: boolean] {
  return [addsOnly.test(text), exceptional.test(text)];
}

function isSwapped(claim: string, source: string): boolean {
  if (negation.test(claim) || negation.test(source)) return false;
  const [[isOnly, isExcept], [wasOnly, wasExcept]] = [sides(claim), sides(source)];
  if (!((isOnly && !isExcept && wasExcept && !wasOnly) || (isExcept && !isOnly && wasOnly && !wasExcept))) return false;
  const known = new Set(stemsOf(source));
  return stemsOf(claim).filter((each) => !known.has(each) && each !== 'except').length < 2;
}

const exception = /\b(?:unless|except|es sei denn|außer)\b([^.;:!?]{3,300})/i;
/** Whoever can set it otherwise reads it as what it is by default. */
const settable =
  /\b(?:otherwise|overrid\w{1,6}|told|says? so|specif\w{1,6}|configur\w{1,6}|set|given|provided|anders)\b/i;

function dropsException(claim: string, source: string): boolean {
  const [all = '', rest = ''] = exception.exec(source) ?? [];
  if (all === '' || settable.test(rest) || [usually, perhaps, sometimes, addsOnly].some((each) => each.test(claim)))
    return false;
  const main = source.replace(all, ' ');
  if (negation.test(claim) && !negation.test(main)) return false;
  const known = new Set(stemsOf(main));
  const wanted = stemsOf(claim);
  // With a condition of its own a claim may say the exception in other words.
  const isMain = conditional.test(claim)
    ? wanted.every((each) => known.has(each))
    : wanted.some((each) => known.has(each));
  return isMain && !stemsOf(rest).some((each) => !known.has(each) && wanted.includes(each));
}
