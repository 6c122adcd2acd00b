/**
 * Whether a passage supports a sentence, by its words alone: no model judges a model.
 * A sentence taken from a passage word for word always passes; one with a number, a name or a "not"
 * that no passage has never does.
 */
import { bearing, clausesOf, isBare, numbersIn, numberWords } from './clauses.ts';
import { convertedWords } from './quantities.ts';
import { stem, stemsOf } from './stems.ts';
import { isVerbatim } from './verbatim.ts';
import { differences, plainly, type SaidOtherwise } from './wording.ts';

export interface Verdict {
  readonly supported: boolean;
  /** What no passage says: numbers, names, or words; empty where it is supported. */
  readonly missing: readonly string[];
}

/** The least share of a sentence's meaningful words that the passages must have; the rest may be the writer's own. */
const leastShare = 0.6;
const mostMissing = 8;

/** More passages never make a supported sentence unsupported, but where they contradict it. */
export function checkClaim(claim: string, passages: readonly string[]): Verdict {
  const all = passages.join('\n');
  const wanted = [...new Set(stemsOf(claim))];
  const unknownOnes = unknownFacts(claim, passages);
  const isKnown = wanted.length > 0 && unknownOnes.length === 0;
  if (isKnown && passages.some((each) => isVerbatim(claim, each))) return { supported: true, missing: [] };
  const missing = [...unknownOnes, ...missingNegation(claim, all)];
  if (missing.length > 0) return { supported: false, missing: missing.slice(0, mostMissing) };
  const known = new Set(stemsOf(all));
  const converted = new Set([...convertedWords(claim, all)].flatMap((each) => [each, stem(each)]));
  const unknown = wanted.filter((each) => !known.has(each) && !converted.has(each));
  if (wanted.length > 0 && wanted.length - unknown.length >= leastShare * wanted.length) {
    const against = contradictions(claim, passages);
    return { supported: against.length === 0, missing: against };
  }
  return { supported: false, missing: unknown.slice(0, mostMissing) };
}

const said: Readonly<Record<SaidOtherwise | 'negation' | 'order', string>> = {
  negation: 'the passage says it the other way, with or without a "not"',
  order: 'the passage has it the other way round',
  number: 'the passage has another number or unit there',
  bound: 'the passage has the number as the other bound',
  opposite: 'the passage has the opposite word there',
  only: 'the passage limits something else with its "only"',
  condition: 'the passage has it under the opposite condition',
  sequence: 'the passage has it in the other order of time',
  scope: 'the passage says it of another time or of other cases: always, by default, sometimes or never',
  quantity: 'the passage says it of all, most or some where this says it of others',
  duty: 'the passage has another of must, should and may there',
  exclusive: 'the passage limits it otherwise, with or without an "only"',
  exception: 'the passage has an exception to it',
  mixed: 'the passage says parts of it of two different things',
};

/** What the passages that are about the same say otherwise, where none of them says it as the claim does. */
function contradictions(claim: string, passages: readonly string[]): string[] {
  const read = passages.map((passage) => clausesOf(plainly(passage, claim)));
  const turned = clausesOf(plainly(claim)).flatMap((clause) => {
    if (isBare(clause)) return [];
    const bearings = read.flatMap((passage) => bearing(clause, passage) ?? []);
    if (bearings.some(({ agrees }) => agrees)) return [];
    // Amounts are compared with their units below.
    return bearings.flatMap(({ why }) => (why === undefined || why === 'number' ? [] : [why]));
  });
  const found = [...new Set([...turned, ...differences(claim, passages)])];
  // `off unless it is set` is `on where it is set`: what turns both parts turns nothing.
  const isTwice = /\bunless\b/i.test(claim) && found.length === 2 && found.includes('negation');
  return isTwice && found.includes('opposite') ? [] : found.map((each) => said[each]);
}

/** Numbers, names and addresses that no passage has, and images, which whoever shows the text would fetch. */
export function unknownFacts(claim: string, passages: readonly string[]): string[] {
  const all = passages.join('\n');
  return [...missingNumbers(claim, all), ...missingNames(claim, all), ...missingAddresses(claim, all)];
}

const image = /!\[(?:[^[\]\n]|\[[^[\]\n]{0,300}\]){0,300}\][([]/;
const address =
  /(?:https?:\/\/|www\.)[^\s)\]>"'<`]{1,500}|(?<![\w@.-])[a-z0-9-]{2,63}(?:\.[a-z0-9-]{2,63}){1,5}\/[^\s)\]>"'<`]{0,500}/gi;

/** Images, and addresses that are not as the passages write them, since what is added to one leaves with whoever follows it. */
export function missingAddresses(claim: string, passages: string): string[] {
  const known = passages.toLowerCase();
  const found = Array.from(claim.matchAll(address), ([each]) => each.replace(/[.,;:!?]{1,10}$/, ''));
  const unknown = found.filter((each) => !known.includes(each.toLowerCase()));
  return image.test(claim) ? ['an image', ...unknown] : unknown;
}

/** `one` is more often a word. */
const sureNumbers = new Map([...numberWords].filter(([word]) => word !== 'one'));
const numbersOf = (text: string): Set<string> => numbersIn(text, sureNumbers);

function missingNumbers(claim: string, passages: string): string[] {
  const known = numbersOf(passages);
  const converted = convertedWords(claim, passages);
  return [...numbersOf(claim)].filter((number) => !known.has(number) && !converted.has(number));
}

/** Words with a capital inside a sentence, and those with two anywhere. */
function namesOf(claim: string): string[] {
  const words = claim.match(/[\p{L}][\p{L}\p{N}]*/gu) ?? [];
  return words.filter((word, index) => {
    const capitals = word.match(/\p{Lu}/gu)?.length ?? 0;
    return capitals > 1 || (capitals === 1 && /^\p{Lu}/u.test(word) && index > 0 && word.length > 1);
  });
}

function missingNames(claim: string, passages: string): string[] {
  const names = namesOf(claim);
  if (names.length === 0) return [];
  const known = new Set((passages.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((word) => [word, stem(word)]));
  return names.filter((name) => !known.has(name.toLowerCase()) && !known.has(stem(name.toLowerCase())));
}

const negation = /\b(?:not|no|never|none|nor|neither|cannot|without|nothing|nobody)\b|n['’]t\b/i;

/** What is excepted is not so, and neither is what only something else is. */
const exception = /\b(?:except|excluding|exclud\w{1,3}|only|unless|skip\w{0,4}|ignor\w{1,3})\b/i;

/** Words in common prove little where the one says that it is so and the other that it is not. */
function missingNegation(claim: string, passages: string): string[] {
  const found = negation.exec(plainly(claim))?.[0];
  return found !== undefined && !negation.test(plainly(passages)) && !exception.test(passages) ? [found] : [];
}
