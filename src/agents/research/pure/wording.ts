/**
 * What a passage says otherwise than a claim of the same words: an amount or its bound, an opposite, the place of an `only`,
 * an `unless`, or one of two neighbouring sentences where the other belongs. What words cannot settle is no difference.
 */
import { clauseTexts, numberWords } from './clauses.ts';
import { hasOpposite, isOfPair } from './opposites.ts';
import { hasOtherAmount, quantitiesIn, unitsIn, type Quantity } from './quantities.ts';
import { overstated, type Overstated } from './qualifiers.ts';
import { stem, stemsOf, wordsOf, saysMuch } from './stems.ts';

export type SaidOtherwise = 'number' | 'bound' | 'opposite' | 'only' | 'condition' | 'mixed' | Overstated;

interface Part {
  readonly text: string;
  /** Those of the words of which another is the opposite. */
  readonly paired: ReadonlySet<string>;
  readonly stems: ReadonlySet<string>;
  readonly quantities: readonly Quantity[];
}

const leastShare = 0.6;
const mostSentences = 200;
/** Of sentences that are equally near to a claim, those that are held against it. */
const mostNear = 8;
/** How much of a claim is read, which is a sentence, and of a passage. */
const longestClaim = 2000;
const mostClauses = 40;
const longestPassage = 20_000;
const sentenceEnd = /(?<=[.!?;。！？；])\s|\n/u;
/** Of a sentence: the setting or function that it, and what follows it, is about. */
const topicAtStart =
  /^[\s*`>|+-]{0,9}([\p{L}_$][\p{L}\p{N}_$]{2,80})(?=`?\(?\)?`?:|`)|^[\s*>|+-]{0,9}(\p{Ll}{1,40}\p{Lu}[\p{L}\p{N}]{0,60})/u;

/** `not A unless B` is `only A if B`. */
const doubled = /\b(cannot|not|never)\b([^.;:!?\n]{1,200}?)\bunless\b/gi;

function asOnly(_all: string, not: string, between: string): string {
  return not.toLowerCase() === 'cannot' ? `can only${between}if` : `only${between}if`;
}

/**
 * Written so that both ways of saying a bound or a condition read alike.
 *
 * @param claim what is held against it: only beside a claim with a condition or an `only` does a `not … unless` become one
 */
export function plainly(text: string, claim = text): string {
  const turned = /\b(?:unless|only)\b/i.test(claim) ? text.replaceAll(doubled, asOnly) : text;
  return turned
    .replaceAll(/\b(?:no|not) (?:more|longer|later) than\b/gi, 'at most')
    .replaceAll(/\b(?:no|not) (?:fewer|less) than\b/gi, 'at least')
    .replaceAll(/\bnicht mehr als\b/gi, 'höchstens')
    .replaceAll(/\b(?:cannot|can not|may not|must not) both\b/gi, 'only either')
    .replaceAll(/\bnot (?:while|when)\b/gi, 'not during')
    .replaceAll(/\b(?:to )?(?:avoid|prevent)(?:s|ed)?\b/gi, 'not')
    .replaceAll(/\bnon-(?=\W?\p{L})/giu, 'not ')
    .replaceAll(/,?\s(?=(?:if|when|unless|until)\s)/gi, ', ')
    .replaceAll(/\bunless\b/gi, 'if not');
}

function contentOf(text: string): Set<string> {
  const words = wordsOf(text).filter((word) => saysMuch(word) && !/^\d/.test(word) && !numberWords.has(word));
  const units = new Set(['second', 'minute', 'hour', 'day', 'ms', 'millisecond', 'byte', 'kb', 'mb', 'gb']);
  return new Set(words.filter((word) => !isOfPair(word) && !units.has(word.replace(/s$/, ''))).map(stem));
}

const pairedOf = (text: string): Set<string> => new Set(wordsOf(text).filter(isOfPair));

function sentencesOf(text: string): string[] {
  return text.slice(0, longestPassage).split(sentenceEnd).slice(0, mostSentences);
}

function partsOf(text: string): Part[] {
  let topic: string | undefined;
  return sentencesOf(text).flatMap((sentence) => {
    const [, marked, named] = topicAtStart.exec(sentence) ?? [];
    const found = marked ?? named;
    if (found !== undefined) topic = stem(found.toLowerCase());
    return clauseTexts(sentence).map((clause) => ({
      text: clause,
      paired: pairedOf(clause),
      stems: new Set([...contentOf(clause), ...(topic === undefined ? [] : [topic])]),
      quantities: quantitiesIn(clause),
    }));
  });
}

const sharedOf = (claim: ReadonlySet<string>, other: ReadonlySet<string>): number =>
  [...claim].filter((each) => other.has(each)).length;

