/** What runs took out of texts that began before card numbers, IBANs and phone numbers were told from dates, amounts and ids. */
import type { PersonalData } from './redact.ts';

/** Characters of one text that are looked at; what is behind them is taken out, since nobody has looked. */
const longest = 200_000;

/** At most 64 characters before the `@` and 253 after it, as RFC 5321 allows, and no version: `openai@6.2.0`; bounded, so that no text is slow to search. */
const email = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,7}\.\p{L}[\p{L}\p{N}-]{1,62}/gu;
/** 12 to 19 digits (ISO/IEC 7812), in groups or not; the Luhn sum sets a card apart from another number. */
const cardLike = /(?<![\p{L}\p{N}])\d(?:[ -]?\d){11,18}(?![\p{L}\p{N}])/gu;
/** With a `+`, with a trunk `0` and nine digits or more (a date has eight), or in the 3-3-4 groups of North America. */
const phones = [
  /(?<![\p{L}\p{N}+])\+\d{1,3}(?:[ ()./-]{0,2}\d){6,12}(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}.,-])\(?0(?:[ ()./-]{0,2}\d){8,10}(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\p{L}\p{N}-])/gu,
];

/** Two letters, two digits and up to thirty more, in groups or not; the sum modulo 97 sets one apart from another name. */
const ibanLike = /(?<![\p{L}\p{N}])[a-z]{2}\d{2}(?:[ .-]?[a-z0-9]){11,30}/giu;
/** What hides in a text: zero-width, bidirectional and soft signs. */
const hidden = /[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF\u{E0000}-\u{E007F}]/gu;

/**
 * Each kind asked for becomes `[email]`, `[card]`, `[phone]` or `[iban]`. Looked for in the text as it reads, compatible
 * forms and hidden signs set aside; a text in which nothing is found stays as it is.
 */
export function redactWidely(text: string, kinds: readonly PersonalData[]): string {
  const bounded = text.length > longest ? `${text.slice(0, longest)} [cut]` : text;
  const read = bounded
    .normalize('NFKC')
    .replaceAll(hidden, '')
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-');
  const left = redactPlain(read, kinds);
  return left === read ? bounded : left;
}

function redactPlain(text: string, kinds: readonly PersonalData[]): string {
  let left = text;
  if (kinds.includes('email')) left = left.replaceAll(email, '[email]');
  if (kinds.includes('iban')) left = left.replaceAll(ibanLike, withoutIban);
  if (kinds.includes('card')) left = withoutCards(left);
  if (kinds.includes('phone')) for (const phone of phones) left = left.replaceAll(phone, '[phone]');
  return left;
}

/** The longest part of what was found, up to the end of a group, that is one. */
function withoutIban(found: string): string {
  const ends = [...found.matchAll(/[ .-]/g)].map(({ index }) => index).toReversed();
  const end = [found.length, ...ends].find((each) => isIban(found.slice(0, each)));
  return end === undefined ? found : `[iban]${found.slice(end)}`;
}

function isIban(found: string): boolean {
  const text = found.replaceAll(/[ .-]/g, '').toUpperCase();
  if (text.length < 15 || text.length > 34) return false;
  let rest = 0;
  for (const sign of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Groups of digits with up to three signs between them, of which some in a row may be a card, whatever follows it. */
const digitGroups = /\d{1,19}(?:[ .,/_*:;\t\r\n-]{1,3}\d{1,19}){1,12}/g;

function withoutCards(text: string): string {
  const whole = text.replaceAll(cardLike, (found) => (luhn(found) ? '[card]' : found));
  return whole.replaceAll(digitGroups, (found) => {
    const groups = [...found.matchAll(/\d+/g)];
    for (let first = 0; first < groups.length; first++) {
      const from = groups[first]?.index ?? 0;
      for (let last = groups.length - 1; last > first; last--) {
        const end = groups[last];
        const part = end ? found.slice(from, end.index + end[0].length) : '';
        if (isCard(part)) return `${found.slice(0, from)}[card]${withoutCards(found.slice(from + part.length))}`;
      }
    }
    return found;
  });
}

/** Of 13 to 19 digits, from a network that issues cards to people. */
function isCard(part: string): boolean {
  const digits = part.replaceAll(/\D/g, '');
  return digits.length >= 13 && digits.length <= 19 && /^[2-6]/.test(digits) && luhn(digits);
}

function luhn(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').split('').toReversed().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
