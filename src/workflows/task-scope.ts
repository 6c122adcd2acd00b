/**
 * The scope of a task: cancels what the task called, and says whose code is running. There is one a task, so its own
 * promises are few and no stack trace is kept of them.
 */
import { CancellationScope } from '@temporalio/workflow';
import type { Scope } from '../core/host.ts';
import { tracked, untracked } from './untracked.ts';

export class TaskScope extends CancellationScope implements Scope {
  /** Called once, when the scope is cancelled by itself or with one around it. */
  readonly #listeners = new Set<() => void>();

  private constructor(parent: CancellationScope) {
    super({ cancellable: true, parent });
    const { reject } = this;
    // The SDK rejects by it for either reason; a promise a listener would be another way to hear of it.
    Object.defineProperty(this, 'reject', {
      value: (reason: unknown) => {
        reject(reason);
        const listeners = [...this.#listeners];
        this.#listeners.clear();
        for (const listener of listeners) listener();
      },
    });
  }

  static open(parent: CancellationScope = CancellationScope.current()): TaskScope {
    return untracked(() => new TaskScope(parent));
  }

  /** The answer unsubscribes. */
  onCancel(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  start<T>(work: () => Promise<T> | T, landed: (value: T) => void, failed: (error: unknown) => void): void {
    untracked(() => {
      void Promise.resolve(this.run(() => tracked(work) as Promise<T>)).then(landed, failed);
    });
  }

  /** What runs inside keeps its own promise, which is all that the SDK's own would wait for. */
  protected override runInContext<T>(work: () => Promise<T>): Promise<T> {
    try {
      return work();
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