/** What the passages say otherwise, where none of them says it as the claim does. */
export function differences(claim: string, passages: readonly string[]): SaidOtherwise[] {
  const plain = plainly(claim.slice(0, longestClaim));
  const texts = passages.map((passage) => plainly(passage.slice(0, longestPassage), claim));
  const parts = texts.map(partsOf);
  const inClauses = clauseTexts(plain)
    .slice(0, mostClauses)
    .flatMap((text) => clauseDifference(text, parts));
  const inSentences = [
    ...overstatements(claim.slice(0, longestClaim), passages),
    ...(turnsCondition(claim.slice(0, longestClaim), passages) ? (['condition'] as const) : []),
    ...(texts.some((text) => isMixed(plain, text)) && !texts.some((text) => hasWhole(plain, text))
      ? (['mixed'] as const)
      : []),
  ];
  return [...new Set([...inClauses, ...inSentences])];
}

/** Of the sentences nearest to the claim; one that says as much as the claim does settles it. */
function overstatements(claim: string, passages: readonly string[]): SaidOtherwise[] {
  const wanted = contentOf(claim);
  const words = new Set(wordsOf(claim));
  const near = passages
    .flatMap(sentencesOf)
    .map((sentence) => ({ sentence, shared: sharedOf(wanted, contentOf(sentence)) }))
    .filter(({ shared }) => shared > 0 && shared >= leastShare * wanted.size)
    // Of two that are as near the small words tell.
    .map(({ sentence, shared }) => ({ sentence, shared: shared + sharedOf(words, new Set(wordsOf(sentence))) / 1000 }));
  const best = Math.max(0, ...near.map(({ shared }) => shared));
  const found = near
    .filter(({ shared }) => shared === best)
    .slice(0, mostNear)
    .map(({ sentence }) => overstated(claim, sentence));
  return found.includes(undefined) ? [] : found.flatMap((each) => each ?? []).slice(0, 1);
}

function clauseDifference(text: string, passages: readonly (readonly Part[])[]): SaidOtherwise[] {
  const stems = contentOf(text);
  if (stems.size === 0) return [];
  const claim = { text, stems, paired: pairedOf(text), quantities: quantitiesIn(text) };
  const found = passages.flatMap((parts) => {
    const near = parts
      .map((part) => ({ part, shared: sharedOf(stems, part.stems) }))
      .filter(({ shared }) => shared > 0 && shared >= leastShare * stems.size)
      .map(({ part, shared }) => ({ part, score: shared + sharedOf(claim.paired, part.paired) / 2 }));
    if (near.length === 0) return [];
    const best = Math.max(...near.map(({ score }) => score));
    let first: SaidOtherwise | undefined;
    for (const { part } of near.filter(({ score }) => score === best)) {
      const difference = differs(claim, part);
      if (difference === undefined) return [undefined];
      first ??= difference;
    }
    return [first];
  });
  if (found.includes(undefined)) return [];
  return found.flatMap((each) => each ?? []);
}

function differs(claim: Part, other: Part): SaidOtherwise | undefined {
  const amount = hasOtherAmount(claim.quantities, other.quantities);
  if (amount !== undefined) return amount;
  const [wanted, given] = [unitsIn(claim.text), unitsIn(other.text)];
  if (wanted.size > 0 && given.size > 0 && sharedOf(wanted, given) === 0) return 'number';
  if (hasOpposite(claim.text, other.text)) return 'opposite';
  return movesOnly(claim.text, other.text) ? 'only' : undefined;
}

function nextWords(side: readonly string[]): string[] {
  const start = side.findIndex(saysMuch);
  if (start === -1) return [];
  const [first = '', second = ''] = side.slice(start);
  return [first, ...(saysMuch(second) ? [second] : [])].map(stem);
}

const auxiliary = /^(?:is|are|was|were|be|may|can|must|should|will|shall|has|have|do|does)$/;

/** Of `only rules from the current state can`: all that it is only of. */
function throughPhrase(side: readonly string[]): string[] {
  const end = side.findIndex((word) => auxiliary.test(word));
  return side
    .slice(0, Math.min(8, end === -1 ? 0 : end))
    .filter(saysMuch)
    .map(stem);
}

/** The words that an `only` stands beside: up to two on either side, with no word between them that says little. */
function limitedBy(text: string): Set<string> | undefined {
  const words = wordsOf(text);
  const at = words.findIndex((word) => /^(?:only|nur)$/.test(word));
  if (at === -1) return undefined;
  const behind = words.slice(at + 1);
  return new Set([...nextWords(behind), ...throughPhrase(behind), ...nextWords(words.slice(0, at).toReversed())]);
}

