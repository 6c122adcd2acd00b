/**
 * Reconciliation: read every file, compare every partition, all or nothing, then a report that a person may sign.
 * It does not wait for a person unless asked to, and a report that nobody signed says so.
 */
import {
  knownResults,
  acceptUpdate,
  given,
  milliseconds,
  InvalidOptionsError,
  fanIn as merge,
  type FanIn,
  gatherOptions,
  type RunOutcome,
  describeError,
  groupFanIn,
  ownActivities,
  proxyActivities,
  outcome,
  refuseBad,
  workflowHost,
  listen,
  waitForPerson,
} from '../../../workflow.ts';
import type { ReconcileInput } from '../pure/types.ts';
import { ApplicationFailure, defineQuery, defineUpdate, isCancellation, setHandler } from '@temporalio/workflow';
import type { createReconcileActivities } from '../activities/index.ts';
import { matchDefaults } from '../pure/lines.ts';
import { leftovers, partitionsOf } from '../pure/partitions.ts';
import type { ReconciliationAnswer, ReportMade, SignOff, SignOffRequest } from '../pure/types.ts';

export const signOff = defineUpdate<SignOff, [SignOffRequest]>('signOff');
/** The report as soon as there is one. */
export const report = defineQuery<ReconciliationAnswer | undefined>('report');

type Activities = ReturnType<typeof createReconcileActivities>;

const maxName = 200;
const maxNote = 2000;

/** @throws {ApplicationFailure} of type `TaskFailedError`, which names the file or the partition that failed */
export async function reconcile(input: ReconcileInput): Promise<RunOutcome<ReconciliationAnswer>> {
  const { accounts = {}, options = {}, redriveOf } = input;
  listen();
  const waitMs = refuseBad(() => milliseconds(input.awaitSignOff ?? 0, 'awaitSignOff'));
  if (input.signOff) refuseBad(() => checkSignature(input.signOff));
  const desk = openDesk();
  const rule = { ...matchDefaults, ...input.rule };
  const retry = { maximumAttempts: options.attempts ?? 3 };
  // To hash and to copy a large file keeps the worker's thread busy, which then does not beat.
  const within = (heartbeatTimeout: '30s' | '5s') =>
    ownActivities(proxyActivities<Activities>({ startToCloseTimeout: '10 minutes', heartbeatTimeout, retry }));
  const [reading, comparing] = [within('30s'), within('5s')];
  const all = new Stages(input);

  const files = await all.run(
    'files',
    [
      { file: input.ledger, role: 'ledger' as const },
      ...input.statements.map((file) => ({ file, role: 'statement' as const })),
    ],
    ({ file }) => file.name,
    (each) => reading.readFinancialFile(each),
  );
  const months = await all.run(
    'partitions',
    refuseBad(() => partitionsOf(files, accounts)),
    ({ id }) => id,
    (partition) => comparing.comparePartition({ partition, rule, round: 'month' }),
  );
  const rest = await all.run(
    'across months',
    leftovers(months),
    ({ id }) => id,
    (partition) => comparing.comparePartition({ partition, rule, round: 'rest' }),
  );
  const made = await all.last('The report', () =>
    reading.makeReconciliationReport({ files, accounts, rule, compared: [...months, ...rest] }),
  );
  const answer = await desk.sign(made, input.signOff, waitMs);
  return outcome(all.fanIn(), { answer, redriveOf });
}

/** Fan-outs one after the other, each all or nothing; a failure carries what all of them had, so that a redrive knows it. */
class Stages {
  readonly #input: ReconcileInput;
  readonly #done: FanIn[] = [];

  constructor(input: ReconcileInput) {
    this.#input = input;
  }

  async run<I, T>(
    name: string,
    items: readonly I[],
    id: (item: I) => string,
    task: (item: I) => Promise<T>,
  ): Promise<readonly T[]> {
    const { options = {}, known } = this.#input;
    const rule = refuseBad(() => gatherOptions<I, T>(options));
    try {
      const found = await groupFanIn(workflowHost, items, task, {
        name,
        id,
        ...rule,
        ...knownResults<T>(known),
      });
      this.#done.push(found);
      return found.mergedResults;
    } catch (error) {
      throw this.#withAll(error);
    }
  }

