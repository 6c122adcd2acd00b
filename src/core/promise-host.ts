/** The host of a plain process: an abort signal a task, ordinary timers. Runs under fake timers too. */
import { plainClock } from './clock.ts';
import type { FanOutControl } from './live/control.ts';
import type { Host, Scope, TaskInfo } from './host.ts';
import { checkNames } from './option-names.ts';

/**
 * What a task receives after its item in a plain process.
 *
 * @example const load = async (url: URL, { signal }: TaskContext) => (await fetch(url, { signal })).text();
 */
export interface TaskContext extends TaskInfo {
  /** Aborted when the task's result is no longer wanted. A task that reads it is given the cancel grace. */
  readonly signal: AbortSignal;
}

class AbortScope implements Scope {
  readonly controller = new AbortController();

  async run<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  cancel(): void {
    this.controller.abort(new DOMException('The task was cancelled', 'AbortError'));
  }
}

/**
 * What ends the fan-outs of a plain process, and who may change them.
 *
 * @example const options: PromiseHostOptions = { signal: AbortSignal.timeout(60_000) };
 */
export interface PromiseHostOptions {
  /** Aborting it cancels every fan-out of this host. */
  readonly signal?: AbortSignal | undefined;
  /** Receives each fan-out for live control. */
  readonly opened?: ((control: FanOutControl) => void) | undefined;
}

/**
 * A host for plain promises. A turn is a timer: those that are due with the deadline fire first, and still count.
 *
 * @example const { gather } = fanOut(promiseHost({ signal: controller.signal }));
 */
export function promiseHost(options: PromiseHostOptions = {}): Host<[TaskContext]> {
  checkNames(options, ['signal', 'opened'], '`promiseHost`');
  const { signal, opened } = options;
  return {
    maxConcurrency: Number.MAX_SAFE_INTEGER,
    maxBytes: Number.MAX_SAFE_INTEGER,
    openScope: () => new AbortScope(),
    context(task, scope, listens) {
      const { controller } = scope as AbortScope;
      return [
        {
          ...task,
          get signal() {
            listens();
            return controller.signal;
          },
        },
      ];
    },
    ...plainClock,
    async rest() {},
    onCancel(listener) {
      if (signal?.aborted) listener();
      signal?.addEventListener('abort', listener);
      return () => signal?.removeEventListener('abort', listener);
    },
    byteSize: () => 0,
    fail: (error) => error,
    opened(control) {
      refuseInWorkflow();
      opened?.(control);
      return () => {};
    },
  };
}

/**
 * Editors offer these verbs first, and in a workflow their timers and signals are not those that a replay knows.
 *
 * @throws {TypeError} in the sandbox of a workflow
 */
function refuseInWorkflow(): void {
  if ('__TEMPORAL_ACTIVATOR__' in globalThis)
    throw new TypeError(
      "In a workflow import the verbs from 'fanfold/workflow': those of 'fanfold' are for plain processes",
    );
}
