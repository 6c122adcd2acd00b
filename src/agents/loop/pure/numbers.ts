/**
 * Numbers, dates and times in a text, whatever its language writes them like, as values that can be compared.
 * `1.234` is two numbers, since no text says which; it holds where one of them does.
 */
import { withoutEnd } from '../../../core/text/index.ts';

/** Characters of a text that are read. */
const longest = 20_000;

export interface Fact {
  readonly kind: 'number' | 'date' | 'time';
  /** As it stands in the text. */
  readonly said: string;
  /** Each meaning that it may have: numbers as text, dates as `2026-11-27` or `11-27`, times as `18:22`. */
  readonly meanings: readonly string[];
}

/** Compatible forms made one, digits of any script made those of ASCII, hidden characters taken out. */
export function plainText(text: string): string {
  return text
    .slice(0, longest)
    .normalize('NFKC')
    .replaceAll(/[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]/g, '')
    .replaceAll(/\p{Nd}/gu, digitOf);
}

/** Blocks of decimal digits are ten in a row that begin where the one before is none. */
function digitOf(sign: string): string {
  let code = sign.codePointAt(0) ?? 0;
  if (code < 128) return sign;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - 1))) {
    code--;
    value++;
  }
  return String(value);
}

const monthLists = [
  'january jan januar jänner janvier janv enero ene gennaio gen janeiro januari stycznia styczeń sty tammikuu tammikuuta leden ledna ocak января январь янв',
  'february feb februar février févr fév febrero febbraio fevereiro fev februari lutego luty lut helmikuu helmikuuta únor února şubat февраля февраль фев',
  'march mar märz mrz mars marzo março maart marca marzec maaliskuu maaliskuuta březen března mart марта март мар',
  'april apr avril avr abril abr aprile april kwietnia kwiecień kwi huhtikuu huhtikuuta duben dubna nisan апреля апрель апр',
  'may mai mayo maggio mag maio mei maja maj toukokuu toukokuuta květen května mayıs мая май',
  'june jun juni juin junio giugno giu junho czerwca czerwiec cze kesäkuu kesäkuuta červen června haziran июня июнь июн',
  'july jul juli juillet juil julio luglio lug julho lipca lipiec lip heinäkuu heinäkuuta červenec července temmuz июля июль июл',
  'august aug août agosto ago augustus augusti sierpnia sierpień sie elokuu elokuuta srpen srpna ağustos августа август авг',
  'september sep sept septembre septiembre settembre set setembro september września wrzesień wrz syyskuu syyskuuta září eylül сентября сентябрь сен',
  'october oct oktober okt octobre octubre ottobre ott outubro out października październik paź lokakuu lokakuuta říjen října ekim октября октябрь окт',
  'november nov novembre noviembre novembro listopada listopad lis marraskuu marraskuuta kasım ноября ноябрь ноя',
  'december dec dezember dez décembre déc diciembre dic dicembre dezembro grudnia grudzień gru joulukuu joulukuuta prosinec prosince aralık декабря декабрь дек',
];
const months = monthNames();

/** Names of months, whole and short, in lower case and without dots, with their numbers. */
function monthNames(): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  // Written out, since a sandbox has no promise to know languages; the first of two meanings wins.
  for (const [index, list] of monthLists.entries()) for (const name of list.split(' ')) names.set(name, index + 1);
  return names;
}

/** In any of the languages that are known here, whole or short. */
export function isMonthName(word: string): boolean {
  return months.has(word.toLowerCase());
}

const two = (value: number | string): string => String(Number(value)).padStart(2, '0');
const isMonth = (value: number): boolean => value >= 1 && value <= 12;
const isDay = (value: number): boolean => value >= 1 && value <= 31;

type Reader = (match: readonly [string, ...string[]]) => readonly string[];

const day = (year: string | undefined, month: number, date: number): string[] => {
  if (!isMonth(month) || !isDay(date)) return [];
  const short = `${two(month)}-${two(date)}`;
  if (year === undefined || year === '') return [short];
  return [`${year.length === 2 ? `20${year}` : year}-${short}`];
};

