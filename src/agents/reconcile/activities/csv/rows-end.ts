/** Where a slice of a large CSV file can end without cutting a row, found by its bytes alone. */

const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;
/**
 * Behind the last row that ends well before the end, or 0 where there is none: a line end within quotes ends no row.
 * Where quotes stand within fields they say nothing of rows, and each line end is one.
 *
 * @param bytes in an encoding in which these marks are those of ASCII, from the beginning of a row
 * @param keep bytes at the end in which it is not looked for, more than any row has
 */
export function rowsEnd(bytes: Uint8Array, keep: number): number {
  const last = bytes.length - keep;
  const mark = bytes.includes(newline) ? newline : carriageReturn;
  let isQuoted = false;
  let [ofRow, ofLine] = [0, 0];
  for (let at = 0; at < last; at++) {
    const byte = bytes[at];
    if (byte === quote) isQuoted = !isQuoted;
    else if (byte === mark) {
      ofLine = at + 1;
      if (!isQuoted) ofRow = at + 1;
    }
  }
  return ofLine - ofRow > keep ? ofLine : ofRow;
}
