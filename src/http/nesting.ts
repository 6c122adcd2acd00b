/**
 * How deep a JSON text nests and how much is in it, found in one pass before it is parsed.
 * What is deeper could be parsed, and would then overflow the stack of whatever writes it again.
 */

/** What a JSON text may be made of. */
export interface JsonShape {
  /** Lists and objects within one another. */
  readonly nesting: number;
  /** One, and one more for each list or object and each comma. */
  readonly values: number;
  /** Of one object. */
  readonly members: number;
}

/**
 * No data that people make is nested deeper, and every step of a run can write so much. A million values, such as 150,000
 * tasks, are parsed and checked in half a second, for which the service answers nobody else; what is more is a file's or
 * the store's, which a map run reads page by page.
 */
export const mostOfBody: JsonShape = { nesting: 1000, values: 1_000_000, members: 100_000 };

const [quote, backslash, comma] = [34, 92, 44];
const [openBrace, closeBrace, openBracket, closeBracket] = [123, 125, 91, 93];

/** In what a JSON text is beyond `most`, found before the rest is read; of a text that is no JSON it may say anything. */
export function beyondShape(text: string, most: JsonShape = mostOfBody): keyof JsonShape | undefined {
  const count = new Count(most);
  let quoted = false;
  let beyond: keyof JsonShape | undefined;
  for (let at = 0; at < text.length && beyond === undefined; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) quoted = !quoted;
    else if (quoted) at += code === backslash ? 1 : 0;
    else if (code === comma) beyond = count.next();
    else if (code === openBrace || code === openBracket) beyond = count.open(code === openBrace);
    else if (code === closeBrace || code === closeBracket) count.close();
  }
  return beyond;
}

class Count {
  readonly #most: JsonShape;
  /** Of the list or object that is open at each depth; -1 for a list, whose items are values alone. */
  readonly #members: Int32Array;
  #depth = 0;
  #values = 1;

  constructor(most: JsonShape) {
    this.#most = most;
    this.#members = new Int32Array(most.nesting + 1).fill(-1);
  }

  open(isObject: boolean): keyof JsonShape | undefined {
    this.#depth++;
    if (this.#depth > this.#most.nesting) return 'nesting';
    this.#members[this.#depth] = isObject ? 1 : -1;
    return this.#value();
  }

  next(): keyof JsonShape | undefined {
    const members = this.#members[this.#depth] ?? -1;
    if (members !== -1) this.#members[this.#depth] = members + 1;
    return members >= this.#most.members ? 'members' : this.#value();
  }

  close(): void {
    this.#depth--;
  }

  #value(): keyof JsonShape | undefined {
    this.#values++;
    return this.#values > this.#most.values ? 'values' : undefined;
  }
}
