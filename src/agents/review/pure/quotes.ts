/**
 * Finds where a text that somebody quotes stands, as models really quote: decorated, shortened, joined, wrongly counted.
 * Blanks are left out of the comparison, but a quote that begins or ends within a word stands nowhere.
 */

/** The first and the last line of what counts, both included; from 1. */
export type LineRange = readonly [from: number, to: number];

const longestQuote = 2000;
/** Of one quote; a text that stands in more places than these is as good as everywhere. */
const mostPlaces = 500;
/** Lines that two parts of a shortened quote may lie apart. */
const mostBetween = 60;
/** So long a quote may be broken off in the middle of a word. */
const longEnough = 24;

/**
 * Where the quote stands; of several places the one nearest to `near`.
 *
 * @param near the lines that were named with it; without them it must stand in one place only
 */
export function placeOfQuote(quote: string, lines: readonly string[], near?: LineRange): LineRange | undefined {
  const all = candidates(quote.slice(0, longestQuote));
  return placeIn(bareText(lines), all, near) ?? placeIn(bareText(lines, backslash), all.map(unescaped), near);
}

function placeIn(text: BareText, all: readonly string[], near: LineRange | undefined): LineRange | undefined {
  // Code has dots of its own, so they are marks of omission only where the whole stands nowhere.
  for (const parts of [...all.map((whole) => [withoutBlanks(whole)]), ...all.map(partsOf)]) {
    const letters = parts.join('').replaceAll(/[^\p{L}\p{N}_]/gu, '').length;
    if (letters === 0) continue;
    const places = placesOf(parts, text);
    const best = near ? nearest(places, near) : places.length === 1 ? places[0] : undefined;
    // A bracket stands everywhere, so it ties nothing; a letter says where it is only together with its line.
    if (best && (letters >= 3 || (near && distance(best, near) === 0))) return best;
  }
  return undefined;
}

function withoutBlanks(text: string): string {
  return text.replaceAll(/\s/g, '');
}

/** `13| `, `+13: `, `L13: `, `line 13: `, `src/a.ts:13: `. */
const number = /^\s{0,20}(?:[-+]?L?|[Ll]ines?\s|[\w./-]{1,200}:)\d{1,7}(?::\d{1,5})?\s{0,4}[|:]\s?/;
/** ` (line 13)` */
const numberBehind = /\s{1,4}\((?:[Ll]ines?\s|L)\d{1,7}(?:[-–]\d{1,7})?\)\s{0,4}$/;

const references: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'", '#47': '/' };

