/**
 * The one definition of a row of CSV: by this machine a file's bytes are split into pages, and by it their rows are read as fields.
 * A quote opens only at the start of a field; anywhere else it is a character like any other.
 */
const lineFeed = 10;
const carriageReturn = 13;
const quote = 34;

/** Where in a row the machine is. */
const fieldStart = 0;
const plain = 1;
const quoted = 2;
/** Behind a quote in a quoted field: either its end, or the first of two that mean one. */
const closing = 3;
/** In what follows a quoted field and is no delimiter. */
const odd = 4;
/** Behind a carriage return, which a line feed may follow. */
const rowEnd = 5;
type State = typeof fieldStart | typeof plain | typeof quoted | typeof closing | typeof odd | typeof rowEnd;

/** Told where each field ends, and what it was. */
type FieldEnd = (at: number, state: State) => void;

/** Finds ends of rows in text that comes in pieces; LF, CR and CR LF end one, wherever no quotes are open. */
export class RowScanner {
  readonly #delimiter: number;
  #state: State = fieldStart;
  /** Whether the row has no character at all; such a row is no task. */
  blank = true;

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Whether the text so far ends in quotes that nothing has closed. */
  get open(): boolean {
    return this.#state === quoted;
  }

  /** The position behind the row that goes on at `from`, or -1 where the text ends before that is known. */
  next(text: string, from: number, ended: FieldEnd = ignore): number {
    let state = this.#state;
    if (state === rowEnd) return this.#afterReturn(text, from);
    if (state === fieldStart) this.blank = true;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (state === quoted) state = code === quote ? closing : quoted;
      else if (code === lineFeed || code === carriageReturn) {
        ended(at, state);
        this.#state = fieldStart;
        return code === lineFeed ? at + 1 : this.#afterReturn(text, at + 1);
      } else {
        this.blank = false;
        if (code === this.#delimiter) ended(at, state);
        state = code === this.#delimiter ? fieldStart : within(state, code);
      }
    }
    this.#state = state;
    return -1;
  }

  #afterReturn(text: string, at: number): number {
    const isKnown = at < text.length;
    this.#state = isKnown ? fieldStart : rowEnd;
    if (!isKnown) return -1;
    return text.charCodeAt(at) === lineFeed ? at + 1 : at;
  }

  /** The text is over: a row that is not may end here as well. */
  end(at: number, ended: FieldEnd): void {
    if (this.#state !== rowEnd) ended(at, this.#state);
    this.#state = fieldStart;
  }
}

function ignore(): void {}

/** Of a character that ends nothing. */
function within(state: State, code: number): State {
  if (code === quote && (state === fieldStart || state === closing)) return quoted;
  return state === fieldStart ? plain : state === closing ? odd : state;
}

export interface CsvRow {
  readonly fields: readonly string[];
  /** Why its fields cannot be known. */
  readonly problem?: string;
}

/** The rows of a text, blank ones too, as undefined. */
export function parseRows(text: string, delimiter: string): (CsvRow | undefined)[] {
  const scanner = new RowScanner(delimiter);
  const rows: (CsvRow | undefined)[] = [];
  for (let start = 0; start < text.length;) {
    const fields: string[] = [];
    let problem: string | undefined;
    let from = start;
    const ended: FieldEnd = (at, state) => {
      if (state === odd || state === quoted)
        problem ??= `the quotes of field ${fields.length + 1} are not closed at its end`;
      fields.push(fieldOf(text, from, at, state));
      from = at + 1;
    };
    let stop = scanner.next(text, start, ended);
    if (stop === -1) {
      stop = text.length;
      scanner.end(stop, ended);
    }
    rows.push(scanner.blank ? undefined : problem === undefined ? { fields } : { fields, problem });
    start = stop;
  }
  return rows;
}

function fieldOf(text: string, from: number, at: number, state: State): string {
  if (state !== closing) return text.slice(from, at);
  const inner = text.slice(from + 1, at - 1);
  return inner.includes('"') ? inner.replaceAll('""', '"') : inner;
}

/** What a file of CSV says of itself. */
export interface CsvHead {
  readonly delimiter: string;
  /** False where `delimiter` was given, or the file says so in a line `sep=;`. */
  readonly guessed: boolean;
  readonly columns: readonly string[];
  /** Where the header begins, in characters of the text. */
  readonly from: number;
  /** Where the rows begin. */
  readonly length: number;
}

const delimiters = [',', ';', '\t', '|'];

/**
 * The header of a text that begins with it.
 *
 * @param whole whether nothing follows the text
 * @throws {RangeError} where it cannot be meant, saying why
 */
export function csvHead(text: string, whole: boolean, delimiter?: string): CsvHead {
  const [, said] = /^sep=([^\r\n"])(?:\r\n|\n|\r)/i.exec(text) ?? [];
  const start = said === undefined ? 0 : firstEnd(text, 0, said, whole);
  const given = delimiter ?? said;
  if (given !== undefined) return { delimiter: given, guessed: false, ...headerAt(text, start, given, whole) };
  const found = delimiters.map((each) => ({ delimiter: each, guessed: true, ...headerAt(text, start, each, whole) }));
  // The first of those that make the most columns: a comma where none makes any.
  return found.reduce((best, each) => (each.columns.length > best.columns.length ? each : best));
}

type Header = Pick<CsvHead, 'columns' | 'from' | 'length'>;

/** The first row that is not blank. */
function headerAt(text: string, start: number, delimiter: string, whole: boolean): Header {
  for (let from = start; from < text.length;) {
    const length = firstEnd(text, from, delimiter, whole);
    const [row] = parseRows(text.slice(from, length), delimiter);
    if (row) return { columns: row.problem === undefined ? row.fields : [], from, length };
    from = length;
  }
  return { columns: [], from: text.length, length: text.length };
}

function firstEnd(text: string, from: number, delimiter: string, whole: boolean): number {
  const end = new RowScanner(delimiter).next(text, from);
  if (end === -1 && !whole)
    throw new RangeError(`its header has more than ${text.length} characters; is a quote missing?`);
  return end === -1 ? text.length : end;
}

/**
 * A name for each column; one without a name is called by its place.
 *
 * @throws {RangeError} for a name that two columns have, since a row could then keep only one of their values
 */
export function columnNames(cells: readonly string[]): string[] {
  const names = cells.map((cell, at) => (cell.trim() === '' ? `column ${at + 1}` : cell));
  const places = new Map<string, number>();
  for (const [at, name] of names.entries()) {
    const before = places.get(name);
    if (before !== undefined)
      throw new RangeError(
        `columns ${before + 1} and ${at + 1} are both called '${name.slice(0, 100)}'; give each its own name`,
      );
    places.set(name, at);
  }
  return names;
}