  /** What comes after all fan-outs and fails as plainly as they do. */
  async last<R>(what: string, work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { name: type, message } = describeError(error);
      const details = [this.fanIn()];
      throw ApplicationFailure.create({ message: `${what} failed: ${message}`, type, nonRetryable: true, details });
    }
  }

  fanIn(last: readonly FanIn[] = []): FanIn {
    const all = [...this.#done, ...last];
    const elapsedMs = all.reduce((sum, each) => sum + each.elapsedMs, 0);
    const stoppedBy = all.at(-1)?.stoppedBy ?? 'allSettled';
    return merge(
      all.flatMap(({ results }) => results),
      { elapsedMs, stoppedBy },
    );
  }

  #withAll(error: unknown): unknown {
    if (!(error instanceof ApplicationFailure) || error.type !== 'TaskFailedError') return error;
    const [own] = (error.details ?? []) as FanIn[];
    const details = own ? [this.fanIn([own])] : [];
    return ApplicationFailure.create({ message: error.message, type: error.type, nonRetryable: true, details });
  }
}

/** Where the report lies until it is signed. */
function openDesk() {
  let shown: ReconciliationAnswer | undefined;
  const sign = (request: SignOffRequest): SignOff => {
    if (!shown) throw new InvalidOptionsError('signOff', 'is too early: there is no report to sign yet');
    const { by, note } = request;
    const signature: SignOff = {
      state: 'signedOff',
      by: by.trim(),
      ...given({ note }),
      at: new Date().toISOString(),
      reportSha256: shown.stored.sha256,
      ...given({ inputsSha256: shown.inputsSha256 }),
    };
    shown = { ...shown, signOff: signature };
    return signature;
  };
  setHandler(report, () => shown);
  acceptUpdate(signOff, { check: (request) => checkOpen(shown, request), apply: sign });
  return {
    async sign(made: ReportMade, signature: SignOffRequest | undefined, waitMs: number): Promise<ReconciliationAnswer> {
      shown = { ...made, madeAt: new Date().toISOString(), signOff: { state: 'notSignedOff' } };
      if (signature) sign(signature);
      else if (waitMs > 0) {
        await waitForPerson(() => shown?.signOff.state === 'signedOff', waitMs, 'waits for the report to be signed');
      }
      return shown;
    },
  };
}

function checkOpen(shown: ReconciliationAnswer | undefined, request: unknown): void {
  checkSignature(request);
  if (!shown) throw new InvalidOptionsError('signOff', 'is too early: there is no report to sign yet');
  const { reportSha256: seen, inputs = {} } = request as SignOffRequest;
  if (seen !== undefined && seen !== shown.stored.sha256)
    throw new InvalidOptionsError('reportSha256', `is not of this report, which has ${shown.stored.sha256}`, seen);
  if (shown.signOff.state === 'signedOff')
    throw new InvalidOptionsError('signOff', `is done: ${shown.signOff.by} signed this report at ${shown.signOff.at}`);
  for (const [name, hash] of Object.entries(inputs)) checkInput(shown, name, hash);
}

/** A signature is of what the files were when they were compared. */
function checkInput({ report: { inputs } }: ReconciliationAnswer, name: string, hash: string): void {
  const own = inputs.find((input) => input.name === name);
  const field = `inputs.${name}`;
  if (!own)
    throw new InvalidOptionsError(
      field,
      `is no file of this report, which is of ${inputs.map((each) => each.name).join(', ')}`,
    );
  if (own.sha256 !== hash)
    throw new InvalidOptionsError(
      field,
      `has changed since it was compared, as it had ${own.sha256}; compare it anew`,
      hash,
    );
}

function checkSignature(request: unknown): void {
  const { by, note } = (request ?? {}) as Partial<Record<'by' | 'note', unknown>>;
  if (typeof by !== 'string' || by.trim() === '' || by.length > maxName)
    throw new InvalidOptionsError('by', `must be the name of who signs, of at most ${maxName} characters`, by);
  if (note !== undefined && (typeof note !== 'string' || note.length > maxNote))
    throw new InvalidOptionsError('note', `must be a text of at most ${maxNote} characters`, note);
}
