/** The mark that parts the columns of a CSV text, where nobody has said it. */
import { maxColumns } from './columns.ts';

/** Characters looked at, and rows of them. */
const headCharacters = 40_000;
const headRows = 60;

export const delimiters = [',', ';', '\t', '|'] as const;

/** The first rows of the text as they are with a delimiter, for a first check: quoted line breaks and cells beyond a header's are not heeded. */
export function headOf(text: string, delimiter: string): string[][] {
  const rows = text.slice(0, headCharacters).split(/\r\n|\r|\n/, headRows);
  return rows.map((row) =>
    row
      .replace(/^\uFEFF/, '')
      .split(delimiter, maxColumns + 1)
      .map(unquoted),
  );
}

/** The mark with which the row that is a header falls into most columns. @param isHeader of the cells of a row */
export function delimiterOf(text: string, isHeader: (cells: readonly string[]) => boolean): string {
  const counted = delimiters.map((delimiter) => ({
    delimiter,
    columns: headOf(text, delimiter).find(isHeader)?.length ?? 0,
  }));
  return counted.toSorted((a, b) => b.columns - a.columns)[0]?.delimiter ?? ',';
}

function unquoted(cell: string): string {
  const text = cell.trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}
