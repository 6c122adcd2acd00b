/** What a run of a ready workflow is asked and what it answers: plain JSON, so that any language can start one. */
import type { FanIn } from './fan-in.ts';
import type { RunOptions } from './run-options.ts';
import type { TaskSuccess } from './task.ts';

/**
 * One task as data.
 *
 * @example const task: TaskSpec = { id: 'a', activity: 'score', input: { id: 7 }, cacheKey: 'score-7' };
 */
export interface TaskSpec {
  readonly id: string;
  /** The name of a registered activity. */
  readonly activity: string;
  readonly input?: unknown;
  /** What it counts against the budget. @default 1 */
  readonly cost?: number;
  /**
   * Shares one execution with every task of this activity and key, in this run or another one of its tenant, until the
   * result's time is up.
   */
  readonly cacheKey?: string;
  /**
   * Declares the row of `cacheKey` shared by all tenants: whoever declares it too finds what another's run has put there, so it
   * is for results that are nobody's, such as a public page. @default the row is the tenant's own
   */
  readonly shared?: true;
  /** The named limit it waits at. */
  readonly limit?: string;
}

/**
 * What every ready workflow takes besides its own input.
 *
 * @example interface DigestInput extends RunContext { readonly pages: readonly string[] }
 */
export interface RunContext {
  readonly options?: RunOptions;
  /** The run whose failed tasks this one does again. */
  readonly redriveOf?: string;
  /** What succeeded there, by task id. */
  readonly known?: Readonly<Record<string, TaskSuccess>>;
}

/**
 * The successes of an earlier run, as the results that this run's tasks have: a redrive is of the same kind of run, so
 * they are of that kind's type, which a message of JSON cannot say.
 *
 * @example gather(files, review, { ...knownResults<Found>(input.known) })
 */
export function knownResults<T>(known: RunContext['known']): {
  readonly known?: Readonly<Record<string, TaskSuccess<T>>>;
} {
  return known ? { known: known as Readonly<Record<string, TaskSuccess<T>>> } : {};
}

/**
 * What the activity that asks the cache first receives.
 *
 * @example const input: CachedInput = { activity: 'score', input: { id: 7 }, ttlMs: 60_000 };
 */
export interface CachedInput {
  readonly activity: string;
  readonly input: unknown;
  /** What a caller chose. @default the row is that of the input, which no key of a caller's reaches */
  readonly key?: string;
  /** Whose run asks: nobody finds the results of another tenant. @default nobody's in particular */
  readonly tenant?: string;
  /** The row is that of all who declare it so, whoever asks. @default it is the tenant's */
  readonly shared?: true;
  readonly ttlMs: number;
}

/**
 * What a run of tasks as data is asked.
 *
 * @example const input: RunTasksInput = { tasks: [{ id: 'a', activity: 'score', input: 7 }], options: { deadline: '1 minute' } };
 */
export interface RunTasksInput extends RunContext {
  readonly tasks: readonly TaskSpec[];
}

/**
 * What every ready workflow returns.
 *
 * @example async function digest(input: DigestInput): Promise<RunOutcome<Digest>> { return outcome(await gather(input.pages, load)); }
 */
export interface RunOutcome<A = unknown> {
  readonly fanIn: FanIn;
  readonly answer?: A;
  readonly redriveOf?: string;
  /** The results are too large for one message: `fanIn` has only its counts, and the `results` query has the rest. */
  readonly resultsInPages?: true;
}

/**
 * A call that waits for a person: one to allow, or a question to answer.
 *
 * @example const [first]: PendingApproval[] = await handle.query('approvals');
 */
export interface PendingApproval {
  readonly callId: string;
  readonly tool: string;
  readonly input: unknown;
  /** What is asked, where it waits for words and not for a yes. */
  readonly question?: string;
  /** Milliseconds since the Unix epoch; it counts as rejected then, or as not answered. */
  readonly until: number;
}
