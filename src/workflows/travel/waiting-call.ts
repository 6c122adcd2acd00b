/** A call that waits for its way and travels it: it settles once, and a cancel reaches it wherever it is. */
import { CancellationScope, type ActivityOptions } from '@temporalio/workflow';
import type { Travel } from '../../core/travel/choose-travel.ts';
import type { EarlierTries } from '../../core/travel/pack.ts';
import { TaskScope } from '../task-scope.ts';
import { cancelledCall } from './call-failure.ts';

/** What a pack can do for a call; calls of other options travel alone. */
export type CallOptions = Required<Pick<ActivityOptions, 'startToCloseTimeout' | 'retry'>>;

export interface Call {
  readonly activity: string;
  /** What its `Context` says, and the Web UI where it travels alone. */
  readonly id: string;
  readonly args: readonly unknown[];
  readonly options: CallOptions;
  readonly travel: Travel | undefined;
  /** When nobody waits for it any more, in milliseconds since the Unix epoch. */
  readonly endsAt: () => number | undefined;
  /** Schedules it as an activity of its own. */
  readonly alone: () => Promise<unknown>;
}

/** A call of the scope that is current when it is made. */
export class WaitingCall implements Call {
  readonly activity: string;
  readonly id: string;
  readonly args: readonly unknown[];
  readonly options: CallOptions;
  readonly travel: Travel | undefined;
  readonly endsAt: () => number | undefined;
  readonly alone: () => Promise<unknown>;
  /** About: the characters of its input as JSON, each of which takes three bytes at most. */
  readonly bytes: number;
  readonly scope = CancellationScope.current();
  settled = false;
  /** Until when it was sent. */
  sentUntil = Infinity;
  /** What a local pack tried of it before it handed the call back. */
  tried: EarlierTries | undefined;
  /** Called when it is cancelled while it travels. */
  cancelled: () => void = () => {};
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #deaf: () => void = () => {};

  constructor(call: Call, bytes: number, resolve: (value: unknown) => void, reject: (error: unknown) => void) {
    this.activity = call.activity;
    this.id = call.id;
    this.args = call.args;
    this.options = call.options;
    this.travel = call.travel;
    this.endsAt = call.endsAt;
    this.alone = call.alone;
    this.bytes = bytes;
    this.#resolve = resolve;
    this.#reject = reject;
    if (this.scope.consideredCancelled) this.#cancel();
    else if (this.scope instanceof TaskScope) this.#deaf = this.scope.onCancel(() => this.#cancel());
    else this.scope.cancelRequested.catch(() => this.#cancel());
  }

  resolve(value: unknown): void {
    if (this.#settle()) this.#resolve(value);
  }

  reject(error: unknown): void {
    if (this.#settle()) this.#reject(error);
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.#deaf();
    return true;
  }

  #cancel(): void {
    if (this.settled || !this.scope.consideredCancelled) return;
    this.reject(cancelledCall(this.activity, this.id));
    this.cancelled();
  }
}
