/** Which rows of a CSV file are no transactions of the account: by a rule that was given, by what they lack, or by what a status says of them. */
import type { LeaveOutRule, StatementFormat } from '../../pure/csv-format.ts';
import type { Role } from '../../pure/types.ts';
import type { LeftOut } from '../reading.ts';
import { nameOfColumn } from './column-names.ts';
import { positionOf, type ColumnPositions } from './columns.ts';
import { isNoTransaction } from './line-of-row.ts';
import { statusColumn, statusIn } from './status-words.ts';

export interface RowFilterInput {
  readonly format: StatementFormat;
  readonly role: Role;
  /** Of the header; none where there is none. */
  readonly names: readonly string[];
  readonly columns: ColumnPositions;
  /** Whether no profile knows what a status means. */
  readonly byUsualNames: boolean;
  /** Columns of rules that somebody gave for this file; one of a profile may not be in each version of the export. */
  readonly needed: readonly string[];
  readonly leftOut: LeftOut;
  /** What says that it may not have been booked, and is read all the same. */
  readonly takenIn: LeftOut;
}

/** Words of a status that are named one by one. */
const mostStatuses = 8;

export class RowFilter {
  readonly #input: RowFilterInput;
  readonly #rules: readonly RowRule[];
  /** The column that says whether a row was booked, where nobody has said what that means. */
  readonly #status: number | undefined;

  /** @throws {RangeError} where a column that is needed is not there, or twice */
  constructor(input: RowFilterInput) {
    const { format, names, byUsualNames, needed } = input;
    this.#input = input;
    const keys = names.map(nameOfColumn);
    for (const name of needed) assertThere(name, names, keys);
    this.#rules = (format.leaveOut ?? []).map((rule) => rowRule(rule, positionOf(rule.column, keys)));
    if (byUsualNames && format.leaveOut?.length !== 0) this.#status = statusColumn(names);
  }

  /** Whether the row is a transaction; any other is counted. */
  takes(cells: readonly string[]): boolean {
    const reason = this.#reason(cells);
    if (reason !== undefined) this.#input.leftOut.add(reason);
    return reason === undefined;
  }

  #reason(cells: readonly string[]): string | undefined {
    const rule = this.#rules.find((each) => isOf(each, cells));
    if (rule) return rule.reason;
    return isNoTransaction(cells, this.#input.columns) ? 'neither a date nor an amount' : this.#unbooked(cells);
  }

  /** As its status says. A word that is not known does not leave a row out, and in a ledger none does. */
  #unbooked(cells: readonly string[]): string | undefined {
    if (this.#status === undefined) return undefined;
    const cell = cells[this.#status] ?? '';
    const said = statusIn(cell);
    if (said.is === 'booked') return undefined;
    const { role, names, takenIn } = this.#input;
    const column = (names[this.#status] ?? '').trim().slice(0, 60);
    if (said.is === 'unbooked' && role === 'statement') return `${said.reason}, by '${column}'`;
    const says = `'${column}' says '${cell.trim().slice(0, 40)}'`;
    const isNamed = takenIn.counts.has(says) || takenIn.counts.size < mostStatuses;
    takenIn.add(isNamed ? says : `'${column}' says something else`);
    return undefined;
  }
}

type RowRule = Omit<LeaveOutRule, 'is' | 'startsWith'> & {
  readonly position: number;
  readonly is: ReadonlySet<string>;
  readonly startsWith: readonly string[];
};

const lower = (words: readonly string[]): string[] => words.map((word) => word.toLowerCase());

function rowRule({ is = [], startsWith = [], ...rule }: LeaveOutRule, position: number): RowRule {
  return { ...rule, position, is: new Set(lower(is)), startsWith: lower(startsWith) };
}

/** Without a header, each row may have another number of columns. @throws {RangeError} */
function assertThere(name: string, names: readonly string[], keys: readonly string[]): void {
  const position = positionOf(name, keys);
  const said = `leaveOut names the column '${name.slice(0, 60)}'`;
  if (names.length === 0) {
    if (position >= 0) return;
    throw new RangeError(`${said}, and there is no header; name it by its number, as in leaveOut.#3`);
  }
  if (position < 0 || position >= names.length) {
    const there = names.slice(0, 20).map((each) => `'${each.trim().slice(0, 60)}'`);
    throw new RangeError(`${said}, and there is none; there are ${there.join(', ')}`);
  }
  const again = name.startsWith('#') ? -1 : keys.indexOf(keys[position] ?? '', position + 1);
  if (again < 0) return;
  const ways = `leaveOut.#${position + 1} or leaveOut.#${again + 1}`;
  throw new RangeError(`${said}, which stands there twice; say which is meant by its number: ${ways}`);
}

function isOf({ position, is, startsWith, empty, filled }: RowRule, cells: readonly string[]): boolean {
  // A column that this version of the export does not have says nothing.
  if (position < 0) return false;
  const text = (cells[position] ?? '').trim().slice(0, 1000).toLowerCase();
  if (empty) return text === '';
  if (filled) return text !== '';
  return is.has(text) || startsWith.some((each) => text.startsWith(each));
}
