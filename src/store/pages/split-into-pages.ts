/**
 * A file or an object of items as a table of pages: its encoding, its header and where its pages begin.
 * A file in UTF-8 or Windows-1252 is read where it lies; one in UTF-16 is copied into pages of the store.
 */
import { createReadStream, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { given } from '../../core/given.ts';
import type { Page, PageTable, SourceFormat, TableFormat, TableItems, TextEncoding } from '../../core/map/types.ts';
import type { Store } from '../store.ts';
import { columnNames, csvHead, parseRows, RowScanner } from './csv.ts';
import { decodeText, decodeWide, markOf, Utf8Check, Windows1252Check } from './encoding.ts';
import { Pager, scannerOf } from './lines.ts';
import { shortHash } from './sealed.ts';

/** The items cannot be read as what they are said to be, and none of them was run. */
export class SourceUnreadableError extends Error {
  override readonly name = 'SourceUnreadable';
}

export interface SplitOptions extends SourceFormat {
  /** What messages call it. */
  readonly name: string;
  /** Lines of earlier parts. */
  readonly lines: number;
}

/** In so many bytes the header must end. */
const maxHeadBytes = 1 << 20;

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
type PageKey = (page: number) => string;

/** A file, read as it lies where that can be. @throws {SourceUnreadableError} */
export async function pagesOfFile(
  store: Store,
  path: string,
  facts: Pick<Stats, 'size' | 'mtimeMs'>,
  options: SplitOptions,
  keyOf: PageKey,
): Promise<PageTable> {
  const mark = markOf(await firstBytes(path, 4));
  const read = (): Chunks => createReadStream(path, { start: mark?.bytes ?? 0, highWaterMark: 1 << 20 });
  const named = options.encoding ?? mark?.encoding;
  if (isWide(named)) return splitInto(store, encoded(read(), named, options), options, keyOf);
  const splitter = new Splitter(options, mark?.bytes ?? 0);
  for await (const chunk of read()) splitter.add(chunk);
  splitter.end();
  const encoding =
    splitter.isUtf8 || options.format === 'jsonl' || named !== undefined ? named : await guessed(read(), options);
  if (named === 'utf-8') splitter.refuseOther();
  const format = splitter.format(encoding);
  const { pages } = splitter.pager;
  return tableOf(splitter, pages, {
    kind: 'file',
    path,
    size: facts.size,
    modifiedMs: Math.trunc(facts.mtimeMs),
    ...given({ head: splitter.head }),
    ...format,
  });
}

/** An object, as pages of its own. @throws {SourceUnreadableError} */
export async function pagesOfBody(
  store: Store,
  body: Buffer,
  options: SplitOptions,
  keyOf: PageKey,
): Promise<PageTable> {
  const mark = markOf(body);
  const bytes = body.subarray(mark?.bytes ?? 0);
  const named = options.encoding ?? mark?.encoding;
  const check = new Utf8Check();
  check.add(bytes);
  const isUtf8 = check.end() || options.format === 'jsonl';
  const encoding = named ?? (isUtf8 ? 'utf-8' : await guessed([bytes], options));
  if (encoding === 'utf-8') return splitInto(store, [bytes], options, keyOf);
  return splitInto(
    store,
    [Buffer.from(decoding(() => decodeText(bytes, encoding), encoding, options))],
    options,
    keyOf,
  );
}

async function splitInto(store: Store, chunks: Chunks, options: SplitOptions, keyOf: PageKey): Promise<PageTable> {
  const splitter = new Splitter(options);
  const pages: Page[] = [];
  let held = Buffer.alloc(0);
  let heldFrom = 0;
  const keep = async (): Promise<void> => {
    for (const { offset = 0, ...page } of splitter.pages.slice(pages.length)) {
      const key = keyOf(pages.length);
      await store.put(key, held.subarray(offset - heldFrom, offset - heldFrom + page.bytes));
      pages.push({ ...page, key });
      held = held.subarray(offset - heldFrom + page.bytes);
      heldFrom = offset + page.bytes;
    }
  };
  for await (const chunk of chunks) {
    held = Buffer.concat([held, chunk]);
    splitter.add(chunk);
    await keep();
  }
  splitter.end();
  await keep();
  splitter.refuseOther();
  return tableOf(splitter, pages, { kind: 'objects', ...splitter.format() });
}

function tableOf({ pager }: Splitter, pages: readonly Page[], items: TableItems): PageTable {
  const { tasks, lines, bytes } = pager;
  return { items, tasks, lines, bytes, pages };
}

/** One pass over bytes that have the line ends, quotes and delimiters of ASCII. */
class Splitter {
  readonly #options: SplitOptions;
  readonly #offset: number;
  readonly #check = new Utf8Check();
  /** What stands before the first page. */
  head: Pick<Page, 'bytes' | 'offset' | 'hash'> | undefined;
  #head: Buffer | undefined = Buffer.alloc(0);
  /** The header of CSV alone. */
  #header: Buffer = Buffer.alloc(0);
  #delimiter: string | undefined;
  #pager: Pager | undefined;
  #scanner: RowScanner | undefined;

  constructor(options: SplitOptions, offset = 0) {
    this.#options = options;
    this.#offset = offset;
    if (options.format === 'jsonl') this.#begin(0);
  }

  get pager(): Pager {
    return this.#pager as Pager;
  }

  /** Those that are closed. */
  get pages(): readonly Page[] {
    return this.#pager?.pages ?? [];
  }

  get isUtf8(): boolean {
    return this.#check.end();
  }

  add(chunk: Uint8Array): void {
    if (this.#options.format === 'csv') {
      if (chunk.includes(0)) this.#refuse('it has bytes of 0 in it; if it is UTF-16 without a mark, name its encoding');
      this.#check.add(chunk);
    }
    if (this.#pager) {
      this.#pager.add(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head ?? Buffer.alloc(0), chunk]);
    if (this.#head.length >= maxHeadBytes) this.#readHead(false);
  }

  end(): void {
    if (!this.#pager) this.#readHead(true);
    if (this.#scanner?.open)
      this.#refuse(`its row ${this.pager.lines - this.#options.lines + 1} opens quotes that nothing closes`);
    this.pager.end();
  }

  /** @throws {SourceUnreadableError} where CSV is no UTF-8 */
  refuseOther(): void {
    if (this.#options.format === 'csv' && !this.isUtf8) this.#refuse('it is not the UTF-8 that it is said to be');
  }

  format(encoding?: TextEncoding): TableFormat {
    const { format } = this.#options;
    const wanted = given({ encoding: encoding === 'utf-8' ? undefined : encoding });
    if (format === 'jsonl') return { format, ...wanted };
    const delimiter = this.#delimiter ?? ',';
    const [row] = parseRows(decodeText(this.#header, encoding), delimiter).filter((each) => each !== undefined);
    return this.#named(() => ({ format, delimiter, columns: columnNames(row?.fields ?? []), ...wanted }));
  }

  #readHead(whole: boolean): void {
    const head = this.#head ?? Buffer.alloc(0);
    this.#head = undefined;
    const { delimiter, from, length } = this.#named(() =>
      csvHead(head.toString('latin1'), whole, this.#options.delimiter),
    );
    this.#delimiter = delimiter;
    this.#header = head.subarray(from, length);
    this.head = { bytes: length, offset: this.#offset, hash: shortHash(head.subarray(0, length)) };
    this.#begin(length);
    this.pager.add(head.subarray(length));
  }

  #begin(headBytes: number): void {
    const scanner = scannerOf(this.#options.format, this.#delimiter);
    if (scanner instanceof RowScanner) this.#scanner = scanner;
    this.#pager = new Pager(scanner, this.#options.lines, this.#offset + headBytes);
  }

  /** What is wrong with a header, with the name of its file. */
  #named<R>(read: () => R): R {
    try {
      return read();
    } catch (error) {
      if (error instanceof RangeError) this.#refuse(error.message);
      throw error;
    }
  }

  #refuse(why: string): never {
    throw new SourceUnreadableError(`${this.#options.name} cannot be read: ${why}`);
  }
}

/** Of CSV that is no UTF-8 and names no encoding. @throws {SourceUnreadableError} where it is not clear */
async function guessed(chunks: Chunks, { name }: SplitOptions): Promise<TextEncoding> {
  const check = new Windows1252Check();
  for await (const chunk of chunks) check.add(chunk);
  if (check.end()) return 'windows-1252';
  throw new SourceUnreadableError(
    `${name} cannot be read: it is neither UTF-8 nor clearly Windows-1252; save it as UTF-8, or name its encoding`,
  );
}

async function* encoded(chunks: Chunks, encoding: TextEncoding, options: SplitOptions): AsyncGenerator<Uint8Array> {
  const decode = decodeWide(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoding(() => decode(chunk), encoding, options));
  yield Buffer.from(decoding(() => decode(), encoding, options));
}

function decoding(decode: () => string, encoding: TextEncoding, { name }: SplitOptions): string {
  try {
    return decode();
  } catch {
    throw new SourceUnreadableError(`${name} cannot be read: it is not the ${encoding} that it is said to be`);
  }
}

function isWide(encoding: TextEncoding | undefined): encoding is 'utf-16le' | 'utf-16be' {
  return encoding === 'utf-16le' || encoding === 'utf-16be';
}

/** The delimiter that a file of CSV is taken to have where none is given, to say so; undefined where it says so itself. */
export async function guessedDelimiter(path: string, encoding?: TextEncoding): Promise<string | undefined> {
  const bytes = await firstBytes(path, maxHeadBytes);
  const mark = markOf(bytes);
  const named = encoding ?? mark?.encoding;
  const rest = Buffer.from(bytes.subarray(mark?.bytes ?? 0));
  const text = isWide(named) ? decodeWide(named)(rest) : rest.toString('latin1');
  const { delimiter, guessed: isGuess } = csvHead(text, true);
  return isGuess ? delimiter : undefined;
}

async function firstBytes(path: string, most: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
