/**
 * Bytes as text, in the encoding that they name, or else the one that they can only be in.
 * Bytes that are no UTF-8 are read in the encoding in which columns have names that are known, or that of the country of
 * their account, or else as Windows-1252. Bytes that are none of an encoding are told with their line.
 */
import iconv from 'iconv-lite';
import { encodingOfNames } from './csv/encoding-of-names.ts';
import { encodingOfCountry } from './encoding-of-country.ts';
import { unreadable } from './problem.ts';
import { formOf } from './sniff.ts';

export interface DecodedText {
  readonly text: string;
  /** In which they are; undefined where they are ASCII, and may be in any. */
  readonly encoding: string | undefined;
  /** What was guessed. */
  readonly notes: readonly string[];
}

/**
 * @param encoding as it was given
 * @param linesBefore of the file that are not in the bytes
 * @throws {ApplicationFailure} of type `UnreadableFile`
 */
export function decode(bytes: Uint8Array, name: string, encoding?: string, linesBefore = 0): DecodedText {
  const known = encoding ?? encodingOf(bytes);
  if (known !== undefined) {
    const text = withEncoding(bytes, known, name);
    return { text, encoding: known, notes: lostIn(text, known, linesBefore) };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, encoding: text.length === bytes.length ? undefined : 'utf-8', notes: [] };
  } catch {
    const { encoding: guessed, why } = guessOf(bytes);
    const text = iconv.decode(Buffer.from(bytes), guessed);
    const notes = [`encoding=${guessed} was guessed, as it is no UTF-8${why}`, ...lostIn(text, guessed, linesBefore)];
    return { text, encoding: guessed, notes };
  }
}

function guessOf(bytes: Uint8Array): { readonly encoding: string; readonly why: string } {
  const named = encodingOfNames(bytes, fallback);
  if (named !== undefined) return { encoding: named, why: ' and has names of columns in it' };
  const form = formOf(Buffer.from(bytes.subarray(0, headBytes)).toString('latin1'));
  const local = form === 'MT940' || form === 'OFX' ? encodingOfCountry(bytes) : undefined;
  return local ? { ...local, why: ` and of ${local.country}` } : { encoding: fallback, why: '' };
}

/** In which a form shows itself. */
const headBytes = 16_000;

/** What stands in a text for bytes that are none of its encoding. */
const lost = '\uFFFD';

/** Where nothing can be read, with what to do. */
function lostIn(text: string, encoding: string, linesBefore: number): string[] {
  if (!text.includes(lost)) return [];
  const lines = text.split(/\r\n|\r|\n/).flatMap((line, at) => (line.includes(lost) ? [linesBefore + at + 1] : []));
  const where =
    lines.length === 1 ? `line ${lines[0]} has` : `${lines.length} lines, the first of them ${lines[0]}, have`;
  return [`${where} bytes that are none of ${encoding}; say the encoding it is in, such as encoding=cp850`];
}

const fallback = 'windows-1252';

/** As its first bytes say. */
function encodingOf(bytes: Uint8Array): string | undefined {
  const marked = markOf(bytes);
  if (marked !== undefined) return marked;
  // What is said in the first bytes is ASCII in any encoding without a mark.
  const head = Buffer.from(bytes.subarray(0, 1000)).toString('latin1');
  return /^\s*<\?xml[^>]*\sencoding=["']([\w.-]+)["']/i.exec(head)?.[1] ?? charsetOfOfx(head);
}

/** Whether each character takes two bytes or more, so that the marks of ASCII are none in them. */
export function isWide(bytes: Uint8Array, encoding = markOf(bytes) ?? ''): boolean {
  // Names are known however they are written, as in `UTF_16`.
  return /^(?:utf|ucs)(?:16|32|2|4)/i.test(encoding.replaceAll(/[^\da-z]/gi, ''));
}

function markOf(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return undefined;
}

/** The header of OFX 1 names a code page by its number; most that say so write ASCII all the same. */
function charsetOfOfx(head: string): string | undefined {
  if (!/^\s*OFXHEADER:/i.test(head)) return undefined;
  const charset = /^[ \t]{0,20}CHARSET:[ \t]{0,20}(\S{1,60})/im.exec(head)?.[1];
  if (/^[ \t]{0,20}ENCODING:[ \t]{0,20}UTF-?8/im.test(head)) return 'utf-8';
  return charset === undefined || /^NONE$/i.test(charset) ? undefined : charset.replace(/^(?=\d{3,5}$)/, 'windows-');
}

/** Unicode is decoded by the platform, which reports what is broken; its own Windows-1252 is Latin 1 in some versions of Node. */
function withEncoding(bytes: Uint8Array, encoding: string, name: string): string {
  if (!/^utf-?(8|16)/i.test(encoding)) {
    const isKnown: boolean = iconv.encodingExists(encoding);
    if (isKnown) return iconv.decode(Buffer.from(bytes), encoding);
    throw unreadable(name, `its encoding '${encoding.slice(0, 60)}' is not known; save it as UTF-8`);
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const lines = new TextDecoder(encoding)
      .decode(bytes)
      .split(lost, 1)[0]
      ?.split(/\r\n|\r|\n/).length;
    throw unreadable(name, `it says that it is ${encoding}, and is not (line ${lines}); save it as UTF-8`);
  }
}
