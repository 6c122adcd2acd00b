/**
 * Bytes as text, in the encoding that they name, or else the one that they can only be in.
 * Bytes that are no UTF-8 are read in the encoding in which columns have names that are known, or else as Windows-1252.
 */
import iconv from 'iconv-lite';
import { encodingOfNames } from './csv/encoding-of-names.ts';
import { unreadable } from './problem.ts';

export interface DecodedText {
  readonly text: string;
  /** In which they are; undefined where they are ASCII, and may be in any. */
  readonly encoding: string | undefined;
  /** What was guessed. */
  readonly notes: readonly string[];
}

/** @param encoding as it was given @throws {ApplicationFailure} of type `UnreadableFile` */
export function decode(bytes: Uint8Array, name: string, encoding?: string): DecodedText {
  const known = encoding ?? encodingOf(bytes);
  if (known !== undefined) return { text: withEncoding(bytes, known, name), encoding: known, notes: [] };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, encoding: text.length === bytes.length ? undefined : 'utf-8', notes: [] };
  } catch {
    const named = encodingOfNames(bytes, fallback);
    const guessed = named ?? fallback;
    const why = named === undefined ? '' : ' and has names of columns in it';
    const notes = [`encoding=${guessed} was guessed, as it is no UTF-8${why}`];
    return { text: iconv.decode(Buffer.from(bytes), guessed), encoding: guessed, notes };
  }
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
    throw unreadable(name, `it says that it is ${encoding}, and is not; save it as UTF-8`);
  }
}