function movesOnly(claim: string, other: string): boolean {
  const [wanted, given] = [limitedBy(claim), limitedBy(other)];
  return wanted !== undefined && given !== undefined && given.size > 0 && sharedOf(wanted, given) === 0;
}

const condition = /\b(unless|es sei denn|if|when|where|wenn|falls)\b([^,.;:!?]{3,300})/i;
const negation = /\b(?:not|no|never|cannot|nicht|kein\p{L}{0,2}|nie)\b|n['’]t\b/iu;

interface Conditional {
  readonly isUnless: boolean;
  /** Whether it is said, in the end, that the thing is so where the condition holds. */
  readonly holds: boolean;
  readonly stems: ReadonlySet<string>;
  readonly main: ReadonlySet<string>;
}

function conditionalOf(sentence: string): Conditional | undefined {
  const [all = '', word = '', rest = ''] = condition.exec(sentence) ?? [];
  if (word === '') return undefined;
  const isUnless = /^(?:unless|es sei denn)$/i.test(word);
  const main = sentence.replace(all, ' ');
  const turned = [isUnless, negation.test(rest), negation.test(main)].filter(Boolean).length;
  return { isUnless, holds: turned % 2 === 0, stems: contentOf(rest), main: contentOf(main) };
}

function turnsCondition(claim: string, passages: readonly string[]): boolean {
  const wanted = conditionalOf(claim);
  if (wanted === undefined || wanted.stems.size === 0) return false;
  const about = passages
    .flatMap(sentencesOf)
    .flatMap((sentence) => conditionalOf(sentence) ?? [])
    .filter(({ stems }) => sharedOf(wanted.stems, stems) >= leastShare * wanted.stems.size)
    .filter(({ main }) => sharedOf(wanted.main, main) >= leastShare * wanted.main.size);
  return (
    about.some(({ isUnless, holds }) => isUnless !== wanted.isUnless && holds !== wanted.holds) &&
    !about.some(({ holds }) => holds === wanted.holds)
  );
}

/** Where a sentence goes on with another thing. */
const coordination =
  /[,;]\s(?=(?:and|but|while|whereas|so|because|since|although|though|which)\b)|\s(?=(?:and|but|while|whereas|so|because|since|although|though|which)\s)|;\s/i;
const backward = /^\W{0,3}(?:it|they|this|these|that|those|its|their|such|then|otherwise|there)\b/i;

function wholes(text: string): Set<string>[] {
  return sentencesOf(text)
    .filter((sentence) => /[.!?;]$/.test(sentence.trim()) && !backward.test(sentence))
    .map((sentence) => new Set(stemsOf(sentence).filter((each) => !/^\d/.test(each))));
}

/** Whether one sentence of a passage has all of the claim's words that the passage has. */
function hasWhole(claim: string, text: string): boolean {
  const known = new Set(stemsOf(text));
  const wanted = new Set(stemsOf(claim).filter((each) => known.has(each)));
  return sentencesOf(text).some((sentence) => sharedOf(wanted, new Set(stemsOf(sentence))) === wanted.size);
}

/** Whether a claim puts a word of one sentence into another that is built alike and has its own there: `reads go to replicas, writes to the primary`. */
function isMixed(claim: string, text: string): boolean {
  const all = wholes(text);
  return claim
    .split(coordination)
    .slice(0, mostClauses)
    .some((part) => {
      const known = new Set(all.flatMap((each) => [...each]));
      const wanted = new Set(stemsOf(part).filter((each) => known.has(each)));
      if (wanted.size < 2 || all.some((each) => sharedOf(wanted, each) === wanted.size)) return false;
      const most = Math.max(...all.map((each) => sharedOf(wanted, each)));
      const isNearest = (each: ReadonlySet<string>): boolean => sharedOf(wanted, each) === most;
      // With a word more, such as the thing that sentences before it are about, a claim still says the whole of this one.
      if (all.some((each) => isNearest(each) && sharedOf(each, wanted) === each.size)) return false;
      return all.some((one, index) =>
        all
          .slice(index + 1, index + 3)
          .some((other) => (isNearest(one) || isNearest(other)) && areMixed(wanted, one, other)),
      );
    });
}

function areMixed(wanted: ReadonlySet<string>, one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const shared = new Set([...one].filter((each) => other.has(each)));
  if (sharedOf(wanted, shared) === 0 || shared.size * 3 < Math.min(one.size, other.size)) return false;
  if ([...wanted].some((each) => !one.has(each) && !other.has(each))) return false;
  const isOwn = (each: string): boolean => !shared.has(each) && !wanted.has(each);
  return [...one].some(isOwn) && [...other].some(isOwn);
}
