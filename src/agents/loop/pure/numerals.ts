/** Numbers and how often something was, as words say them: `three pieces`, `charged twice`, `for free`. */

export interface Numeral {
  readonly said: string;
  readonly value: number;
  /** How often something was, and not how much of it. */
  readonly isTimes: boolean;
}

/** By their value, in the languages that have a grammar here. What is an article as well is none of them. */
const words: Readonly<Record<number, string>> = {
  0: 'free gratis kostenlos kostenfrei umsonst gratuit gratuite gratuitement gratuito gratuita gratuitamente grátis kosteloos zero',
  2: 'two zwei deux dos due twee dois duas',
  3: 'three drei trois tres tre drie três',
  4: 'four vier quatre cuatro quattro quatro',
  5: 'five fünf cinq cinco cinque vijf',
  6: 'six sechs seis sei zes',
  7: 'seven sieben sept siete sette zeven sete',
  8: 'eight acht huit ocho otto oito',
  9: 'nine neun nueve nove negen',
  10: 'ten zehn dix diez dieci tien dez',
  11: 'eleven elf onze once undici',
  12: 'twelve dozen zwölf dutzend douze douzaine doce docena dodici dozzina twaalf dozijn doze dúzia',
  20: 'twenty zwanzig vingt veinte venti twintig vinte',
  100: 'hundred hundert cent cien ciento cento honderd cem',
  1000: 'thousand tausend mille mil duizend',
};
/** `dos` and `sei`, `six` and `due` are words of other languages too, which costs a reading. */
const values = new Map(
  Object.entries(words).flatMap(([value, list]) => list.split(' ').map((word) => [word, Number(value)] as const)),
);
/** English `once` stands for this alone, and `cent` for a coin. */
const ambiguous: ReadonlySet<string> = new Set([
  'once',
  'cent',
  'due',
  'sei',
  'nove',
  'dos',
  'elf',
  'acht',
  'mil',
  'mille',
  'tre',
]);
const times = new Map<string, number>([
  ['twice', 2],
  ['thrice', 3],
  ['zweimal', 2],
  ['doppelt', 2],
  ['dreimal', 3],
  ['viermal', 4],
  ['fünfmal', 5],
  ['tweemaal', 2],
  ['dubbel', 2],
  ['driemaal', 3],
  ['eenmaal', 1],
]);
const timesBehind = /^(?:times|mal|fois|veces|volte|keer|maal|vezes)$/;
const only =
  /(?<!\p{L})(?:(?:only|just|exactly) (?:once|one time)|once only|(?:charged|debited|paid|captured|booked) once|one single time|(?:nur|genau) einmal|une seule fois|s[oó]lo una vez|una sola (?:vez|volta)|(?:só|apenas) uma vez|slechts (?:één|een) keer|één keer)(?!\p{L})/u;

/** @param clause in lower case */
export function numeralsIn(clause: string): Numeral[] {
  const spoken = clause.match(/\p{L}+|\d+/gu) ?? [];
  const found = spoken.flatMap((word, at): Numeral[] => {
    const often = times.get(word);
    if (often !== undefined) return [{ said: word, value: often, isTimes: true }];
    const isTimes = timesBehind.test(spoken[at + 1] ?? '');
    const value = /^\d/.test(word) && isTimes ? Number(word) : values.get(word);
    if (value === undefined || (ambiguous.has(word) && !isTimes)) return [];
    return [{ said: isTimes ? `${word} ${spoken[at + 1]}` : word, value, isTimes }];
  });
  const once = only.exec(clause)?.[0];
  const free = /(?<!\p{L})(?:no|without|any) (?:cost|charge|fee)s?(?!\p{L})/u.exec(clause)?.[0];
  return [
    ...found,
    ...(once === undefined ? [] : [{ said: once, value: 1, isTimes: true }]),
    ...(free === undefined ? [] : [{ said: free, value: 0, isTimes: false }]),
  ];
}
