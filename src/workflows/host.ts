/**
 * The host of a workflow: scopes cancel activities, timers are durable, errors fail the workflow.
 * The surprising rule: timers and turns run uncancellable, since a cancelled block must still bound its clean-up.
 */
import {
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  sleep,
} from '@temporalio/workflow';
import type { FanOutError } from '../core/errors.ts';
import type { FanIn } from '../core/fan-in.ts';
import type { Host, Scope, TaskInfo } from '../core/host.ts';
import type { RunOutcome } from '../core/run.ts';
import { enter } from './live.ts';

export { refuseBad } from './desk.ts';

/** Tasks in flight that one workflow bears; Temporal advises at most 500 and refuses 2,000. */
const maxConcurrency = 500;
/** Bytes of new commands a workflow task bears; above 4 MB the server terminates the run. */
const maxBytes = 1_000_000;
/** Details of a failure that history takes without complaint; its limit is 2 MB. */
const maxDetailBytes = 500_000;

/** Characters of an outcome without a store; the server's limit is 2 MB, and a character may take more than a byte. */
const maxOutcomeBytes = 600_000;

const owners = new WeakMap<CancellationScope, TaskInfo>();

/** The task whose code is running, found through the scopes around it. */
export function currentTask(): TaskInfo | undefined {
  for (let scope: CancellationScope | undefined = CancellationScope.current(); scope; scope = scope.parent) {
    const task = owners.get(scope);
    if (task) return task;
  }
  return undefined;
}

export const workflowHost: Host = {
  maxConcurrency,
  maxBytes,
  openScope(task, within): Scope {
    const parent = within instanceof CancellationScope ? { parent: within } : {};
    const scope = new CancellationScope({ cancellable: true, ...parent });
    if (task) owners.set(scope, task);
    return scope;
  },
  context(_task, _scope, listens) {
    listens();
    return [];
  },
  timer,
  turn() {
    let passed = false;
    return CancellationScope.nonCancellable(async () => {
      const waiting = condition(() => passed);
      passed = true;
      await waiting;
    });
  },
  rest: () => CancellationScope.nonCancellable(() => sleep(1, { summary: 'hand over what was launched' })),
  onCancel(listener) {
    let listening = true;
    CancellationScope.current().cancelRequested.catch(() => {
      if (listening) listener();
    });
    return () => void (listening = false);
  },
  weigh: (item) => byteLength(item),
  fail,
  opened: enter,
};

function timer(milliseconds: number, summary: string, fire: () => void): () => void {
  let scope: CancellationScope | undefined;
  void CancellationScope.nonCancellable(async () => {
    scope = new CancellationScope();
    try {
      await scope.run(() => sleep(Math.max(1, milliseconds), { summary }));
    } catch (error) {
      if (isCancellation(error)) return;
      throw error;
    }
    fire();
  });
  return () => scope?.cancel();
}

/** A plain error would fail the workflow *task*, which is retried for ever; these fail the workflow. */
function fail<T>(error: FanOutError, fanIn?: FanIn<T>): Error {
  if (error.name === 'FanOutCancelledError') return new CancelledFailure(error.message, fanIn ? [bounded(fanIn)] : []);
  const details = error.name === 'InvalidOptionsError' ? [{ field: error.field }] : fanIn ? [bounded(fanIn)] : [];
  return ApplicationFailure.create({ message: error.message, type: error.name, nonRetryable: true, details });
}

/** The fan-in, without what its tasks returned where that would not fit into a failure. */
function bounded<T>(fanIn: FanIn<T>): FanIn {
  if (byteLength(fanIn) <= maxDetailBytes) return fanIn;
  return { ...fanIn, results: [], mergedResults: [], failedTasks: {} };
}

/** An outcome that the server takes: a result above 2 MB would be refused and retried for ever. */
export function outcome<A>(
  fanIn: FanIn,
  { answer, redriveOf }: { answer?: A; redriveOf?: string | undefined } = {},
  atMost = maxOutcomeBytes,
): RunOutcome<A> {
  const base = { ...(answer === undefined ? {} : { answer }), ...(redriveOf === undefined ? {} : { redriveOf }) };
  if (byteLength(fanIn) <= atMost) return { fanIn, ...base };
  return { fanIn: bounded(fanIn), ...base, resultsInPages: true };
}

function byteLength(value: unknown): number {
  try {
    // At most 3 bytes a UTF-16 unit; counting exactly would cost more than it tells.
    return JSON.stringify(value)?.length ?? 0;
  } catch {
    return 0;
  }
}
