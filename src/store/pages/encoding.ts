/** Which encoding bytes are in, and the text that they say: decoded as it is, or refused by name; nothing is replaced by U+FFFD. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { TextEncoding } from '../../core/map/types.ts';

/** An encoding that the first bytes name, and how many bytes that takes. */
export interface Mark {
  readonly encoding: TextEncoding;
  readonly bytes: number;
}

export function markOf([a, b, c]: Uint8Array): Mark | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', bytes: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', bytes: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', bytes: 2 };
  return undefined;
}

/** The last bytes of a piece may be the first of a character. */
const longest = 4;

/** Looks whether bytes that come in pieces are UTF-8. */
export class Utf8Check {
  #held: Uint8Array = new Uint8Array(0);
  /** Whether all so far was. */
  ok = true;

  add(chunk: Uint8Array): void {
    if (!this.ok || (this.#held.length === 0 && isAscii(chunk))) return;
    const all = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const whole = all.length - begun(all);
    this.ok = isUtf8(all.subarray(0, whole));
    this.#held = all.slice(whole);
  }

  end(): boolean {
    return this.ok && this.#held.length === 0;
  }
}

/** How many bytes at the end are of a character that is not whole yet. */
function begun(bytes: Uint8Array): number {
  for (let back = 1; back < longest && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** What no byte of Windows-1252 is. */
const unassigned = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** Looks whether bytes that are no UTF-8 are Windows-1252, as old exports are, or rather UTF-8 that was damaged. */
export class Windows1252Check {
  #characters = 0;
  #single = 0;
  #unassigned = 0;

  add(chunk: Uint8Array): void {
    if (isAscii(chunk)) return;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte < 0x80) continue;
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      if (byte >= 0xc2 && isUtf8(chunk.subarray(at, at + length))) {
        this.#characters++;
        at += length - 1;
        continue;
      }
      this.#single++;
      if (unassigned.has(byte)) this.#unassigned++;
    }
  }

  /** Two letters of Windows-1252 may be one of UTF-8 by chance, most do not. */
  end(): boolean {
    return this.#unassigned === 0 && this.#characters * 4 <= this.#single;
  }
}

const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

/** @throws {TypeError} where the bytes are not what they are said to be */
export function decodeText(bytes: Uint8Array, encoding: TextEncoding = 'utf-8'): string {
  // Node's own decoder takes Windows-1252 for Latin 1 in some versions.
  if (encoding === 'windows-1252')
    return Buffer.from(bytes)
      .toString('latin1')
      .replaceAll(/[\u0080-\u009f]/g, (one) => windows1252[one.charCodeAt(0) - 0x80] ?? one);
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Decodes pieces, and at its end nothing: then no character may be half there. @throws {TypeError} as {@link decodeText} */
export function decodeWide(encoding: TextEncoding): (chunk?: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  return (chunk) => (chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode());
}
