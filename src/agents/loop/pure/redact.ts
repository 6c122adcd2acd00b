/**
 * Personal data out of text, before a model or a trace sees it: each kind by what it is, so that a date, an amount, an id
 * or another fact of a row stays what it was.
 */
import { cardNumbers } from './card-numbers.ts';
import { ibans } from './ibans.ts';
import { phoneNumbers } from './phone-numbers.ts';
import { apart, spanOf, type Span } from './span.ts';

/**
 * Kinds of personal data that neither a model nor a trace sees.
 *
 * @example const redact: readonly PersonalData[] = ['email', 'iban'];
 */
export type PersonalData = 'email' | 'card' | 'phone' | 'iban';

/** Characters of one text that are looked at; what is behind them is taken out, since nobody has looked. */
const longest = 200_000;

/**
 * At most 64 characters before the `@` and 253 after it, as RFC 5321 allows; bounded, so that no text is slow to search.
 * No version (`openai@6.2.0-beta.rc`), and nobody's remote (`git@host:path`).
 */
const email =
  /[\p{L}\p{M}\p{N}._%+'-]{1,64}@(?!v?\d+\.\d+\.\d)[\p{L}\p{M}\p{N}-]{1,63}(?:\.[\p{L}\p{M}\p{N}-]{1,63}){0,7}\.(?:xn--[a-z\d-]{1,59}|[\p{L}\p{M}]{2,63})(?![\p{L}\p{M}\p{N}_])/giu;

/** In the order in which they are looked for: what is one of them is none of the next. */
const finders: readonly (readonly [PersonalData, (text: string) => Span[]])[] = [
  ['email', (text) => [...text.matchAll(email)].filter(([found]) => !found.startsWith('git@')).map(spanOf)],
  ['iban', ibans],
  ['card', cardNumbers],
  ['phone', phoneNumbers],
];

/**
 * Each kind asked for becomes `[email]`, `[card]`, `[phone]` or `[iban]`. Looked for in the text as it reads, compatible
 * forms and hidden signs set aside; all that is not found stays as it is.
 */
export function redact(text: string, kinds: readonly PersonalData[]): string {
  const bounded = text.length > longest ? `${text.slice(0, longest)} [cut]` : text;
  const { read, at } = asRead(bounded);
  const found: { readonly kind: PersonalData; readonly span: Span }[] = [];
  let left = read;
  for (const [kind, find] of finders) {
    if (!kinds.includes(kind)) continue;
    const spans = apart(find(left));
    found.push(...spans.map((span) => ({ kind, span })));
    left = between(left, spans, ([from, to]) => '\0'.repeat(to - from));
  }
  const kindAt = new Map(found.map(({ kind, span: [from] }) => [at(from), kind]));
  const spans = apart(found.map(({ span: [from, to] }) => [at(from), at(to)]));
  return between(bounded, spans, ([from]) => `[${kindAt.get(from)}]`);
}

/** The text with something else in place of each span, of which none meets another. */
function between(text: string, spans: readonly Span[], instead: (span: Span) => string): string {
  const ends = [0, ...spans.map(([, to]) => to)];
  const parts = spans.map((span, index) => text.slice(ends[index], span[0]) + instead(span));
  return parts.join('') + text.slice(ends.at(-1));
}

/** What hides in a text: zero-width, bidirectional and soft signs. */
const hidden = /^[\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF\u{E0000}-\u{E007F}]$/u;
const hyphen = /^[\u2010-\u2015\u2212]$/;

/** A text as it reads, and where in the text itself each of its characters stands. */
function asRead(text: string): { readonly read: string; readonly at: (index: number) => number } {
  // oxlint-disable-next-line no-control-regex -- every sign of ASCII reads as it is
  if (/^[\0-\x7F]*$/.test(text)) return { read: text, at: (index) => index };
  const read: string[] = [];
  const places: number[] = [];
  let place = 0;
  for (const sign of text) {
    const plain = hidden.test(sign) ? '' : hyphen.test(sign) ? '-' : sign.normalize('NFKC');
    for (let index = 0; index < plain.length; index++) places.push(place);
    read.push(plain);
    place += sign.length;
  }
  return { read: read.join(''), at: (index) => places[index] ?? text.length };
}

/** Every text inside a JSON value, its keys left alone, as `clean` leaves it. */
export function redactAll<T>(value: T, clean: (text: string) => string): T {
  if (typeof value === 'string') return clean(value) as T;
  if (Array.isArray(value)) return value.map((each: unknown) => redactAll(each, clean)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, redactAll(each as unknown, clean)])) as T;
}
