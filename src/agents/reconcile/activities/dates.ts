/**
 * Days of the calendar in the forms that banks write them.
 * Where day and month could be exchanged, the order must be given.
 */

export type DateOrder = 'dmy' | 'mdy' | 'ymd';
/** By the mark between day, month and year; after points the day comes first. */
export type DateOrders = Readonly<Partial<Record<'/' | '-', DateOrder>>>;

/** The first letters of months that tell them apart, in the languages whose banks write them out. */
const months: readonly (readonly string[])[] = [
  ['jan', 'jän', 'ene', 'gen', 'янв', 'sty'],
  ['feb', 'fév', 'fev', 'фев', 'lut'],
  ['mar', 'mär', 'mrz', 'maa', 'mrt', 'мар'],
  ['apr', 'avr', 'abr', 'апр', 'kwi'],
  ['may', 'mai', 'mei', 'maj', 'mag', 'май', 'мая'],
  ['jun', 'juin', 'giu', 'июн', 'cze'],
  ['jul', 'juil', 'lug', 'июл', 'lip'],
  ['aug', 'aoû', 'aou', 'ago', 'авг', 'sie'],
  ['sep', 'set', 'сен', 'wrz'],
  ['oct', 'okt', 'ott', 'out', 'окт', 'paź'],
  ['nov', 'noy', 'ноя', 'lis'],
  ['dec', 'dez', 'déc', 'dic', 'дек', 'gru'],
];

/** Undefined where it is no date at all. @param text of at most 64 characters @param order of every notation @param orders of each, where nobody said it @throws {RangeError} for a day that there is not, or one that may be two */
export function parseCalendarDay(text: string, order?: DateOrder, orders: DateOrders = {}): string | undefined {
  const iso =
    /^(\d{4})-(\d{2})-(\d{2})(?:$|[T ])/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})(?:$|\d{4}|\d{6}|[T[. ])/.exec(text);
  if (iso) return realDay(text, iso[1], iso[2], iso[3]);
  const cjk = /^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]/.exec(text);
  if (cjk) return realDay(text, cjk[1], cjk[2], cjk[3]);
  const parts = /^(\d{1,4})([./-]) ?(\d{1,2})\2 ?(\d{1,4})(?:$|[T ,.])/.exec(text);
  if (parts) return inOrder(text, parts, order ?? orders[parts[2] as keyof DateOrders]);
  return inWords(text);
}

function inOrder(text: string, parts: readonly string[], order?: DateOrder): string {
  const [, first = '', mark, second = '', third = ''] = parts;
  // Points are written where the day comes first.
  const known = first.length === 4 ? 'ymd' : (order ?? (mark === '.' ? 'dmy' : undefined));
  if (known === undefined)
    throw new RangeError(
      third.length === 2
        ? `'${text}' may be day first, month first or year first; say dates=dmy, dates=mdy or dates=ymd`
        : `'${text}' may be day first or month first; say dates=dmy or dates=mdy`,
    );
  if (known === 'ymd') return realDay(text, first, second, third);
  return known === 'dmy' ? realDay(text, third, second, first) : realDay(text, third, first, second);
}

/** `2 Mar 2026`, `02MAR2026`, `Mar 2, 2026`; the day is what the year is not. */
function inWords(text: string): string | undefined {
  const dayFirst = /^(\d{1,2})[ .-]{0,2}(\p{L}{3,12})[ .,-]{0,2}(\d{4}|\d{2})(?:$|[ ,])/u.exec(text);
  const monthFirst = /^(\p{L}{3,12})[ .]{1,2}(\d{1,2}),? (\d{4})(?:$|[ ,])/u.exec(text);
  const [day, name, year] = dayFirst
    ? [dayFirst[1], dayFirst[2], dayFirst[3]]
    : [monthFirst?.[2], monthFirst?.[1], monthFirst?.[3]];
  if (name === undefined) return undefined;
  const month = months.findIndex((starts) => starts.some((start) => name.toLowerCase().startsWith(start)));
  return month < 0 ? undefined : realDay(text, year, String(month + 1), day);
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** An impossible day such as the 30th of February is none. */
function realDay(text: string, year = '', month = '', day = ''): string {
  const full = Number(year.length === 2 ? `20${year}` : year);
  const isReal = Number(day) >= 1 && Number(day) <= lengthOf(full, Number(month)) && full >= 1900;
  if (!isReal) throw new RangeError(`'${text}' is no day of the calendar`);
  return `${full}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function lengthOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (lengths[month - 1] ?? 0);
}
