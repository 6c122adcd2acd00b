/** A report as it lies in the store, with the matches and the differences of a large one part by part, each known by its hash. */
import { createHash } from 'node:crypto';
import { FanfoldError } from '../../errors.ts';
import type { Store } from '../../store/index.ts';
import { differencesCsv } from './findings-csv.ts';
import type { Match, Reconciliation } from './pure/lines.ts';
import type { ReconciliationAnswer, Stored, StoredReport, Where } from './pure/types.ts';

export function isReconciliation(value: unknown): value is ReconciliationAnswer {
  return typeof value === 'object' && value !== null && 'report' in value && 'signOff' in value && 'madeAt' in value;
}

export interface WholeReport {
  readonly report: StoredReport;
  /** All of them, in the order of their partitions. */
  readonly matches: () => AsyncIterable<readonly (Where & Match)[]>;
}

/** @throws {FanfoldError} of type `StoreNotShared` or `ResultsLost` */
export async function wholeReport(
  store: Pick<Store, 'get'>,
  answer: ReconciliationAnswer,
  runId: string,
): Promise<WholeReport> {
  const read = async (what: string, stored: Stored): Promise<unknown> =>
    JSON.parse(Buffer.from(await bytesOf(store, what, stored, runId)).toString('utf8'));
  const report: StoredReport = answer.complete
    ? answer.report
    : ((await read('report', answer.stored)) as StoredReport);
  return {
    report,
    async *matches() {
      for (const { account, currency, matches: _matches, ...stored } of report.matchedIn ?? []) {
        const { matched } = (await read('matches', stored)) as Reconciliation;
        yield matched.map((match) => ({ account, currency, ...match }));
      }
      yield report.matched;
    },
  };
}

/**
 * What did not match as CSV, of which at most a part is held at a time. All of it is looked at before the first piece is
 * given, so that a file that cannot be whole is not begun.
 *
 * @throws {FanfoldError} of type `StoreNotShared` or `ResultsLost`, before the first piece
 */
export async function* differencesOf(
  store: Pick<Store, 'get'>,
  answer: ReconciliationAnswer,
  runId: string,
): AsyncGenerator<string> {
  const { complete, differences: parts } = answer;
  if (complete || !parts) {
    yield* differencesCsv((await wholeReport(store, answer, runId)).report);
    return;
  }
  for (const part of parts) await bytesOf(store, 'differences', part, runId);
  for (const part of parts) yield Buffer.from(await bytesOf(store, 'differences', part, runId)).toString('utf8');
}

async function bytesOf(
  store: Pick<Store, 'get'>,
  what: string,
  { key, sha256 }: Stored,
  runId: string,
): Promise<Uint8Array> {
  const bytes = await store.get(key);
  if (!bytes) {
    const advice = 'name the store of its worker by FANFOLD_STORE or FANFOLD_HOME';
    throw new FanfoldError('StoreNotShared', `The ${what} of '${runId}' (${key}) is not in this store; ${advice}`);
  }
  // What a person signs is known by its hash.
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new FanfoldError('ResultsLost', `The ${what} of '${runId}' (${key}) is damaged; the same files make it anew`);
  return bytes;
}
