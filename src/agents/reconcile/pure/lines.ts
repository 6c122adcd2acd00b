/** What is compared and what comes of it; plain JSON. Amounts are decimals in texts, since a binary number is not exact. */

/** One posting of a ledger or one transaction of a statement. */
export interface Line {
  /** Where it stands, such as `ledger.csv:12`; no two lines share it. */
  readonly place: string;
  /** As `2026-03-31`. */
  readonly date: string;
  /** What the account gained, such as `-12.50`, with all the decimals of its currency. */
  readonly amount: string;
  /** What the amount was before the bank took its fee, where the file says so. */
  readonly gross?: string;
  /** The bank's own identifier of this one transaction; two that differ are never the same. */
  readonly id?: string;
  readonly reference?: string;
  readonly counterparty?: string;
  readonly text?: string;
}

/** How far apart two lines may be and still be the same. */
export interface MatchRule {
  /** Days between the dates of a match. @default 3 */
  readonly windowDays: number;
  /** Days up to which lines that otherwise agree are one line with a wrong date. @default 10 */
  readonly lateDays: number;
  /** The most lines that together are one line of the other side. @default 5 */
  readonly maxLines: number;
  /** By how much the amounts of one reference or counterparty may differ, such as `0.05`. @default not at all */
  readonly tolerance?: string;
  /** What is kept back of an amount on its way, by whomever; the larger amount is the one before it. @default what a statement says itself */
  readonly fees?: readonly FeeRule[];
}

/** A share of an amount, a fixed sum, or both. */
export interface FeeRule {
  /** Such as `card`. */
  readonly name: string;
  /** Of the amount before the fee, such as `2.9`, rounded half up to the currency's decimals. @default '0' */
  readonly percent?: string;
  /** For each line, such as `0.25`. @default '0' */
  readonly fixed?: string;
}

export const matchDefaults: MatchRule = { windowDays: 3, lateDays: 10, maxLines: 5 };

/** What shows that lines are the same: a reference, a counterparty, the amount alone, a sum of several lines, or an amount less a fee or within a tolerance. */
export type Evidence = 'reference' | 'counterparty' | 'amount' | 'sum' | 'fee' | 'tolerance';

/** Lines that are the same; several on one side where they sum up to the one on the other. */
export interface Match {
  readonly by: Evidence;
  readonly ledger: readonly Line[];
  readonly statement: readonly Line[];
  /** Why the amounts are not the same: the fee or the tolerance, and the ledger's amount less the statement's. */
  readonly allowed?: { readonly name: string; readonly amount: string };
}

/** Two lines that are meant to be the same and are not. */
export interface Difference {
  readonly differs: 'amount' | 'date';
  readonly ledger: Line;
  readonly statement: Line;
}

/** A line that is there once more than it should be. */
export interface Duplicate {
  readonly line: Line;
  /** The place of the line that it repeats, on its own side. */
  readonly of: string;
}

/** Two lines without a counterpart that may belong together, for a person to decide. */
export interface Suggestion {
  /** The place of the line in the ledger, and of the one in a statement. */
  readonly ledger: string;
  readonly statement: string;
  /** From 55 to 100; more speaks for it. */
  readonly score: number;
  /** What speaks for it, the strongest first, such as `the same amount`. */
  readonly reasons: readonly string[];
}

/** Every line once. */
export interface Reconciliation {
  readonly matched: readonly Match[];
  readonly differences: readonly Difference[];
  /** In the ledger only. */
  readonly missingInStatement: readonly Line[];
  /** In a statement only. */
  readonly missingInLedger: readonly Line[];
  readonly duplicatesInLedger: readonly Duplicate[];
  readonly duplicatesInStatement: readonly Duplicate[];
  /** Among what is missing, ranked; absent from what an earlier version has found. */
  readonly suggestions?: readonly Suggestion[];
}
