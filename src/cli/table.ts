/** A table where it fits into the terminal, and lines where it does not: what the terminal tears nobody can read. */
import Table from 'cli-table3';
import { columnsOf, wrap } from './text.ts';

export interface TableText {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly colAligns?: Table.HorizontalAlignment[];
}

/** @param width columns that there are; any where it is not a terminal */
export function tableText(table: TableText, width: number): string {
  const drawn = draw(table);
  return columnsOf(firstLine(drawn)) <= width ? drawn : linesText(table, width);
}

/** Columns of it as a table. */
export function widthOf(table: TableText): number {
  return columnsOf(firstLine(draw(table)));
}

function draw({ head, rows, colAligns }: TableText): string {
  const table = new Table({
    head: [...head],
    style: { head: [], border: [] },
    // No line between two rows.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    ...(colAligns && { colAligns }),
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n'));
}

/** The first of each row, and below it the others by the name of their column. */
export function linesText({ head, rows }: Pick<TableText, 'head' | 'rows'>, width: number): string {
  return rows
    .map(([first = '', ...rest]) => {
      const named = rest.flatMap((cell, at) => (cell === '' ? [] : [`${head[at + 1] ?? ''} ${cell}`.trim()]));
      return `${first}\n${wrap(named.join(', '), width, '  ')}`;
    })
    .join('\n');
}

/** Of standard output; any where it is not a terminal. */
export function terminalWidth(): number {
  return process.stdout.columns || Infinity;
}
