/** JSON of a model: the values that stand in its text, found in one pass, and numbers that JavaScript would round kept as they were written. */
import { parseKeeping } from '../../activities/index.ts';

/** What stands for such a number: an object, which no schema takes for an id. Its name is of the private use area. */
const [opened, closed] = ['{"\uE000":"', '"}'];
const stood = /\{"\uE000":"(-?\d[\d.eE+-]*)"\}/g;

/**
 * `JSON.parse`, but a number that would become another one is an object that only {@link writeKept} can read: a rounded id
 * would be another order's, and the rest of an answer is still of use.
 *
 * @throws {SyntaxError} where it is no JSON
 */
export function parseKept(text: string): unknown {
  return parseKeeping(text, (number) => opened + number + closed);
}

/** The JSON of such a value, with each number as it was written. */
export function writeKept(value: unknown): string {
  return JSON.stringify(value).replaceAll(stood, '$1');
}

/** Values that are read, and places that seem to be the start of one. */
const maxValues = 20;
const maxStarts = 50;

/** Each JSON object or list in the text, the whole of it first and then the last first: models think before they answer. */
export function jsonIn(text: string): unknown[] {
  const whole = parse(text.trim());
  const found: unknown[] = [];
  let at = 0;
  for (let starts = 0; starts < maxStarts && found.length < maxValues; starts++) {
    const start = nextStart(text, at);
    if (start < 0) break;
    const end = endOf(text, start);
    const value = end === undefined ? [] : parse(text.slice(start, end));
    found.push(...value);
    at = value.length > 0 && end !== undefined ? end : start + 1;
  }
  return [...whole, ...found.toReversed()];
}

function nextStart(text: string, from: number): number {
  const [object, list] = [text.indexOf('{', from), text.indexOf('[', from)];
  if (object < 0) return list;
  return list < 0 ? object : Math.min(object, list);
}

/** Behind the bracket that closes the one at `start`; undefined where none does. Brackets in texts do not count. */
function endOf(text: string, start: number): number | undefined {
  let depth = 0;
  let isText = false;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (isText) {
      if (sign === '\\') at++;
      else if (sign === '"') isText = false;
    } else if (sign === '"') isText = true;
    else if (sign === '{' || sign === '[') depth++;
    else if ((sign === '}' || sign === ']') && --depth === 0) return at + 1;
  }
  return undefined;
}

function parse(text: string): unknown[] {
  try {
    return [parseKept(text)];
  } catch {
    return [];
  }
}
