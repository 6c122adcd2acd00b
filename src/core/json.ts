/** JSON as it stands: a number that JavaScript would round, and a name of which it would drop a value, are refused. */

/** Whether there can be such a number: of sixteen digits, with a point among them or not, or an exponent of three. */
const suspect = /\d{16}|[\d.]{17}[eE]|\d[eE][+-]?\d{3}/;

/**
 * `JSON.parse`, but for whole numbers beyond 2^53 that would become others, as ids of 64 bits do, for those too large or
 * too small to be a number at all, and for names that one object gives twice. Digits behind a point are rounded as everywhere.
 *
 * @throws {SyntaxError} naming the number or the name, or saying why it is no JSON
 * @example const { orderId } = parseExactly('{"orderId":"9007199254740993"}') as { orderId: string };
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const altered = roundedIn(text) ?? repeatedIn(text, value);
  if (altered !== undefined) throw new SyntaxError(altered);
  return value;
}

/**
 * `JSON.parse`, but with something else in place of each number that would become another one.
 *
 * @param instead the JSON that stands for a number. @default its digits as text, which no schema takes for a number
 * @throws {SyntaxError} where it is no JSON
 * @example parseKeeping('{"id":9007199254740993}') // { id: '9007199254740993' }
 */
export function parseKeeping(text: string, instead = (number: string): string => `"${number}"`): unknown {
  const value: unknown = JSON.parse(text);
  const kept: string[] = [];
  let from = 0;
  for (const { at, number } of roundedNumbers(text)) {
    kept.push(text.slice(from, at), instead(number));
    from = at + number.length;
  }
  return from === 0 ? value : JSON.parse(`${kept.join('')}${text.slice(from)}`);
}

/** What is wrong with the first number of a text of JSON that would become another one; undefined where none would. */
export function roundedIn(text: string): string | undefined {
  const [first] = roundedNumbers(text);
  if (!first) return undefined;
  const { number } = first;
  return `the number ${number.slice(0, 100)} would be rounded to ${Number(number)}; write it as text`;
}

/**
 * What is wrong with the first name that an object of a text of JSON gives twice, as `JSON.parse` keeps the last value and
 * drops the others; undefined where there is none.
 *
 * @param value what the text was parsed to
 */
export function repeatedIn(text: string, value: unknown): string | undefined {
  // A name in a string makes for too many in the text alone, and one that is given twice always does.
  if (namesIn(text) === membersOf(value)) return undefined;
  const name = repeatedName(text);
  return name && `the name ${name.slice(0, 100)} is given twice in one object; only one value can be kept`;
}

/** How often a quote is followed by a colon. */
function namesIn(text: string): number {
  let names = 0;
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    let before = colon - 1;
    while (isBlank(text.charCodeAt(before))) before--;
    if (text.charCodeAt(before) === quote) names++;
  }
  return names;
}

const quote = 0x22;

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Of all objects in a value. No recursion, as JSON is parsed however deep it is. */
function membersOf(value: unknown): number {
  let members = 0;
  const left = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const inside: unknown[] = Object.values(next);
    if (!Array.isArray(next)) members += inside.length;
    for (const each of inside) if (typeof each === 'object') left.push(each);
  }
  return members;
}

/** The first name, as it is written, that an object of a text of JSON has had before. */
function repeatedName(text: string): string | undefined {
  // For each object and list that is open, the names of the object so far.
  const open: Set<string>[] = [];
  const beginning = /["{}[\]]/g;
  for (let found = beginning.exec(text); found; found = beginning.exec(text)) {
    const { 0: sign, index: at } = found;
    if (sign === '{' || sign === '[') open.push(new Set());
    else if (sign !== '"') open.pop();
    else {
      const end = behindString(text, at + 1);
      beginning.lastIndex = end;
      const name = text.slice(at, end);
      if (isFollowedByColon(text, end) && !isNew(name, open.at(-1))) return name;
    }
  }
  return undefined;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return text[at] === ':';
}

/** Two ways to write a name are one. */
function isNew(written: string, names?: Set<string>): boolean {
  const before = names?.size;
  return names?.add(JSON.parse(written) as string).size !== before;
}

/**
 * Each number of a text of JSON that would become another one, as it is written, and where it begins.
 *
 * @example const ids = [...roundedNumbers('[1, 9007199254740993]')].map(({ number }) => number);
 */
export function* roundedNumbers(text: string): Generator<{ readonly at: number; readonly number: string }> {
  if (!suspect.test(text)) return;
  // Where a string begins, or a number; its own for each who reads on.
  const beginning = /"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  for (let found = beginning.exec(text); found; found = beginning.exec(text)) {
    const { 0: number, index: at } = found;
    if (number === '"') beginning.lastIndex = behindString(text, beginning.lastIndex);
    else if (!isKept(number)) yield { at, number };
  }
}

/**
 * Behind the quote that closes a string; one that is not closed is no JSON, and is read to the end once.
 * No expression, as one that looks for the end of a string of ten million characters overflows the stack.
 */
function behindString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return text.length;
}

/** Whether it is written again with the same digits; those behind the point of what is no whole number may be lost, but not all. */
function isKept(number: string): boolean {
  const value = Number(number);
  if (!Number.isFinite(value)) return false;
  const [written, again] = [decimalOf(number), decimalOf(String(value))];
  const isWhole = written.exponent >= 0;
  if (value === 0 || isWhole) return written.digits === again.digits && written.exponent === again.exponent;
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

/** What it is in tens: its digits without zeros around them, as a whole number times ten to the exponent. */
function decimalOf(number: string): { readonly digits: string; readonly exponent: number } {
  const [mantissa = '', power = '0'] = number.replace(/^-/, '').toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  let [from, to] = [0, all.length];
  while (all[from] === '0') from++;
  while (to > from && all[to - 1] === '0') to--;
  if (from === to) return { digits: '', exponent: 0 };
  return { digits: all.slice(from, to), exponent: Number(power) - fraction.length + (all.length - to) };
}
