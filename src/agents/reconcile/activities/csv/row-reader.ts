/** The rows of one CSV file as lines: what stands above the header, what is left out by a rule, and everything else. */
import type { StatementFormat } from '../../pure/csv-format.ts';
import type { Role } from '../../pure/types.ts';
import type { DateOrders } from '../dates.ts';
import { Problems, unreadable } from '../problem.ts';
import { LineGroups } from '../line-groups.ts';
import { LeftOut } from '../reading.ts';
import { assertWithin, currencyOfColumns, findColumns, type ColumnPositions, type ColumnRules } from './columns.ts';
import { guessable } from './column-words.ts';
import { assertNotWider, headerless, lineFrom } from './line-of-row.ts';
import type { StatementRow } from './plain-rows.ts';
import { ColumnSigns, type SignsFound } from './column-signs.ts';
import { DateNotations, mostYears, type DatesShown } from './date-orders.ts';
import { DecimalMarks, type MarkShown } from './decimal-marks.ts';
import { RowFilter } from './row-filter.ts';
import { UnreadDirection, type DirectionsSeen } from './unread-direction.ts';

/** What rows have shown of the file, which those of a later slice are held against. */
export interface RowsShown {
  readonly mark: MarkShown;
  readonly signs: SignsFound;
  readonly directions: DirectionsSeen;
  readonly dates: DatesShown;
}

/** Earlier slices of the file. */
export interface RowsBefore {
  /** Between what stands above the first row and the slice. */
  readonly lines: number;
  readonly shown: RowsShown;
}

export interface RowReaderInput {
  readonly format: StatementFormat;
  readonly columns: ColumnRules;
  readonly name: string;
  readonly role: Role;
  /** Stops at the first problem, as only whether there is one matters. */
  readonly isTrial: boolean;
  /** Orders of day and month that are tried, beside those by which earlier slices were read. */
  readonly orders?: DateOrders;
  /** Absent of the first slice. */
  readonly before?: RowsBefore;
}

/** What stands above the first row of transactions. */
export interface AboveRows {
  readonly lines: number;
  /** Of UTF-8. */
  readonly bytes: number;
}

/** Rows in which the header is looked for; banks put some about the account before it. */
const maxAbove = 30;

export class RowReader {
  readonly lines = new LineGroups();
  readonly problems = new Problems();
  readonly dates: DateNotations;
  /** Rows by the reason. */
  readonly leftOut = new LeftOut();
  /** Rows that were read though their status does not say that they were booked. */
  readonly takenIn = new LeftOut();
  readonly #input: RowReaderInput;
  readonly #marks: DecimalMarks;
  readonly #said: string[] = [];
  /** The last rows, which may be the footer. */
  readonly #waiting: StatementRow[] = [];
  #columns: ColumnPositions | undefined;
  /** Of the header; undefined where there is none. */
  #width: number | undefined;
  #filter: RowFilter | undefined;
  #above: StatementRow[] = [];
  /** As the header says it. */
  #currency: string | undefined;
  #direction = new UnreadDirection();
  #signs = new ColumnSigns({ debit: [], credit: [] });
  #names: readonly string[] = [];
  #head: AboveRows = { lines: 0, bytes: 0 };
  #rows = 0;
  #lines = 1;

  constructor(input: RowReaderInput) {
    this.#input = input;
    this.#marks = new DecimalMarks(input.before?.shown.mark);
    this.dates = new DateNotations(input.format.dates, input.before?.shown.dates, input.orders);
    if (input.format.header === false) this.#useColumns([]);
  }

  get hasColumns(): boolean {
    return this.#columns !== undefined;
  }

  get head(): AboveRows {
    return this.#head;
  }

  /** Below the header, the footer among them. */
  get rows(): number {
    return this.#rows + this.#waiting.length;
  }

  /** Lines of the text below what is above the first row. */
  get linesBelow(): number {
    return this.#lines - 1 - this.#head.lines;
  }

  get shown(): RowsShown {
    const { shown: mark } = this.#marks;
    return {
      mark,
      signs: this.#signs.found,
      directions: this.#direction.seen,
      dates: this.dates.shown,
    };
  }

