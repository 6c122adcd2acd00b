/**
 * Card numbers in a text: digits of a network's prefix and length, grouped as cards are or not at all, whose Luhn sum is right.
 * Digits that only add up to it, such as a date, a list of amounts or a part of an id, are none.
 */

import { spanOf, type Span } from './span.ts';

/**
 * Issuer prefixes (ISO/IEC 7812) as the networks publish them, and lengths. Visa's 13 digits are issued no longer, and are
 * what an article number (GTIN-13) looks like.
 */
const networks = [
  // Visa
  issued('4', [16, 19]),
  // Mastercard, Dankort
  issued('51-55 2221-2720 5019', [16]),
  // American Express
  issued('34 37', [15]),
  // Diners Club
  issued('300-305 3095 36 38-39', [14, 16, 19]),
  // JCB, Discover, UnionPay, Mir, Verve and Elo
  issued('3528-3589 6011 644-659 62 2200-2204 506 509', [16, 17, 18, 19]),
  // RuPay, Hipercard, Troy, Uzcard, Humo
  issued('60 81-82 508 9792 8600 9860', [16]),
  // Maestro
  issued('5018 5020 5038 5893 6304 6759 6761-6763', [13, 14, 15, 16, 17, 18, 19]),
];

function issued(prefixes: string, lengths: readonly number[]) {
  const ranges = prefixes.split(' ').map((range) => {
    const [first = '', last = first] = range.split('-');
    return { size: first.length, first: Number(first), last: Number(last) };
  });
  return { ranges, lengths };
}

/** No part of a longer run, name, path or decimal: `ORD-4111…`, `/orders/4111…`, `4111….50`. */
const ungrouped = /(?<![\p{L}\p{N}_]|[\p{L}\p{N}][/-]|\p{N}\.)\d{13,19}(?![\p{L}\p{N}_]|-[\p{L}\p{N}]|\.\p{N})/gu;
/** 4-6-5 and 4-6-4, and UnionPay's 6-13, with one sign between them. */
const unequal =
  /(?<![\p{L}\p{N}_]|[\p{L}\p{N}][/-]|\p{N}\.)(?:\d{4}(?<gap> {1,2}|[.-])\d{6}\k<gap>\d{4,5}|\d{6}[ -]\d{13})(?![\p{L}\p{N}_]|-[\p{L}\p{N}]|\.\p{N})/gu;
/** Groups of four with a sign between them, and the rest of a card, or what stands behind one. */
const fours =
  /(?<![\p{L}\p{N}_]|[\p{L}\p{N}][/-]|\p{N}\.)\d{4}(?:(?: {1,2}|[.-])\d{4}){2,40}(?:(?: {1,2}|[.-])\d{1,3})?(?![\p{L}\p{N}_]|-[\p{L}\p{N}]|\.\p{N})/gu;
/** Month and year until which a card holds, or the year alone, its code, or a smaller number. */
const behindCard = /^(?:(?:0[1-9]|1[0-2]|19|20)\d{2}|\d{1,3})$/;

export function cardNumbers(text: string): Span[] {
  const whole = [ungrouped, unequal].flatMap((form) =>
    [...text.matchAll(form)].filter(([found]) => isCard(found.replaceAll(/\D/g, ''))).map(spanOf),
  );
  return [...whole, ...[...text.matchAll(fours)].flatMap(cardsInFours)];
}

/** A run of fours is cards, each with what stands behind one, and at most one other number; or it is a list of numbers. */
function cardsInFours({ 0: found, index }: RegExpExecArray): Span[] {
  const groups = [...found.matchAll(/\d+/g)].map((group) => spanOf(group));
  const cards: Span[] = [];
  let others = 0;
  for (let first = 0; first < groups.length;) {
    const [from = 0, to] = groups[first] ?? [];
    const count = [5, 4].find((each) =>
      isCard(cardOf(found.slice(from, groups.slice(first, first + each).at(-1)?.[1]))),
    );
    if (count !== undefined) {
      const part = groups.slice(first, first + count);
      cards.push([index + from, index + (part.at(-1)?.[1] ?? from)]);
      first += part.length;
    } else {
      if (cards.length === 0 || !behindCard.test(found.slice(from, to))) others += 1;
      if (others > 1) return [];
      first += 1;
    }
  }
  return cards;
}

/** Its digits, where the same sign is between all groups and only the last one is shorter than four. */
function cardOf(part: string): string {
  const [gap = ''] = /\D+/.exec(part) ?? [];
  const groups = gap === '' ? [] : part.split(gap);
  return groups.slice(0, -1).every((group) => /^\d{4}$/.test(group)) ? groups.join('') : '';
}

function isCard(digits: string): boolean {
  const isIssued = networks.some(
    ({ ranges, lengths }) =>
      lengths.includes(digits.length) &&
      ranges.some(({ size, first, last }) => {
        const prefix = Number(digits.slice(0, size));
        return prefix >= first && prefix <= last;
      }),
  );
  return isIssued && luhn(digits);
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits.at(-1 - index));
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
