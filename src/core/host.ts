/** What a fan-out needs from where it runs: a workflow, a plain process, or a test. */
import type { FanIn } from './fan-in.ts';
import type { FanOutError } from './errors.ts';
import type { FanOutControl } from './live/control.ts';

/**
 * A block whose unfinished work is cancelled with it. Temporal's `CancellationScope` is one.
 *
 * @example const scope: Scope = host.openScope(); scope.cancel();
 */
export interface Scope {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** As `run`, without a promise: calls one of the two when the work has ended, never before it returns. @default by `run` */
  start?<T>(work: () => Promise<T> | T, landed: (value: T) => void, failed: (error: unknown) => void): void;
  cancel(): void;
}

/**
 * Which task an attempt belongs to.
 *
 * @example const label = ({ fanOut, id, attempt }: TaskInfo) => `${fanOut}: ${id}, attempt ${attempt}`;
 */
export interface TaskInfo {
  readonly id: string;
  /** Position among the tasks, from 0. */
  readonly index: number;
  /** 1, or 2 for a backup. */
  readonly attempt: number;
  /** The fan-out's name, if it has one. */
  readonly fanOut: string | undefined;
  /** When nobody waits for the task any more, in milliseconds since the Unix epoch; undefined while nobody says. */
  readonly endsAt?: () => number | undefined;
  /** The policy must see it task by task, so that its calls may not wait for one another. */
  readonly seeEach?: boolean;
}

/**
 * `Context` is what a task receives after its item: nothing in a workflow, a signal in a plain process.
 *
 * @example const host: Host<[TaskContext]> = promiseHost();
 */
export interface Host<Context extends readonly unknown[] = []> {
  /** Opens the scope of a task inside its fan-out's, or without arguments the fan-out's own inside the current one. */
  openScope(task?: TaskInfo, within?: Scope): Scope;
  /** `listens` is to be called when the task shows that it listens to a cancel: only such tasks get a grace. */
  context(task: TaskInfo, scope: Scope, listens: () => void): Context;
  /**
   * Calls `fire` once after a time; the answer cancels it. `summary` names the timer for people. `isOfMany` says that there
   * is one a task and that most never fire, so that a host may have one timer for all of them.
   */
  timer(milliseconds: number, summary: string, fire: () => void, isOfMany?: boolean): () => void;
  /** Resolves once everything that lands at this very instant has been delivered. */
  turn(): Promise<void>;
  /** Resolves in a later turn of the host, so that what was launched is sent first. */
  rest(): Promise<void>;
  /** Calls `listener` when the block around the fan-out is cancelled, at once if it is already; the answer unsubscribes. */
  onCancel(listener: () => void): () => void;
  /** The byte size of what launching an item sends in one turn; hosts without such a limit say 0. */
  byteSize(item: unknown): number;
  /** Whether what a task threw is no failure of the task, but the end of all that is around it. @default never */
  passes?(thrown: unknown): boolean;
  /** Whether a task threw it by itself, where failures of its calls are of another kind. @default never */
  isOwnCode?(thrown: unknown): boolean;
  /** Whether the spent budget of a tenant ends a fan-out; asked only where one is spent. @default always */
  endsWithTenant?(): boolean;
  /** The error this host fails with. */
  fail<T>(error: FanOutError, fanIn?: FanIn<T>): Error;
  /** Makes a fan-out reachable for live control under its name; the answer is called whenever it has changed. */
  opened(control: FanOutControl): () => void;
  /** The most tasks in flight that this host takes. */
  readonly maxConcurrency: number;
  /** The most bytes this host takes in one turn. */
  readonly maxBytes: number;
}
