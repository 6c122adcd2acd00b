/**
 * Amounts, dates and currencies as people and banks write them, brought to one form each.
 * The surprising rule: what could be read in two ways is refused with the setting that decides, never guessed.
 */
import { Big } from 'big.js';
import currencyCodes from 'currency-codes';

const digitsOf = new Map(currencyCodes.data.map(({ code, digits }) => [code, digits]));

/** The decimals of a currency by ISO 4217; two where the currency is not said. @throws {RangeError} for one that there is not */
export function minorDigits(currency: string): number {
  if (currency === '') return 2;
  const digits = digitsOf.get(currency);
  if (digits !== undefined) return digits;
  throw new RangeError(`'${currency}' is no currency of ISO 4217; write it as EUR, USD or JPY`);
}

const patterns = {
  point: /^(?:\d{1,3}(?:[,' ]\d{3})+|\d+)(?:\.\d+)?$|^\.\d+$/,
  comma: /^(?:\d{1,3}(?:[.' ]\d{3})+|\d+)(?:,\d+)?$|^,\d+$/,
} as const;

/** A signed decimal with all the decimals of its currency. @throws {RangeError} */
export function parseAmount(given: string, currency: string, decimal: 'point' | 'comma' = 'point'): string {
  const digits = minorDigits(currency);
  const { negative, text } = signOf(given);
  if (!patterns[decimal].test(text)) throw new RangeError(notAnAmount(given, text, decimal));
  const plain = decimal === 'point' ? text.replaceAll(/[,' ]/g, '') : text.replaceAll(/[.' ]/g, '').replace(',', '.');
  const amount = new Big(plain.startsWith('.') ? `0${plain}` : plain);
  const rounded = amount.toFixed(digits);
  if (!amount.eq(rounded))
    throw new RangeError(`'${given}' has more decimals than ${currency || 'a currency'} has (${digits})`);
  return negative && !amount.eq(0) ? `-${rounded}` : rounded;
}

/** A sign may stand before or after, and parentheses are one. */
function signOf(given: string): { negative: boolean; text: string } {
  const text = given
    .trim()
    .replaceAll(/[\u00A0\u202F\u2009]/g, ' ')
    .replaceAll('’', "'")
    .replaceAll('−', '-');
  const [, inner] = /^\((.*)\)$/.exec(text) ?? [];
  if (inner !== undefined) return { negative: true, text: inner.trim() };
  const [, before = '', middle = '', after = ''] = /^([+-]?)\s*(.*?)\s*([+-]?)$/.exec(text) ?? [];
  return { negative: before === '-' || after === '-', text: middle };
}

function notAnAmount(given: string, text: string, decimal: 'point' | 'comma'): string {
  const other = decimal === 'point' ? 'comma' : 'point';
  const advice = patterns[other].test(text) ? `; with a decimal ${other} it is one, so say decimal=${other}` : '';
  return given.trim() === '' ? 'the amount is empty' : `'${given}' is no amount${advice}`;
}

/** As `2026-03-31`. @throws {RangeError} */
export function parseDate(given: string, order?: 'dmy' | 'mdy' | 'ymd'): string {
  const text = given.trim();
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:$|[T ])/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})(?:$|\d{6}|[T[.])/.exec(text);
  if (iso) return realDate(given, iso[1], iso[2], iso[3]);
  const parts = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:$|[T ])/.exec(text);
  if (parts) return inOrder(given, parts, order);
  throw new RangeError(text === '' ? 'the date is empty' : `'${given}' is no date; write it as 2026-03-31`);
}

function inOrder(given: string, parts: readonly string[], order?: 'dmy' | 'mdy' | 'ymd'): string {
  const [, first = '', mark, second = '', third = ''] = parts;
  // Points are written where the day comes first.
  const told = first.length === 4 ? 'ymd' : (order ?? (mark === '.' ? 'dmy' : undefined));
  if (told === undefined)
    throw new RangeError(`'${given}' may be day first or month first; say dates=dmy or dates=mdy`);
  if (told === 'ymd') return realDate(given, first, second, third);
  return told === 'dmy' ? realDate(given, third, second, first) : realDate(given, third, first, second);
}

function realDate(given: string, year = '', month = '', day = ''): string {
  const full = year.length === 2 ? `20${year}` : year;
  const iso = `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${iso}T00:00:00Z`);
  // An impossible day such as the 30th of February would roll over into March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== iso)
    throw new RangeError(`'${given}' is no day of the calendar`);
  return iso;
}

/** Upper case without spaces, as an IBAN is written for machines. */
export function accountKey(given: string): string {
  return given.toUpperCase().replaceAll(/\s/g, '');
}

/** Texts of a line are for people and for matching; what is longer than this is neither. */
const maxText = 300;

/** On one line; undefined where there is nothing, or what banks write for nothing. */
export function cleanText(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined;
  const text = given.replaceAll(/\s+/g, ' ').trim().slice(0, maxText);
  return text === '' || /^(NOTPROVIDED|NONREF|N\/A|-)$/i.test(text) ? undefined : text;
}
