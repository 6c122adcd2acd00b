/** What a reconciliation is asked, what its tasks pass to each other, and what it answers: plain JSON. */
import type { Duration, RunContext } from '../../../index.ts';
import type { StatementFormat } from './csv-format.ts';
import type { Difference, Duplicate, Line, Match, MatchRule, Suggestion } from './lines.ts';

/** A part of a large file, as it was put into the store under its hash; parts may end anywhere, within a character too. */
export interface FilePiece {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * A file by its content: a text, bytes, the hash of what lies in the store, or its pieces there; never a path of some machine's disk.
 * Of pieces, a file in CSV is never in memory as a whole.
 *
 * @example const file: SourceFile = { name: 'ledger.csv', content: 'date,amount\n2026-01-31,5.00\n' };
 */
export type SourceFile = {
  /** Names it in errors and in the report; each name once. */
  readonly name: string;
  readonly csv?: StatementFormat;
} & (
  | { readonly content: string }
  | { readonly base64: string }
  | { readonly sha256: string }
  | { readonly pieces: readonly FilePiece[] }
);

/**
 * A person's word for a report.
 *
 * @example await client.say(runId, 'sign-off', { by: 'Ada', note: 'seen' } satisfies SignOffRequest);
 */
export interface SignOffRequest {
  readonly by: string;
  readonly note?: string;
  /** Of the report that was seen; any other is then refused. */
  readonly reportSha256?: string;
  /** The SHA-256 of files as they are now, by the name that the report has for each; one that has changed since is refused by its name. */
  readonly inputs?: Readonly<Record<string, string>>;
}

export interface ReconcileFiles {
  readonly ledger: SourceFile;
  readonly statements: readonly SourceFile[];
  /** The ledger's name of an account, and the statements' one. */
  readonly accounts?: Readonly<Record<string, string>>;
  readonly rule?: Partial<MatchRule>;
  /** Signs as soon as the report is made. */
  readonly signOff?: SignOffRequest;
  /** How long the finished report waits for somebody to sign it. @default not at all */
  readonly awaitSignOff?: Duration;
}

/** Of camt, MT940 and MT942 the message, such as `camt.054`. */
export type FileFormat = 'CSV' | 'OFX' | 'MT940' | 'MT942' | `camt.${string}`;

export type Role = 'ledger' | 'statement';

/** Where a file lies in the store that was put there before its run; only such files can be named from outside. */
export function inputKey(sha256: string): string {
  return `reconcile/input/${sha256}`;
}

/** Where bytes lie in the store. */
export interface Stored {
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The lines of one file, account, currency and month. */
export interface Chunk {
  /** Empty where the file does not say. */
  readonly account: string;
  /** Empty where the file does not say. */
  readonly currency: string;
  /** As `2026-03`. */
  readonly month: string;
  readonly lines: number;
  readonly total: string;
  readonly stored: Stored;
}

export interface StatementBalances {
  readonly account: string;
  readonly currency: string;
  /** The file, and the statement in it. */
  readonly name: string;
  readonly opening?: string;
  readonly closing?: string;
  /** What the lines between them sum up to. */
  readonly movement: string;
}

export interface FileRead {
  readonly name: string;
  readonly role: Role;
  readonly format: FileFormat;
  readonly sha256: string;
  readonly bytes: number;
  readonly lines: number;
  readonly chunks: readonly Chunk[];
  readonly balances: readonly StatementBalances[];
  /** What was left out and why, and what was guessed. */
  readonly notes: readonly string[];
}

/** What is compared by itself. */
export interface Partition {
  /** As `2026-03 DE89370400440532013000 EUR`. */
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  readonly ledger: readonly Stored[];
  readonly statement: readonly Stored[];
  /** What the months have matched, where this is what they have left. */
  readonly settled?: readonly Stored[];
}

export interface PartitionCompared {
  readonly id: string;
  readonly account: string;
  readonly currency: string;
  readonly matched: number;
  /** A {@link Reconciliation}, in the first round of its matches alone, in the second of everything else. */
  readonly result: Stored;
  /** Those of the second round; absent from workers of earlier versions, whose result has them. */
  readonly matches?: Stored;
  /** What found no match in its month. */
  readonly leftInLedger: Stored;
  readonly leftInStatement: Stored;
  readonly left: number;
  /** Of its matches; absent from workers of earlier versions. */
  readonly totals?: SideAmounts;
}

export interface Amounts {
  readonly lines: number;
  readonly total: string;
}

export type SideAmounts = Readonly<Record<Role, Amounts>>;

/** One account in one currency. */
export interface AccountTotals {
  readonly account: string;
  readonly currency: string;
  readonly ledger: Amounts;
  readonly statement: Amounts;
  readonly matched: SideAmounts;
  readonly differing: SideAmounts;
  readonly missingInStatement: Amounts;
  readonly missingInLedger: Amounts;
  readonly duplicates: SideAmounts;
  /** The ledger's total less the statements', less all that is listed; `0` in every report. */
  readonly unexplained: string;
  readonly balances: readonly BalanceCheck[];
}

/** Opening balance plus movement against closing balance. */
export interface BalanceCheck extends StatementBalances {
  /** `agrees`, `gap` with the amount that is missing, or `notGiven`. */
  readonly outcome: 'agrees' | 'gap' | 'notGiven';
  /** Closing less opening less movement. */
  readonly gap?: string;
}

/** In which account a finding is. */
export interface Where {
  readonly account: string;
  readonly currency: string;
}

/**
 * What a reconciliation found: matches, differences and what is missing on either side.
 *
 * @example const isClean = ({ clean, differences }: ReconciliationReport) => clean && differences.length === 0;
 */
export interface ReconciliationReport {
  readonly version: 1;
  /** Everything matched, and no balance has a gap. */
  readonly clean: boolean;
  /** What to try, such as a setting with which far more would match; absent where there is nothing. */
  readonly advice?: readonly string[];
  readonly rule: MatchRule;
  readonly inputs: readonly Omit<FileRead, 'chunks' | 'balances'>[];
  readonly accounts: readonly AccountTotals[];
  readonly differences: readonly (Where & Difference)[];
  readonly missingInStatement: readonly (Where & { readonly line: Line })[];
  readonly missingInLedger: readonly (Where & { readonly line: Line })[];
  readonly duplicatesInLedger: readonly (Where & Duplicate)[];
  readonly duplicatesInStatement: readonly (Where & Duplicate)[];
  /** What of the missing lines may belong together, ranked; absent where there is nothing. */
  readonly suggestions?: readonly (Where & Suggestion)[];
  readonly matched: readonly (Where & Match)[];
}

/** Matches of one account that lie in the store by themselves, as they are too many for one report. */
export interface MatchesElsewhere extends Where {
  readonly matches: number;
  readonly totals: SideAmounts;
  /** JSON of an object whose `matched` they are. */
  readonly stored: Stored;
}

/** The report as it lies in the store: large ones name by hash where most of their matches are. */
export interface StoredReport extends ReconciliationReport {
  /** Absent where `matched` has all of them. */
  readonly matchedIn?: readonly (Where & Stored & { readonly matches: number })[];
}

/**
 * Whether a report was signed, by whom and when.
 *
 * @example const signedBy = (signOff: SignOff) => (signOff.state === 'signedOff' ? signOff.by : undefined);
 */
export type SignOff =
  | { readonly state: 'notSignedOff' }
  | {
      readonly state: 'signedOff';
      readonly by: string;
      readonly note?: string;
      /** ISO 8601, UTC. */
      readonly at: string;
      /** Of the report that was signed. */
      readonly reportSha256: string;
      /** Of the files, accounts and rules that it is of. */
      readonly inputsSha256?: string;
    };

export interface ReportMade {
  /** The report; its lists are truncated where it would not fit into a message. */
  readonly report: ReconciliationReport;
  /** Whether nothing was truncated. The store has the whole in any case. */
  readonly complete: boolean;
  readonly stored: Stored;
  /** What did not match as CSV, in parts that together are one file; absent where the report is complete, and in runs of earlier versions. */
  readonly differences?: readonly Stored[];
  /** Of the hashes of all files in their order, the accounts and the rules; absent in runs of earlier versions. */
  readonly inputsSha256?: string;
  /** For people. */
  readonly text: string;
}

/**
 * A report with when it was made and who signed it.
 *
 * @example const { answer } = await client.run('reconcile', input); const { signOff } = answer as ReconciliationAnswer;
 */
export interface ReconciliationAnswer extends ReportMade {
  /** When the report was made, ISO 8601, UTC. */
  readonly madeAt: string;
  readonly signOff: SignOff;
}

/**
 * Of the options, those of a fan-out in which all must succeed: `concurrency`, `deadline`, `taskTimeout`, `attempts`.
 *
 * @example const input: ReconcileInput = { ledger: { name: 'ledger.csv', content }, statements: [{ name: 'bank.xml', base64 }] };
 */
export interface ReconcileInput extends RunContext, ReconcileFiles {}
