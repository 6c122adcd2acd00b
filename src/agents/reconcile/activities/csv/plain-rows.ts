/** The rows of a CSV without a quote: nothing in it hides a line end or a delimiter, so that a line is a row, which takes no parser. */

export interface StatementRow {
  readonly cells: readonly string[];
  /** Number of the line on which it ends, from 1. */
  readonly number: number;
  /** Bytes of UTF-8 up to its end, from the beginning of the text. */
  readonly end: number;
}

/** Whether no quote stands in it, line ends are of one kind, and no line is longer. */
export function isPlain(text: string, mostCharacters: number): boolean {
  if (text.includes('"') || /^\uFEFF|\r(?!\n)/.test(text)) return false;
  if (text.includes('\r') && /(?<!\r)\n/.test(text)) return false;
  for (let start = 0; ;) {
    const end = text.indexOf('\n', start);
    if ((end === -1 ? text.length : end) - start > mostCharacters) return false;
    if (end === -1) return true;
    start = end + 1;
  }
}

export function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

/**
 * Calls `take` with each row that is not blank, until it gives false.
 *
 * @param text for which {@link isPlain} holds
 * @returns the number that a line after the last one would have
 */
export function eachPlainRow(text: string, delimiter: string, take: (row: StatementRow) => boolean): number {
  const lineEnd = text.includes('\r') ? '\r\n' : '\n';
  let [start, end] = [0, 0];
  for (let number = 1; ; number++) {
    const found = text.indexOf(lineEnd, start);
    const line = text.slice(start, found === -1 ? undefined : found);
    end += Buffer.byteLength(line) + (found === -1 ? 0 : lineEnd.length);
    const cells = line.split(delimiter);
    if (!isBlank(cells) && !take({ cells, number, end })) return number;
    if (found === -1) return number;
    start = found + lineEnd.length;
  }
}
