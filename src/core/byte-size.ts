/** How many bytes a text takes in a message; the sandbox of a workflow has no `Buffer`, and a character is not a byte. */

/** No UTF-16 unit takes more. */
const mostBytesOfUnit = 3;

/**
 * The bytes of a text in UTF-8; half a surrogate pair counts as the U+FFFD that it becomes.
 *
 * @example utf8Bytes('naïve') // 6
 */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (isPair(unit, text.charCodeAt(at + 1))) {
      bytes += 4;
      at++;
    } else bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : mostBytesOfUnit;
  }
  return bytes;
}

/** Whether so many bytes take the text; counted only where its length leaves a doubt. */
export function takesAtMost(text: string, bytes: number): boolean {
  if (text.length * mostBytesOfUnit <= bytes) return true;
  return text.length <= bytes && utf8Bytes(text) <= bytes;
}

function isPair(unit: number, next: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
}
