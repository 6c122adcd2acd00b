/**
 * Personal data out of text, before a model or a trace sees it.
 * The surprising rule: it errs on the side of taking too much, but never takes what our own references look like.
 */

export type PersonalData = 'email' | 'card' | 'phone';

/** At most 64 characters before the `@` and 253 after it, as RFC 5321 allows; bounded, so that no text is slow to search. */
const email = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
/** 12 to 19 digits (ISO/IEC 7812), in groups or not; the Luhn sum tells a card from another number. */
const cardLike = /(?<![\p{L}\p{N}])\d(?:[ -]?\d){11,18}(?![\p{L}\p{N}])/gu;
/** With a `+`, with a trunk `0` and nine digits or more (a date has eight), or in the 3-3-4 groups of North America. */
const phones = [
  /(?<![\p{L}\p{N}+])\+\d{1,3}(?:[ ()./-]{0,2}\d){6,12}(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}.,-])\(?0(?:[ ()./-]{0,2}\d){8,10}(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\p{L}\p{N}-])/gu,
];

/** Each kind asked for becomes `[email]`, `[card]` or `[phone]`. */
export function redact(text: string, kinds: readonly PersonalData[]): string {
  let left = text;
  if (kinds.includes('email')) left = left.replaceAll(email, '[email]');
  if (kinds.includes('card')) left = left.replaceAll(cardLike, (found) => (luhn(found) ? '[card]' : found));
  if (kinds.includes('phone')) for (const phone of phones) left = left.replaceAll(phone, '[phone]');
  return left;
}

/** Every text inside a JSON value, its keys left alone. */
export function redactAll<T>(value: T, kinds: readonly PersonalData[]): T {
  if (typeof value === 'string') return redact(value, kinds) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => redactAll(each, kinds)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redactAll(each as unknown, kinds)])) as T;
}

function luhn(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '').split('').toReversed().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
