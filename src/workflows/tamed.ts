/**
 * What a workflow's code throws ends no process: a message with half a surrogate pair, causes in a circle or a Proxy are
 * brought into a form that the SDK can send.
 * The surprising rule: it is a module of its own that workers add, since the SDK finds interceptors by their modules only.
 */
import {
  ApplicationFailure,
  ContinueAsNew,
  isCancellation,
  TemporalFailure,
  type LocalActivityOptions,
  type WorkflowInterceptors,
} from '@temporalio/workflow';
import { milliseconds, type Duration } from '../core/duration.ts';
import { ownPrefix } from '../core/own-names.ts';
import { isA, messageOf, nameOf, propertyOf } from '../core/thrown.ts';
import { workerBeats } from './beating.ts';
import { countRun, countSteps, giveCounts } from './counted.ts';
import { endOfTask } from './current-task.ts';
import { writeIfAsked, writeWhenAsked } from './details.ts';
import { isRunOfKind } from './live-control.ts';
import { noteEnd, notePartial } from './outcome.ts';
import { takeSalt } from './shown-id.ts';
import { tame } from './tame.ts';

/** Found by the SDK under this name. */
export function interceptors(): WorkflowInterceptors {
  workerBeats();
  writeWhenAsked();
  countSteps();
  return {
    inbound: [
      {
        execute(input, next) {
          takeSalt(input.args);
          return passing(() => counted(next(input)).catch(endOfKind));
        },
        handleSignal: (input, next) => passing(() => next(input)),
        handleUpdate: (input, next) => passing(() => next(input)),
        handleQuery: (input, next) => passing(() => next(input)),
        validateUpdate(input, next) {
          try {
            next(input);
          } catch (error) {
            throw tame(error);
          }
        },
      },
    ],
    outbound: [
      {
        scheduleLocalActivity(input, next) {
          const { activityType, options } = input;
          return next(activityType.startsWith(ownPrefix) ? input : { ...input, options: withinTask(options) });
        },
      },
    ],
    internals: [
      {
        activate(input, next) {
          writeIfAsked(input.activation.jobs ?? []);
          next(input);
        },
        concludeActivation(input, next) {
          giveCounts();
          return next(input);
        },
      },
    ],
  };
}

/**
 * While a local activity runs no timer of the workflow fires, so that one would outlast the deadline of its fan-out.
 *
 * The SDK's core tries again what it ends by `startToCloseTimeout`, and where both timeouts end at once either may come
 * first: so that the shorter one stands alone. It also forgets a `scheduleToCloseTimeout` that ends between two tries,
 * unless the pause is a timer of the workflow: so that every pause is one.
 * Source: `TimeoutBag` and `complete` in `local_activities.rs` of github.com/temporalio/sdk-core.
 */
function withinTask(options: LocalActivityOptions): LocalActivityOptions {
  const endsAt = endOfTask()();
  if (endsAt === undefined) return options;
  const { scheduleToCloseTimeout, startToCloseTimeout, ...more } = options;
  const whole = Math.min(Math.max(1, endsAt - Date.now()), asked(scheduleToCloseTimeout, 'scheduleToCloseTimeout'));
  const each = asked(startToCloseTimeout, 'startToCloseTimeout');
  return {
    ...more,
    scheduleToCloseTimeout: whole,
    ...(each < whole && { startToCloseTimeout: each }),
    localRetryThreshold: 1,
  };
}

const asked = (timeout: Duration | undefined, name: string) =>
  timeout === undefined ? Infinity : milliseconds(timeout, name);

/** How a run of a kind ends is counted beside it, so that nothing of it comes later; one that goes on anew has not ended. */
function counted(work: Promise<unknown>): Promise<unknown> {
  work.then(
    (ended) => {
      if (!isRunOfKind()) return;
      noteEnd(ended);
      notePartial(ended);
      countRun('completed', stopOf(ended));
    },
    (error: unknown) => {
      if (!isRunOfKind() || isA(error, ContinueAsNew)) return;
      noteEnd(detailsOf(error));
      countRun(isCancellation(error) ? 'cancelled' : 'failed', stopOf(detailsOf(error)));
    },
  );
  return work;
}

/** Of a run's outcome, or of the fan-in in its failure. */
function stopOf(ended: unknown): string {
  const fanIn = propertyOf(ended, 'fanIn') ?? ended;
  const stoppedBy = propertyOf(fanIn, 'stoppedBy');
  return typeof stoppedBy === 'string' ? stoppedBy : 'none';
}

function detailsOf(error: unknown): unknown {
  return isA(error, ApplicationFailure) ? error.details?.[0] : undefined;
}

async function passing<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    throw tame(error);
  }
}

/**
 * A plain error fails the workflow task, which is tried again for ever without a word. Authors of workflows may count on
 * that, to mend their code meanwhile; a run of a kind ends with the reason.
 */
function endOfKind(error: unknown): never {
  const isPlain = !isA(error, TemporalFailure) && !isA(error, ContinueAsNew);
  if (!isPlain || !isRunOfKind()) throw error;
  throw ApplicationFailure.create({
    message: messageOf(error),
    type: nameOf(error),
    nonRetryable: true,
    cause: tame(error),
  });
}
