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

  constructor(input: RowFilterInput) {
    const { format, names, byUsualNames } = input;
    this.#input = input;
    const keys = names.map(nameOfColumn);
    this.#rules = (format.leaveOut ?? []).map((rule) => rowRule(rule, positionOf(rule.column, keys)));
    if (byUsualNames && format.leaveOut === undefined) this.#status = statusColumn(names);
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
    const word = takenIn.counts.size < mostStatuses ? `'${cell.trim().slice(0, 40)}'` : 'something else';
    takenIn.add(`'${column}' says ${word}`);
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

function isOf({ position, is, startsWith, empty, filled }: RowRule, cells: readonly string[]): boolean {
  // A column that this version of the export does not have says nothing.
  if (position < 0) return false;
  const text = (cells[position] ?? '').trim().slice(0, 1000).toLowerCase();
  if (empty) return text === '';
  if (filled) return text !== '';
  return is.has(text) || startsWith.some((each) => text.startsWith(each));
}