  /** What was guessed or read otherwise than it stands there. */
  get said(): readonly string[] {
    return this.#said;
  }

  /** Whether it wants more rows. */
  take(row: StatementRow): boolean {
    const { format, isTrial } = this.#input;
    if (this.#above.length < (format.skip ?? 0)) this.#setAbove(row);
    else if (!this.#columns) {
      this.#useColumns(row.cells);
      if (this.#columns) this.#head = { lines: row.number, bytes: row.end };
      else this.#setAbove(row);
      return this.#columns !== undefined || this.#above.length <= maxAbove + (format.skip ?? 0);
    } else {
      this.#waiting.push(row);
      if (this.#waiting.length <= (format.footer ?? 0)) return true;
      const next = this.#waiting.shift();
      if (next) this.#read(next, this.#columns);
    }
    return !isTrial || this.problems.count === 0;
  }

  /** @param lines the number that a line after the last one would have */
  finish(lines: number): this {
    this.#lines = lines;
    // Before a later slice it stands once more.
    const isFirst = this.#input.before === undefined;
    this.leftOut.add('above the header', this.#columns && isFirst ? this.#above.length : 0);
    this.leftOut.add('the footer', this.#waiting.length);
    return this;
  }

  sayOf(note: string): void {
    this.#said.push(note);
  }

  notes(): string[] {
    return [...this.#said, ...this.leftOut.notes('rows'), ...this.takenIn.notes('rows', '', 'taken in')];
  }

  /** @throws {ApplicationFailure} where rows stand below the header and none of them was read */
  assertRead(): void {
    assertRead(this.#input.name, this.lines.length, this.rows, this.leftOut);
  }

  /** @throws {ApplicationFailure} where amounts without a sign stand beside a column that says their direction, or a column for one has both */
  assertDirection(): void {
    this.#assertSigns();
    const other = this.dates.otherOfPoints;
    if (other?.isLikelier) throw unreadable(this.#input.name, yearFirst(this.#input.role));
    if (other)
      this.sayOf(`dates=dmy was guessed, as dates with points are; year first (dates=ymd) fits every row as well`);
    const { position } = this.#direction;
    if (position === undefined) return;
    const { name, role } = this.#input;
    const column = (this.#names[position] ?? '').trim().slice(0, 60);
    const ways = `column.indicator=${column} (or column.amount=NAME, where amounts are right without)`;
    throw unreadable(
      name,
      `no amount is negative, and '${column}' says debit or credit of each row: --${role}-csv ${ways}`,
    );
  }

  #assertSigns(): void {
    const { mixed } = this.#signs;
    if (mixed === undefined) return;
    const column = (this.#names[mixed] ?? `#${mixed + 1}`).trim().slice(0, 60);
    const ways = 'put the money that came back into the other column, or all of it with its signs into one';
    throw unreadable(
      this.#input.name,
      `'${column}' is for one direction, and has amounts of both signs, so that nobody knows what a negative one is: ${ways}`,
    );
  }

  noHeader(): string {
    const [first] = this.#above;
    const { role, format } = this.#input;
    if (!first) return 'the file is empty';
    const seen = first.cells.slice(0, 12).join(', ').slice(0, 200);
    const numbers = headerless(first.cells);
    const advice = numbers
      ? `It seems to have none: --${role}-csv header=no --${role}-csv column.date=#${numbers.date} --${role}-csv column.amount=#${numbers.amount}`
      : `Name the columns: --${role}-csv column.date=NAME --${role}-csv column.amount=NAME`;
    const profile = format.profile === undefined ? '' : ` of the profile ${format.profile}`;
    return `no header${profile} with a date and an amount was found (the first row is: ${seen}). ${advice}`;
  }

  #setAbove(row: StatementRow): void {
    this.#above.push(row);
    if (this.#columns) this.#head = { lines: row.number, bytes: row.end };
  }

  #useColumns(cells: readonly string[]): void {
    const { name, format, columns } = this.#input;
    try {
      this.#columns = findColumns(cells, columns);
      if (this.#columns && format.header !== false) this.#useHeader(cells, this.#columns);
      if (this.#columns) this.#filter = this.#filterOf(cells, this.#columns);
    } catch (error) {
      if (error instanceof RangeError) throw unreadable(name, error.message);
      throw error;
    }
    if (!this.#columns && format.header === false)
      throw unreadable(name, 'without a header, columns are named by their numbers: column.date=#1 column.amount=#2');
    if (this.#columns) this.#signs = new ColumnSigns(this.#columns, this.#input.before?.shown.signs);
  }

  #filterOf(names: readonly string[], columns: ColumnPositions): RowFilter {
    const { format, role } = this.#input;
    const { byUsualNames, neededByRules: needed } = this.#input.columns;
    const { leftOut, takenIn } = this;
    return new RowFilter({ format, role, names, columns, byUsualNames, needed, leftOut, takenIn });
  }

  #useHeader(cells: readonly string[], columns: ColumnPositions): void {
    assertWithin(cells, this.#input.columns);
    this.#width = cells.length;
    this.#names = cells;
    const { byUsualNames, byWords = false } = this.#input.columns;
    const directions = this.#input.before?.shown.directions;
    if (byUsualNames) this.#direction = new UnreadDirection(directions ?? unsaid(cells, columns, this.#input.columns));
    if (byWords && !findColumns(cells, { ...this.#input.columns, byWords: false }))
      this.sayOf(`${guessedColumns(cells, columns)} was guessed by a word in the name`);
    const isSaid = columns.currency.length > 0;
    // A profile knows what the currency in a column is that of.
    if (isSaid && !byUsualNames) return;
    this.#currency = currencyOfColumns(cells, columns);
    if (this.#currency !== undefined && !isSaid && this.#input.format.currency === undefined)
      this.sayOf(`currency=${this.#currency} was read in the name of a column`);
  }

  #read(row: StatementRow, columns: ColumnPositions): void {
    this.#rows++;
    if (!this.#filter?.takes(row.cells)) return;
    const place = `${this.#input.name}:${row.number + (this.#input.before?.lines ?? 0)}`;
    const line = this.problems.at(place, () => {
      assertNotWider(row.cells, this.#width);
      const { format, role } = this.#input;
      return lineFrom(
        row.cells,
        place,
        columns,
        { format, role, marks: this.#marks, dates: this.dates },
        this.#currency,
      );
    });
    if (!line) return;
    this.lines.add(line);
    this.#direction.take(row.cells, line.line.amount);
    this.#signs.take(row.cells);
  }
}

const yearFirst = (role: Role): string =>
  `read day first, as dates with points are, its years are more than ${mostYears} apart, and year first they are not: say --${role}-csv dates=ymd or dates=dmy`;

/** Columns in which a direction may stand that is not read; none where somebody has said how amounts are read. */
function unsaid(cells: readonly string[], columns: ColumnPositions, { columns: given }: ColumnRules): DirectionsSeen {
  const isSaid = (['amount', 'debit', 'credit', 'indicator'] as const).some((column) => given[column] !== undefined);
  const { date, amount, debit, credit, indicator } = columns;
  if (isSaid || amount.length === 0 || indicator.length > 0) return [];
  const taken = new Set([...date, ...amount, ...debit, ...credit]);
  return [...cells.keys()].filter((position) => !taken.has(position)).map((position) => [position, []]);
}

function guessedColumns(cells: readonly string[], columns: ColumnPositions): string {
  const guessed = guessable.flatMap((column) =>
    columns[column].map((position) => `column.${column}=${(cells[position] ?? '').trim().slice(0, 60)}`),
  );
  return guessed.join(', ');
}

/** @throws {ApplicationFailure} where there are rows and none of them was read */
export function assertRead(name: string, lines: number, rows: number, leftOut: LeftOut): void {
  if (lines > 0 || rows === 0) return;
  throw unreadable(name, `it has ${rows} rows, of which none was read (${leftOut.notes('rows').join('; ')})`);
}
