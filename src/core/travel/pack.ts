/** What a pack is asked and what it answers; plain JSON between the workflow and the activity that runs it. */
import type { TaskFailure, TaskResult, TaskSuccess } from '../task.ts';
import type { CallFailure } from './call-failure.ts';
import type { RetryRule } from './retry.ts';

export interface PackTask {
  readonly id: string;
  /** Of a call, the list of its arguments. */
  readonly input: unknown;
  /** What the call's `Context` says is its activity's id. @default the task's id */
  readonly callId?: string;
  /** When nobody waits for it any more, in milliseconds since the Unix epoch. @default never */
  readonly endsAt?: number;
  /** Where others have tried it before. */
  readonly tried?: EarlierTries;
}

/** Attempts that failed, and milliseconds until the next one is due. */
export interface EarlierTries {
  readonly attempts: number;
  readonly delayMs: number;
}

/** The rule for an activity that runs many tasks. */
export interface PackRule {
  /** The registered activity to run for each task. */
  readonly activity: string;
  /** Tasks at once. */
  readonly width: number;
  /** Attempts of each task, the first included. */
  readonly attempts: number;
  readonly taskTimeoutMs?: number;
  /** Milliseconds since the Unix epoch at which it settles itself and returns what it has. */
  readonly deadlineAt?: number;
  /** Over as soon as it alone has this many successes. */
  readonly first?: number;
  /** Over as soon as it alone has more failures than this. */
  readonly maxFailures?: number;
}

export interface PackInput extends PackRule {
  /** The tasks are calls of a workflow's tasks, which see the failure that they would have seen alone. */
  readonly calls?: true;
  /** What it says it is when it reports what has settled, while others still run. @default it reports of calls, as its activity's id */
  readonly reportAs?: string;
  /** Milliseconds of one attempt. */
  readonly attemptTimeoutMs?: number;
  readonly retry?: RetryRule;
  /** Of a local pack: when the workflow sent it, by the workflow's time. @default it is not known whether this is a replay */
  readonly sentAt?: number;
  readonly tasks: readonly PackTask[];
}

/** What is left of a pack that died for good. */
export interface RecoveredPack {
  readonly results: readonly TaskResult[];
  /** What could not be read, and may have had more of them. */
  readonly unread?: string;
}

/** What became of a call. */
export type CallResult = TaskSuccess | (TaskFailure & { readonly failure?: CallFailure });

/** What a local pack says of a call that it has not brought to an end: it runs there still, or is for somebody else to try. */
export interface OpenCall {
  readonly id: string;
  readonly open: 'running' | EarlierTries;
}

/** What a local pack answers of a call. */
export type CallAnswer = CallResult | OpenCall;

/** The signal by which a pack reports to a workflow what has settled while others still run. */
export const settledSignal = 'fanfold.settled';

/** What has settled of a pack since its last report. */
export interface SettledCalls {
  readonly activityId: string;
  readonly results: readonly CallResult[];
}

/** One result a task, in the order of the tasks. */
export type PackOutput = readonly TaskResult[];

/** A result by its place: the page, the position in it, and the result as JSON. A pack is one page. */
export type Entry = readonly [page: number, at: number, line: string];

/** The checkpoint that a heartbeat of many tasks carries: how much lies in the store, and what is newer. */
export interface PackCheckpoint {
  readonly spills: number;
  /** Whose these are, in the order in which they were written; absent from workers of earlier versions. */
  readonly spilledBy?: readonly (readonly [attempt: number, spills: number])[];
  readonly recent: readonly Entry[];
  /** What runs, for who looks at it; nobody goes on with it. Absent from packs and from workers of earlier versions. */
  readonly now?: RunningNow;
}

/** An item that runs: since when, in milliseconds since the Unix epoch, and at which attempt. */
export type RunningItem = readonly [id: string, startedAt: number, attempts: number];

/** The items that run longest. */
export interface RunningNow {
  /** Of the activity that says so. */
  readonly attempt: number;
  readonly items: readonly RunningItem[];
}

/** Heartbeat details come from outside; those of another shape are nobody's checkpoint. */
export function checkpointIn(details: unknown): PackCheckpoint | undefined {
  const checkpoint = details as Partial<PackCheckpoint> | null | undefined;
  return typeof checkpoint?.spills === 'number' && Array.isArray(checkpoint.recent)
    ? (checkpoint as PackCheckpoint)
    : undefined;
}
