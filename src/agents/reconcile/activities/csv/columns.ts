/** Which column of a CSV file is what: as it is said, or by the names that ledgers and banks give them. */
import { csvColumns, type CsvColumn, type StatementFormat } from '../../pure/csv-format.ts';
import { isGuessable, positionByWord } from './column-words.ts';
import { columnNames, currencyInName, nameOfColumn } from './column-names.ts';

/** Positions of each column that is there, in the order in which they are looked at. */
export type ColumnPositions = Readonly<Record<CsvColumn, readonly number[]>>;

export interface ColumnRules {
  readonly columns: NonNullable<StatementFormat['columns']>;
  /** Columns that must be there, as the caller has named them. */
  readonly needed: readonly CsvColumn[];
  /** Columns of rules of the caller, which must be there as well. */
  readonly neededByRules: readonly string[];
  /** Whether columns that are not named are taken by usual names; not under a profile, which knows all of its own. */
  readonly byUsualNames: boolean;
  /** Whether a word in a name will do, as no row is a header by its names; not unless a header is looked for. */
  readonly byWords?: boolean;
}

/** A row of more cells is no header; a column has at most three digits as its number, too. */
export const maxColumns = 999;

/**
 * Undefined where this is no header: it has no date, no amount, or not all that is needed.
 *
 * @throws {RangeError} where the name of a column that is taken stands there twice
 */
export function findColumns(
  cells: readonly string[],
  { columns, needed, byUsualNames, byWords = false }: ColumnRules,
): ColumnPositions | undefined {
  if (cells.length > maxColumns) return undefined;
  const keys = cells.map(nameOfColumn);
  const bare = cells.map((cell) => nameOfColumn(currencyInName(cell)?.name ?? ''));
  const found = Object.fromEntries(
    csvColumns.map((column) => {
      const own = columns[column];
      if (own !== undefined)
        return [
          column,
          [own]
            .flat()
            .map((name) => positionOf(name, keys))
            .filter(isThere),
        ];
      const usual = byUsualNames ? usualPosition(column, keys, bare) : undefined;
      if (usual === undefined && byWords && isGuessable(column)) {
        const guessed = positionByWord(column, cells);
        return [column, guessed === undefined ? [] : [guessed]];
      }
      return [column, usual === undefined ? [] : [usual]];
    }),
  ) as Record<CsvColumn, number[]>;
  if (found.date.length === 0 || needed.some((column) => found[column].length === 0)) return undefined;
  if (found.amount.length + found.debit.length + found.credit.length === 0) return undefined;
  for (const column of csvColumns) {
    const isByName = [columns[column] ?? ''].flat().every((name) => !name.startsWith('#'));
    if (!isByName) continue;
    refuseTwice(column, found[column], keys, cells);
    // Of two amounts in two currencies the first is as likely that of the account as not.
    const names = columnNames[column];
    const isBare = columns[column] === undefined && found[column].some((at) => !names.includes(keys[at] ?? ''));
    if (isBare) refuseTwice(column, found[column], bare, cells);
  }
  return found;
}

/** By the name as it is, then by what it is without the currency that it says. */
function usualPosition(column: CsvColumn, keys: readonly string[], bare: readonly string[]): number | undefined {
  const names = columnNames[column];
  return [...names.map((name) => keys.indexOf(name)), ...names.map((name) => bare.indexOf(name))].find(isThere);
}

/** The one currency that the names of the columns of amounts say. @throws {RangeError} where they say several */
export function currencyOfColumns(
  cells: readonly string[],
  { amount, debit, credit }: ColumnPositions,
): string | undefined {
  const said = [...amount, ...debit, ...credit].map((position) => currencyInName(cells[position] ?? '')?.currency);
  const [first] = said;
  const [one, another] = new Set(said.filter((each) => each !== undefined));
  if (one !== undefined && another !== undefined)
    throw new RangeError(`its amounts are in ${one} and ${another}; name the columns of one currency`);
  return said.every((each) => each === first) ? first : undefined;
}

/** The position of a column by its name, or by its number as in `#3`; -1 where it is not there. */
export function positionOf(name: string, keys: readonly string[]): number {
  const [, number] = /^#(\d{1,3})$/.exec(name) ?? [];
  return number === undefined ? keys.indexOf(nameOfColumn(name)) : Number(number) - 1;
}

/** A column that was given by a number must be one of the header. @throws {RangeError} that names those that there are */
export function assertWithin(cells: readonly string[], { columns }: ColumnRules): void {
  for (const [column, own] of Object.entries(columns)) {
    const beyond = [own].flat().find((name) => /^#\d{1,3}$/.test(name) && Number(name.slice(1)) > cells.length);
    if (beyond === undefined) continue;
    const all = cells.slice(0, 30).map((name, at) => `#${at + 1} ${name.slice(0, 60).trim()}`);
    throw new RangeError(`column.${column}=${beyond} is none of its ${cells.length} columns: ${all.join(', ')}`);
  }
}

const isThere = (position: number): boolean => position >= 0;

/** The first of two columns of one name is as likely wrong as right. */
function refuseTwice(
  column: CsvColumn,
  positions: readonly number[],
  keys: readonly string[],
  cells: readonly string[],
): void {
  for (const position of positions) {
    const key = keys[position] ?? '';
    const again = key === '' ? -1 : keys.indexOf(key, position + 1);
    if (again < 0) continue;
    const name = (cells[position] ?? '').trim().slice(0, 60);
    const ways = `column.${column}=#${position + 1} or column.${column}=#${again + 1}`;
    throw new RangeError(`the column '${name}' stands there twice; say which is meant by its number: ${ways}`);
  }
}