function withoutReferences(text: string): string {
  return text.replaceAll(/&(lt|gt|amp|quot|#39|#47);/g, (_, name: string) => references[name] ?? '');
}

/** Some escape what the code does not, as JSON or Markdown would, and some read what it has escaped. */
const backslash = /\\/;

function unescaped(quote: string): string {
  return quote.replaceAll('\\', '');
}

/** The quote as it is, and then with less and less of what is not of the quoted text taken away. */
function candidates(quote: string): string[] {
  const straight = quote.replaceAll(/[\u2018\u2019]/g, "'").replaceAll(/[\u201C\u201D]/g, '"');
  const bare = undecorated(straight);
  const unnumbered = bare.split('\n').map((line) => line.replace(number, ''));
  const unsigned = unnumbered.map((line) => line.replace(/^[ \t]{0,4}[-+>][ \t]?/, ''));
  const all = [straight, bare, withoutReferences(bare), unnumbered.join('\n'), unsigned.join('\n')];
  const spelled = all.map((text) => text.replaceAll('\\n', '\n').replaceAll('\\t', ' ').replaceAll('\\"', '"'));
  const unended = spelled.map((text) => text.trim().replace(/[;,.:]{1,3}$/, ''));
  return [...new Set([...all, ...spelled, ...unended])];
}

/** Without a fence, ticks, stars or quotation marks around all of it. */
function undecorated(text: string): string {
  let bare = text
    .trim()
    .replace(numberBehind, '')
    .replace(/^`{3,}[a-zA-Z0-9+-]{0,20}\n/, '')
    .replace(/\n?`{3,20}$/, '');
  for (let turn = 0; turn < 3; turn++) {
    const [first, last] = [bare.at(0), bare.at(-1)];
    if (bare.length < 2 || first !== last || !first || !'`"\'*'.includes(first)) break;
    bare = bare.slice(1, -1).trim();
  }
  return bare;
}

/** What stands before, between and after marks of omission, without blanks. */
function partsOf(quote: string): string[] {
  return quote
    .split(/(?:\/\/|#)?[ \t]{0,3}(?:\[\s?\.{3}\s?\]|\.{3,4}|\u2026)/)
    .map(withoutBlanks)
    .filter((part) => part !== '');
}

interface BareText {
  readonly text: string;
  /** The line of each character, from 1. */
  readonly lineAt: Uint32Array;
  /** Whether a word may begin at the character. */
  readonly begins: Uint8Array;
}

/** A model says many things of one file. */
const [bareTexts, unescapedTexts] = [0, 1].map(() => new WeakMap<readonly string[], BareText>());

/** @param left what is left out besides blanks */
function bareText(lines: readonly string[], left?: RegExp): BareText {
  const texts = left ? unescapedTexts : bareTexts;
  const known = texts?.get(lines);
  if (known) return known;
  const length = lines.reduce((sum, line) => sum + line.length, 0);
  const [lineAt, begins] = [new Uint32Array(length), new Uint8Array(length)];
  const pieces: string[] = [];
  let at = 0;
  lines.forEach((line, index) => {
    let before = '';
    let kept = '';
    for (const unit of line.split('')) {
      if (!/\s/.test(unit) && !left?.test(unit)) {
        kept += unit;
        lineAt[at] = index + 1;
        begins[at++] = isWord(before) ? 0 : 1;
      }
      before = unit;
    }
    pieces.push(kept);
  });
  const bare = { text: pieces.join(''), lineAt, begins };
  texts?.set(lines, bare);
  return bare;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_$]/u.test(character);
}

function placesOf(parts: readonly string[], bare: BareText): LineRange[] {
  const [first = '', ...rest] = parts;
  const places: LineRange[] = [];
  let from = find(first, 0, bare);
  while (from >= 0 && places.length < mostPlaces) {
    const end = endOf(rest, from + first.length, bare);
    const [start, last] = [bare.lineAt[from] ?? 1, bare.lineAt[(end ?? 0) - 1] ?? 1];
    if (end !== undefined && !places.some(([line]) => line === start)) places.push([start, last]);
    from = find(first, from + 1, bare);
  }
  return places;
}

/** The end of the last of these parts, each after the other and none far from it. */
function endOf(parts: readonly string[], from: number, bare: BareText): number | undefined {
  let end = from;
  for (const part of parts) {
    const at = find(part, end, bare);
    if (at < 0 || (bare.lineAt[at] ?? 0) - (bare.lineAt[end - 1] ?? 0) > mostBetween) return undefined;
    end = at + part.length;
  }
  return end;
}

/** The next place at which the part stands as whole words. */
function find(part: string, from: number, { text, begins }: BareText): number {
  for (let at = text.indexOf(part, from); at >= 0; at = text.indexOf(part, at + 1)) {
    const end = at + part.length;
    const starts = !isWord(part.at(0)) || begins[at] === 1;
    const ends = part.length >= longEnough || !isWord(part.at(-1)) || !isWord(text[end]) || begins[end] === 1;
    if (starts && ends) return at;
  }
  return -1;
}

function nearest(places: readonly LineRange[], near: LineRange): LineRange | undefined {
  return places.toSorted((a, b) => distance(a, near) - distance(b, near))[0];
}

function distance([from, to]: LineRange, [first, last]: LineRange): number {
  return Math.max(0, from - last, first - to);
}