/** In the order in which they are looked for; what one has read, the next does not see. */
const readers: readonly (readonly [Fact['kind'], RegExp, Reader])[] = [
  [
    'date',
    /(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?(?!\d)/gu,
    ([, y, m, d]) => day(y, Number(m), Number(d)),
  ],
  ['date', /(?<!\d)(\d{1,2})月(\d{1,2})日/gu, ([, m, d]) => day(undefined, Number(m), Number(d))],
  [
    'date',
    /(?<![\d.,])(\d{1,2})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{4}|\d{2})(?![\d])/gu,
    ([, a, b, y]) => [...day(y, Number(b), Number(a)), ...day(y, Number(a), Number(b))],
  ],
  [
    'date',
    /(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s(?:de |of )?(\p{L}{3,12})\.?(?:,?\s(?:de )?(\d{4}))?(?!\d)/gu,
    ([, d, name = '', y]) => day(y, months.get(name.toLowerCase()) ?? 0, Number(d)),
  ],
  [
    'date',
    /(?<!\p{L})(\p{L}{3,12})\.?\s(\d{1,2})(?:st|nd|rd|th)?(?:,?\s(\d{4}))?(?![\d.,]?\d)/gu,
    ([, name = '', d, y]) => day(y, months.get(name.toLowerCase()) ?? 0, Number(d)),
  ],
  ['time', /(?<!\d)(\d{1,2})[:h.](\d{2})(?::\d{2})?\s?(am|pm|a\.m\.|p\.m\.|uhr)?(?!\d)/giu, timesOf],
  ['time', /(?<!\d)(\d{1,2})(?:時|点)(?:(\d{1,2})分)?/gu, ([, h, m = '0']) => [`${two(h ?? 0)}:${two(m)}`]],
  // Digits with single separators between groups of them.
  ['number', /(?<!\d)\d+(?:[.,'’٫٬]\d+| \d{3}(?!\d)){0,100}/gu, ([said]) => numbersOf(said)],
];

function timesOf([said, h, m, half]: readonly [string, ...string[]]): string[] {
  const [hours, minutes] = [Number(h), Number(m)];
  // `18.22` is a time only where it says so.
  if (hours > 24 || minutes > 59 || (said.includes('.') && !half && !said.includes(':'))) return [];
  const isPm = /p/i.test(half ?? '') && hours < 12;
  return [`${two(isPm ? hours + 12 : hours)}:${two(minutes)}`];
}

/** Every number that digits with separators may be, as `1234.5`. */
export function numbersOf(said: string): string[] {
  const text = said.replaceAll('٫', ',').replaceAll('٬', '.');
  const separators = [...new Set(text.replaceAll(/\d/g, ''))];
  const found = new Set<string>();
  // The last separator may be the decimal one, if it stands once; all others are of thousands.
  const last = separators.at(-1);
  if (last !== undefined && /[.,]/.test(last) && text.split(last).length === 2) {
    const [whole = '', part = ''] = text.split(last);
    found.add(canonical(`${whole.replaceAll(/\D/g, '')}.${part}`));
  }
  const groups = text.split(/\D/);
  const isGrouped = groups.length === 1 || groups.slice(1).every((group) => group.length === 3);
  if (isGrouped || found.size === 0) found.add(canonical(text.replaceAll(/\D/g, '')));
  return [...found];
}

function canonical(digits: string): string {
  const [whole = '', part = ''] = digits.split('.');
  const left = whole.replace(/^0+(?=\d)/, '') || '0';
  const right = withoutEnd(part, '0');
  return right === '' ? left : `${left}.${right}`;
}

/** Everything countable that the text says, in order of kind. */
export function factsIn(given: string): Fact[] {
  let text = plainText(given);
  const facts: Fact[] = [];
  for (const [kind, pattern, read] of readers) {
    text = text.replaceAll(pattern, (...args) => {
      const groups = args.slice(0, -2) as [string, ...string[]];
      const [said] = args;
      const meanings = read(groups);
      if (meanings.length === 0) return said;
      facts.push({ kind, said: said.trim(), meanings });
      return '\u0000'.padEnd(1);
    });
  }
  return facts;
}
