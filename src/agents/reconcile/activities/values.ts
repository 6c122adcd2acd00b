/**
 * Amounts, dates and texts as people and banks write them, brought to one form each.
 * The surprising rule: what could be read in two ways is refused with the setting that decides, never guessed.
 */
import currencyCodes from 'currency-codes';
import { parseCalendarDay, type DateOrder, type DateOrders } from './dates.ts';

export type DecimalMark = 'point' | 'comma';

const digitsOf = new Map(currencyCodes.data.map(({ code, digits }) => [code, digits]));

/** The decimals of a currency by ISO 4217; two where the currency is not said. @throws {RangeError} for one that there is not */
export function minorDigits(currency: string): number {
  if (currency === '') return 2;
  const digits = digitsOf.get(currency);
  if (digits !== undefined) return digits;
  throw new RangeError(`'${printable(currency)}' is no currency of ISO 4217; write it as EUR, USD or JPY`);
}

export function isCurrency(code: string): boolean {
  return digitsOf.has(code);
}

/** No amount or date is longer; so no pattern below is given more. */
const maxCell = 64;

const grouped = {
  point: /^(?:[1-9]\d{0,2}(?:[,' ]\d{3})+|\d+)(?:\.\d*)?$|^\.\d+$/,
  comma: /^(?:[1-9]\d{0,2}(?:[.' ]\d{3})+|\d+)(?:,\d*)?$|^,\d+$/,
} as const;
/** Lakhs and crores, as India and its neighbours group them. */
const lakhs = /^\d{1,2}(?:,\d{2})*,\d{3}(?:\.\d+)?$/;
const currenciesWithLakhs = new Set(['INR', 'PKR', 'BDT', 'NPR', 'LKR']);

/** Signs that only one currency has; a dollar, a pound of others and a yen or yuan are known by the currency. */
const signs: Readonly<Record<string, readonly string[] | undefined>> = {
  '€': ['EUR'],
  '₹': ['INR'],
  '₩': ['KRW'],
  '₽': ['RUB'],
  '₺': ['TRY'],
  '₪': ['ILS'],
  '₴': ['UAH'],
  '₫': ['VND'],
  '₱': ['PHP'],
  '¥': ['JPY', 'CNY'],
  '£': ['GBP', 'EGP', 'LBP', 'SYP', 'FKP', 'GIP', 'SHP', 'SSP', 'SDG'],
};

/** The currency that alone has the sign; undefined where several have it. */
export function currencySigned(sign: string): string | undefined {
  const of = signs[sign];
  return of?.length === 1 ? of[0] : undefined;
}

/**
 * A signed decimal with all the decimals of its currency. A sign may stand before or after, parentheses are one, and
 * the currency may stand on either side.
 *
 * @param currency by ISO 4217; '' where it is not said
 * @throws {RangeError}
 * @example parseAmount('(1,234.5)', 'USD') // '-1234.50'
 */
export function parseAmount(given: string, currency: string, decimal: DecimalMark = 'point'): string {
  const digits = minorDigits(currency);
  const { negative, text } = unsigned(given, currency);
  if (!isAmount(text, decimal, currency)) throw new RangeError(notAnAmount(given, text, decimal, currency));
  const [groups = '', fraction = ''] = text.split(decimal === 'point' ? '.' : ',');
  const whole = groups.replaceAll(/[^\d]/g, '').replace(/^0+(?=\d)/, '') || '0';
  if (/[1-9]/.test(fraction.slice(digits)))
    throw new RangeError(`'${printable(given)}' has more decimals than ${currency || 'a currency'} has (${digits})`);
  const amount = digits === 0 ? whole : `${whole}.${fraction.slice(0, digits).padEnd(digits, '0')}`;
  return negative && /[1-9]/.test(amount) ? `-${amount}` : amount;
}

function isAmount(text: string, decimal: DecimalMark, currency: string): boolean {
  if (grouped[decimal].test(text)) return true;
  return decimal === 'point' && currenciesWithLakhs.has(currency) && lakhs.test(text);
}

function unsigned(given: string, currency: string): { negative: boolean; text: string } {
  if (given.length > maxCell) return { negative: false, text: '' };
  let text = plain(given);
  let negative = false;
  if (text.startsWith('(') && text.endsWith(')')) {
    negative = true;
    text = text.slice(1, -1).trim();
  }
  // A sign stands outside of the currency or inside, so that it is looked for twice.
  for (let round = 0; round < 2; round++) {
    const [sign, rest] = withoutSign(text);
    negative ||= sign === '-';
    text = withoutCurrency(rest, currency);
  }
  return { negative, text };
}

function withoutSign(text: string): [sign: string, rest: string] {
  const first = text.charAt(0);
  if (first === '-' || first === '+') return [first, text.slice(1).trim()];
  const last = text.slice(-1);
  if (text.length > 1 && (last === '-' || last === '+')) return [last, text.slice(0, -1).trim()];
  return ['', text];
}

function withoutCurrency(text: string, currency: string): string {
  const first = text.charAt(0);
  const last = text.slice(-1);
  if (/\p{Sc}/u.test(first)) return ofCurrency(first, text.slice(1), currency);
  if (/\p{Sc}/u.test(last)) return ofCurrency(last, text.slice(0, -1), currency);
  if (currency === '') return text;
  if (text.startsWith(currency)) return text.slice(currency.length).trim();
  if (text.endsWith(currency)) return text.slice(0, -currency.length).trim();
  return text;
}

function ofCurrency(sign: string, rest: string, currency: string): string {
  const of = signs[sign];
  if (of && currency !== '' && !of.includes(currency))
    throw new RangeError(`its amount is in ${sign}, and the line in ${currency}`);
  return rest.trim();
}

/** Digits, signs and spaces of every script as those of ASCII. */
export function plain(given: string): string {
  // Most have nothing else.
  if (/^[\x20-\x7e]*$/.test(given)) return given.trim();
  return given
    .normalize('NFKC')
    .replaceAll(/[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 15))
    .replaceAll(/[\u066c’]/g, "'")
    .replaceAll('\u066b', '.')
    .replaceAll(/\s/g, ' ')
    .replaceAll(/[−–]/g, '-')
    .trim()
    .replace(/^[\u200e\u200f]/, '');
}

function notAnAmount(given: string, text: string, decimal: DecimalMark, currency: string): string {
  if (given.trim() === '') return 'the amount is empty';
  const other = decimal === 'point' ? 'comma' : 'point';
  const advice = isAmount(text, other, currency) ? `; with a decimal ${other} it is one, so say decimal=${other}` : '';
  return `'${printable(given)}' is no amount${advice}`;
}

/** As `2026-03-31`. @throws {RangeError} @example parseDate('31.3.26') // '2026-03-31' */
export function parseDate(given: string, order?: DateOrder, orders?: DateOrders): string {
  if (given.trim() === '') throw new RangeError('the date is empty');
  const day = given.length > maxCell ? undefined : parseCalendarDay(plain(given), order, orders);
  if (day === undefined) throw new RangeError(`'${printable(given)}' is no date; write it as 2026-03-31`);
  return day;
}

/** As much of what stands there as a message needs. */
export function printable(given: string): string {
  const line = given.slice(0, 80).replaceAll(/\s+/g, ' ').trim();
  return given.length > 80 ? `${line}…` : line;
}

/** Upper case without spaces, as an IBAN is written for machines. */
export function accountKey(given: string): string {
  return given
    .slice(0, maxCell * 2)
    .toUpperCase()
    .replaceAll(/\s/g, '');
}

/** Texts of a line are for people and for matching; what is longer than this is neither. */
const maxText = 300;

/** On one line; undefined where there is nothing, or what banks write for nothing. */
export function cleanText(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined;
  const text = given
    .slice(0, 8 * maxText)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, maxText);
  return text === '' || /^(NOTPROVIDED|NOT PROVIDED|NONREF|N\/A|-)$/i.test(text) ? undefined : text;
}
