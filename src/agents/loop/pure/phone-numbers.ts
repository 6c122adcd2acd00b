/**
 * Phone numbers in a text: with a country's code, with a trunk `0`, or in the 3-3-4 groups of North America.
 * A number with none of these is left, since an id looks like it; so is a date, whatever stands beside it.
 */
import { spanOf, type Span } from './span.ts';

const dates = [
  // The fraction of a second: `00:00:00,010`.
  /(?<=:\d\d)[.,]\d{3,9}(?!\d)/g,
  /(?<!\d)(?:19|20)\d\d(?<gap>[./-])\d{1,2}\k<gap>\d{1,2}(?!\d)/g,
  /(?<!\d)\d{1,2}(?<gap>[./-])\d{1,2}\k<gap>(?:19|20)\d\d(?!\d)/g,
  /(?<!\d[./-]?)(?:[0-2]\d|3[01])(?<gap>[./-])(?:[0-2]\d|3[01])\k<gap>\d\d(?!\d|\k<gap>\d)/g,
];

const forms = [
  // With `+`: up to 15 digits (ITU-T E.164).
  /(?<![\p{L}\p{N}_+])\+[1-9](?:[ ()./-]{0,2}\d){8,14}(?![\p{L}\p{N}_]|[.,:-]\p{N}|-\p{L})/gu,
  // With `00`: 12 digits or more, since an id of ten is often filled with zeros.
  /(?<![\p{L}\p{N}_+]|\p{L}[/-]|\p{N}[.:-]|10\.\d{4,9}\/)00[1-9](?:[ ()./-]{0,2}\d){9,14}(?![\p{L}\p{N}_]|[.:-]\p{N}|-\p{L})/gu,
  // With a trunk `0`: 9 to 11 digits.
  /(?<![\p{L}\p{N}_+]|\p{L}[/-]|\p{N}[.:-]|10\.\d{4,9}\/)(?:\((?=0\d{1,5}\)))?0[1-9](?:[ ()./-]{0,2}\d){7,9}(?![\p{L}\p{N}_]|[.:-]\p{N}|-\p{L})/gu,
];
const northAmerican =
  /(?<![\p{L}\p{N}_]|[\p{L}\p{N}][/-]|\p{N}[.:])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\)[ .-]?[1-9]\d{2}[ .-]|[2-9]\d{2}(?<gap>[ .-])[1-9]\d{2}\k<gap>)\d{4}(?![\p{L}\p{N}_]|[.:-]\p{N}|-\p{L})/gu;

export function phoneNumbers(text: string): Span[] {
  const undated = dates.reduce((left, date) => left.replaceAll(date, (found) => '\0'.repeat(found.length)), text);
  const others = forms.flatMap((form) =>
    [...undated.matchAll(form)].flatMap((found): Span[] => {
      const phone = phoneIn(found[0]);
      return phone === undefined ? [] : [[found.index, found.index + phone.length]];
    }),
  );
  return [...[...undated.matchAll(northAmerican)].map(spanOf), ...others];
}

/** The part of what was found that is a number one calls, without another number behind it. */
function phoneIn(found: string): string | undefined {
  // Behind +1 and +7 all numbers have ten digits; `+1 250 000` is a sum.
  if (/^\+[17]/.test(found)) return /^\+[17](?:\D{0,2}\d){10}(?!\d)/.exec(found)?.[0];
  const [first = '', second = ''] = found.split(/\D+/);
  const isList = first.length > 2 && first.length === second.length && first.startsWith('0') && second.startsWith('0');
  if (isList) return undefined;
  const long = /\d{7,17}(?= )/.exec(found);
  const ended = long ? found.slice(0, long.index + long[0].length) : found;
  return ended.replaceAll(/\D/g, '').length >= 9 ? ended : found;
}
