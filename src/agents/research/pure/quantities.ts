/** Numbers of a text with their units and bounds: half a second is 500 ms, and `at least 2` is not `at most 2`. */
import { numberWords } from './clauses.ts';

export interface Quantity {
  /** The number as it stands, thousands without their commas. */
  readonly number: string;
  /** In milliseconds or bytes, behind the letter of its kind; undefined where no unit of these stands beside it. */
  readonly value?: string;
  /** As it stands. */
  readonly unit?: string;
  readonly bound?: 'least' | 'most';
}

const units: readonly (readonly [kind: string, factor: number, words: string])[] = [
  ['t', 1, 'ms millisecond milliseconds millisekunde millisekunden'],
  ['t', 1000, 's sec secs second seconds sekunde sekunden'],
  ['t', 60_000, 'min mins minute minutes minuten'],
  ['t', 3_600_000, 'h hour hours stunde stunden'],
  ['t', 86_400_000, 'day days tag tage tagen'],
  ['t', 604_800_000, 'week weeks woche wochen'],
  ['t', 2_629_800_000, 'month months monat monate monaten'],
  ['t', 31_557_600_000, 'year years jahr jahre jahren'],
  ['b', 1, 'byte bytes'],
  ['b', 1024, 'kb kib kilobyte kilobytes'],
  ['b', 1024 ** 2, 'mb mib megabyte megabytes'],
  ['b', 1024 ** 3, 'gb gib gigabyte gigabytes'],
  ['b', 1024 ** 4, 'tb tib terabyte terabytes'],
];
const unitOf = new Map(
  units.flatMap(([kind, factor, words]) => words.split(' ').map((word) => [word, { kind, factor }] as const)),
);

/** What a text measures in without a number beside it, as in `the number of seconds to wait` and `three times per second`. */
export function unitsIn(text: string): Set<string> {
  const found = text.toLowerCase().matchAll(/\b(?:per|pro|in|of|number of)\s(\p{L}{1,14})\b/gu);
  return new Set([...found].flatMap(([, word = '']) => nameOf(unitOf.get(word))));
}

const nameOf = (unit: { kind: string; factor: number } | undefined): string[] =>
  unit === undefined ? [] : [`${unit.kind}${unit.factor}`];

const quantity = /(\d+(?:[.,]\d+)*|\b\p{L}{3,6}\b)(?:[`"'”]?[\s-]?(\p{L}{1,14}))?/gu;
const least =
  /(?:\bat least|\bminimum(?: of)?|\b(?:no|not) (?:fewer|less) than|\b(?:more|greater|larger|longer|bigger|higher) than|\babove|\bover|\bexceed(?:s|ing)?|\bmindestens|\bmehr als|\bfrühestens)(?: or equal to)?\s{1,3}$/i;
const most =
  /(?:\bat most|\bup to|\bmaximum(?: of)?|\b(?:no|not) (?:more|later|longer) than|\b(?:fewer|less|smaller|shorter|lower) than|\bbelow|\bunder|\bwithin|\bhöchstens|\bweniger als|\bspätestens|\bbis zu)(?: or equal to)?\s{1,3}$/i;

/** Of a clause; only words that are numbers count beside the figures. */
export function quantitiesIn(text: string): Quantity[] {
  return [...text.matchAll(quantity)].flatMap((match): Quantity[] => {
    const [, given = '', word = ''] = match;
    const number = numberWords.get(given.toLowerCase()) ?? given.replaceAll(/,(?=\d{3}(?:\D|$))/g, '');
    if (!/^\d/.test(number)) return [];
    const before = text.slice(Math.max(0, match.index - 30), match.index).replace(/[`"'“(]{1,3}$/, '');
    const unit = unitOf.get(word.toLowerCase());
    return [{ number, ...(unit && { value: valueOf(number, unit), unit: word.toLowerCase() }), ...boundOf(before) }];
  });
}

function valueOf(number: string, { kind, factor }: { kind: string; factor: number }): string {
  return `${kind}${Number((Number(number.replace(',', '.')) * factor).toPrecision(9))}`;
}

/** The longer is looked for first: `no more than` ends in `more than`. */
function boundOf(before: string): Pick<Quantity, 'bound'> {
  if (/\b(?:no|not|nicht) (?:more|longer|later|mehr) (?:than|als)\s{1,3}$/i.test(before)) return { bound: 'most' };
  if (least.test(before)) return { bound: 'least' };
  return most.test(before) ? { bound: 'most' } : {};
}

/** Whether two are the same amount; one without a unit is whatever has its number. */
export function isSameAmount(one: Quantity, other: Quantity): boolean {
  if (one.value !== undefined && other.value !== undefined) return one.value === other.value;
  return one.number === other.number;
}

/** The words of those amounts of a claim that a text has in another unit. */
export function convertedWords(claim: string, text: string): Set<string> {
  const known = new Set(quantitiesIn(text).flatMap(({ value }) => value ?? []));
  const converted = quantitiesIn(claim).filter(({ value }) => value !== undefined && known.has(value));
  return new Set(converted.flatMap(({ number, unit }) => [number, ...(unit === undefined ? [] : [unit])]));
}

/** Whether a clause says of the amounts of a claim something else, having some of its own. */
export function hasOtherAmount(claim: readonly Quantity[], other: readonly Quantity[]): 'number' | 'bound' | undefined {
  if (claim.length === 0 || other.length === 0) return undefined;
  const pairs = claim.map((one) => [one, other.filter((each) => isSameAmount(one, each))] as const);
  const isOtherUnit = pairs.some(
    ([one, same]) => same.length === 0 && other.some((each) => each.number === one.number),
  );
  if (isOtherUnit || pairs.every(([, same]) => same.length === 0)) return 'number';
  const isTurned = ([one, same]: (typeof pairs)[number]): boolean =>
    one.bound !== undefined && same.length > 0 && same.every(({ bound }) => bound !== undefined && bound !== one.bound);
  return pairs.some(isTurned) ? 'bound' : undefined;
}
