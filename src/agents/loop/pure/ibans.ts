/** IBANs in a text: a country that has them, its exact length, grouped by four or not at all, and the sum modulo 97. */
import type { Span } from './span.ts';

/** Characters of an IBAN, and the countries that have so many: SWIFT's IBAN registry (ISO 13616), release 101. */
const countries: Readonly<Record<number, string>> = {
  15: 'NO',
  16: 'BE',
  18: 'DK FI FK FO GL NL SD',
  19: 'MK SI',
  20: 'AT BA EE KZ LT LU MN XK',
  21: 'CH HR LI LV',
  22: 'BG BH CR DE GB GE IE ME RS VA',
  23: 'AE GI IL IQ OM SO TL',
  24: 'AD CZ ES MD PK RO SA SE SK TN VG',
  25: 'LY PT ST',
  26: 'IS TR',
  27: 'BI DJ FR GR IT MC MR SM',
  28: 'AL AZ BY CY DO GT HN HU LB NI PL SV',
  29: 'BR EG PS QA UA',
  30: 'JO KW MU YE',
  31: 'MT SC',
  32: 'LC',
  33: 'RU',
};
const lengths = new Map(
  Object.entries(countries).flatMap(([length, codes]) =>
    codes.split(' ').map((code) => [code, Number(length)] as const),
  ),
);

const head = /(?<![\p{L}\p{N}_]|[\p{L}\p{N}][/-])[A-Z]{2}\d{2}(?<gap>[ .-]?)(?=[A-Z\d]{4})/giu;

export function ibans(text: string): Span[] {
  const found: Span[] = [];
  for (const { 0: begin, index, groups: { gap = '' } = {} } of text.matchAll(head)) {
    const length = lengths.get(begin.slice(0, 2).toUpperCase());
    if (length === undefined) continue;
    const end = index + length + (gap === '' ? 0 : Math.ceil(length / 4) - 1);
    const whole = text.slice(index, end);
    if (isGrouped(whole, gap, length) && isEnd(text.slice(end, end + 2)) && hasSum(whole.replaceAll(gap, '')))
      found.push([index, end]);
  }
  return found;
}

function isGrouped(whole: string, gap: string, length: number): boolean {
  const groups = gap === '' ? [whole] : whole.split(gap);
  const areFours = gap === '' || groups.slice(0, -1).every((group) => group.length === 4);
  const plain = groups.join('');
  return areFours && plain.length === length && /^[A-Z\d]+$/i.test(plain);
}

function isEnd(behind: string): boolean {
  return !/^[\p{L}\p{N}_]|^-[\p{L}\p{N}]/u.test(behind);
}

/** ISO 7064, MOD 97-10. */
function hasSum(iban: string): boolean {
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(sign, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
