/** JSON as it stands: a number that JavaScript would round to another one is refused. */

/** Whether there can be such a number: sixteen digits in a row, or an exponent of three. */
const suspect = /\d{16}|\d[eE]\+?\d{3}/;

/** Whether any number of a text may be one that {@link parseExactly} refuses; many texts may be asked for as one. */
export function mayRound(text: string): boolean {
  return suspect.test(text);
}

/**
 * `JSON.parse`, but for whole numbers beyond 2^53 that would become others, as ids of 64 bits do, and for those too large
 * to be a number at all. Digits behind a point are rounded as everywhere.
 *
 * @throws {SyntaxError} naming the number, or saying why it is no JSON
 * @example const { orderId } = parseExactly('{"orderId":"9007199254740993"}') as { orderId: string };
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const rounded = roundedIn(text);
  if (rounded !== undefined) throw new SyntaxError(rounded);
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
 * Each number of a text of JSON that would become another one, as it is written, and where it begins.
 *
 * @example const ids = [...roundedNumbers('[1, 9007199254740993]')].map(({ number }) => number);
 */
export function* roundedNumbers(text: string): Generator<{ readonly at: number; readonly number: string }> {
  if (!mayRound(text)) return;
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

function isKept(number: string): boolean {
  const value = Number(number);
  if (!/^-?\d+$/.test(number)) return Number.isFinite(value);
  // Programs in JavaScript write the shortest digits that are read as the same number, which need not be its own.
  return (
    Number.isSafeInteger(value) ||
    String(value) === number ||
    (Number.isFinite(value) && BigInt(number) === BigInt(value))
  );
}
