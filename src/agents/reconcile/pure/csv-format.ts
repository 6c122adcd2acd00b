/** How a CSV file is to be read, where it does not say so itself: a few settings, or the rules of a bank. */

export const csvColumns = [
  'date',
  'amount',
  'debit',
  'credit',
  'indicator',
  'gross',
  'fee',
  'currency',
  'account',
  'id',
  'reference',
  'counterparty',
  'payer',
  'payee',
  'text',
] as const;
export type CsvColumn = (typeof csvColumns)[number];

/** Rows that are no transactions of the account, such as pending ones; each is counted with the reason. */
export interface LeaveOutRule {
  /** A column's name in the header, or `#3` for the third. */
  readonly column: string;
  /** The cell is one of these, whatever its case. */
  readonly is?: readonly string[];
  /** The cell begins with one of these, whatever its case. */
  readonly startsWith?: readonly string[];
  /** The cell is empty. */
  readonly empty?: true;
  /** The cell is not empty. */
  readonly filled?: true;
  /** Such as `pending`. */
  readonly reason: string;
}

export interface StatementFormat {
  /** The rules of a well-known export, such as `ing-nl`; what else is given goes before them. */
  readonly profile?: string;
  /** As `windows-1252` or `shift_jis`. @default UTF-8 or what the file's first bytes say, else Windows-1252 */
  readonly encoding?: string;
  /** Rows above the header, or above the first row where there is none. @default the header is looked for */
  readonly skip?: number;
  /** Rows at the end that are no transactions. @default 0 */
  readonly footer?: number;
  /** Whether one of the rows names the columns; where none does, `columns` are given as `#1`, `#2`. @default true */
  readonly header?: boolean;
  /** @default 'point', or the one that alone fits every row */
  readonly decimal?: 'point' | 'comma';
  /** The order of day, month and year in dates such as 01/02/2026. @default the one that alone fits every row */
  readonly dates?: 'dmy' | 'mdy' | 'ymd';
  /** @default the one that parts the header */
  readonly delimiter?: string;
  /** `turned` where a charge is positive, as credit cards write it. @default 'asWritten' */
  readonly sign?: 'asWritten' | 'turned';
  /** Whether a debit is money in, as in the books of the account's owner, or money out, as a bank says it. @default 'in' in a ledger, 'out' in a statement */
  readonly debit?: 'in' | 'out';
  /** The account of lines that name none. */
  readonly account?: string;
  /** The currency of lines that name none. */
  readonly currency?: string;
  /** Names of columns that are not known by themselves, or `#3` for the third; of several the first that is not empty, and texts together. */
  readonly columns?: Partial<Record<CsvColumn, string | readonly string[]>>;
  /**
   * Beside those of the profile, and without one beside what a column such as `Status` of a statement says was not booked.
   * Each column must be there. An empty list leaves out none, whatever the profile or a status says. @default none beside those
   */
  readonly leaveOut?: readonly LeaveOutRule[];
}

/** The rules for the export of one bank. */
export interface CsvProfile extends Omit<StatementFormat, 'profile'> {
  /** As `ing-nl`. */
  readonly name: string;
  /** What it is of, for people. */
  readonly title: string;
  /** Columns whose names together are in no other bank's header. */
  readonly signature: readonly string[];
  /** Its header has besides those at most these; for names that other headers have as well. One that turns signs is asked for, not guessed. @default any */
  readonly only?: readonly string[];
}
