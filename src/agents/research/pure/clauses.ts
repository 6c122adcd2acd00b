/**
 * Whether the clause of a passage that is nearest to what a claim says also says it that way round: with its number, with or
 * without a "not", and with the same one doing it to the same other. By words and their order alone.
 */
import { stem, stemsOf } from './stems.ts';

/** What a passage makes of a claim; undefined where no clause of it is about the same. */
export interface Bearing {
  readonly agrees: boolean;
  /** Of a clause that does not: what it has otherwise. */
  readonly why?: 'negation' | 'number' | 'order';
}

interface Clause {
  readonly stems: readonly string[];
  readonly numbers: ReadonlySet<string>;
  readonly isNegated: boolean;
  readonly isPassive: boolean;
  /** Stems behind an `except`. */
  readonly excepted: readonly string[];
}

/** The share of a claim's clause that a clause must have to be about the same. */
const leastShare = 0.6;
const mostClauses = 400;

const negation = /\b(?:not|no|never|none|nor|neither|cannot|without|nothing|nobody|hardly)\b|n['’]t\b/i;
const boundary =
  /(?<=[.!?。！？;；:：])\s|[。！？；]|,\s{1,3}(?=(?:and|but|or|while|whereas|unless|although|though|yet|which|where|when|if|because|so)\b)|\s(?=(?:but|while|whereas|unless|although|though|because)\s)|,\s|\n|\s(?=\([^()\n]{3,200}\))|(?<=\s\([^()\n]{3,200}\))\s/i;

/** Up to twelve. */
export const numberWords: ReadonlyMap<string, string> = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, index) => [word, `${index}`]),
);
/** How long a text may be that is read in clauses. */
const longest = 20_000;

/** As they stand in a text. */
export function clauseTexts(text: string): string[] {
  return text.slice(0, longest).split(boundary).slice(0, mostClauses);
}

export function clausesOf(text: string): Clause[] {
  return clauseTexts(text)
    .map((clause) => ({
      stems: [...new Set(stemsOf(clause))].filter((each) => !/^\d/.test(each) && !numberWords.has(each)),
      numbers: numbersIn(clause),
      isNegated: negation.test(clause),
      isPassive: /\bby\b/i.test(clause),
      excepted: stemsOf(/\b(?:except|excluding|other than)\b(.{1,300})/i.exec(clause)?.[1] ?? ''),
    }))
    .filter(({ stems }) => stems.length > 0);
}

/**
 * `1,000` and `1000` are one number, and so are `three` and `3`.
 *
 * @param words those that are read as numbers
 */
export function numbersIn(text: string, words: ReadonlyMap<string, string> = numberWords): Set<string> {
  const digits = text.match(/\d+(?:[.,]\d+)*/g) ?? [];
  const spelt = text.toLowerCase().match(/[a-z]+/g) ?? [];
  return new Set([
    ...digits.map((number) => number.replaceAll(/,(?=\d{3}(?:\D|$))/g, '')),
    ...spelt.flatMap((word) => words.get(word) ?? []),
  ]);
}

/** What a passage says of one clause of a claim. */
export function bearing(claim: Clause, passage: readonly Clause[]): Bearing | undefined {
  const near = passage
    .map((clause) => ({ clause, shared: claim.stems.filter((each) => clause.stems.includes(each)).length }))
    .filter(({ shared }) => shared > 0 && shared >= leastShare * claim.stems.length);
  const best = Math.max(0, ...near.map(({ shared }) => shared));
  // A clause that has less of the claim than another is about something else.
  const nearest = near.filter(({ shared }) => shared === best).map(({ clause }) => differs(claim, clause));
  if (nearest.length === 0) return undefined;
  if (nearest.includes(undefined)) return { agrees: true };
  const [why] = nearest;
  return why === undefined ? { agrees: true } : { agrees: false, why };
}

function differs(claim: Clause, other: Clause): Bearing['why'] {
  const isException = claim.isNegated && claim.stems.some((each) => other.excepted.includes(each));
  if (claim.isNegated !== other.isNegated && !isException) return 'negation';
  const isOther = claim.numbers.size > 0 && other.numbers.size > 0;
  if (isOther && [...claim.numbers].every((number) => !other.numbers.has(number))) return 'number';
  return isExchanged(claim, other) ? 'order' : undefined;
}

/** `A asks B` and `B asks A`: the ends of what both have change places. In the passive voice they do so and say the same. */
function isExchanged(claim: Clause, other: Clause): boolean {
  if (claim.isPassive !== other.isPassive) return false;
  const shared = claim.stems.filter((each) => other.stems.includes(each));
  if (shared.length < 3) return false;
  const there = other.stems.filter((each) => shared.includes(each));
  return shared[0] === there.at(-1) && shared.at(-1) === there[0];
}

/** Whether the words are those of numbers and units alone. */
export function isBare(claim: Clause): boolean {
  return claim.stems.length < 2 || claim.stems.every((each) => units.has(each));
}

const units = new Set('second minute hour day week month year byte percent time ms'.split(' ').map(stem));
