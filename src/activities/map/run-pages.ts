/**
 * Runs the tasks of some pages side by side in one activity and writes their results; only counts go back.
 * The surprising rule: a cancel that the run asked for ends it in order, with what there is; any other makes it fail, to be tried again.
 */
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import type { UnitInput, UnitNews, UnitReport } from '../../core/map/types.ts';
import { Pool, type Running } from '../../core/travel/runner.ts';
import { SourceChangedError } from '../../store/pages/read.ts';
import { spillPrefix } from '../../store/pages/keys.ts';
import { readTable } from '../../store/pages/table.ts';
import type { Store } from '../../store/store.ts';
import { asTask } from '../travel/task-context.ts';
import { Checkpoint, recovered, toldBy } from '../travel/checkpoint.ts';
import { activityNamed } from '../activity-named.ts';
import type { FindActivity } from '../find-activity.ts';
import { UnitPages, type Place } from './unit.ts';

type Activity = (input: unknown) => unknown;

export async function runPages(store: Store, find: FindActivity, input: UnitInput): Promise<UnitReport> {
  const activity = activityNamed(find, input.activity);
  const context = Context.current();
  const told = toldBy(context.info.heartbeatDetails) ?? toldBy(input.told);
  const spilled = spillPrefix(input.folder, input.number);
  const checkpoint = new Checkpoint(store, spilled, told, (now) => context.heartbeat(now));
  const pages = new UnitPages({
    store,
    input,
    table: await readTable(store, input.folder, input.part),
    again: input.again === true || context.info.attempt > 1,
    recovered: await recovered(store, spilled, told),
    finished: (entry) => checkpoint.add(entry),
    written: (page) => checkpoint.written(page),
  });
  try {
    if (input.seal) await seal(pages);
    else await run(pages, activity, input, context);
    return pages.report;
  } catch (error) {
    if (error instanceof SourceChangedError) throw ApplicationFailure.nonRetryable(error.message, error.name);
    throw error;
  } finally {
    await checkpoint.end();
  }
}

/** Nothing runs; what is known is written, and the rest of what was begun is cut. */
async function seal(pages: UnitPages): Promise<void> {
  while (await pages.load());
  await pages.close([]);
}

async function run(pages: UnitPages, activity: Activity, input: UnitInput, context: Context): Promise<void> {
  let stop = idle;
  const pool = new Pool<Place>(
    { width: input.width, attempts: input.attempts, taskTimeoutMs: input.taskTimeoutMs },
    {
      supply: () => pages.load(),
      run: (running) => {
        const { item } = running.task;
        pages.begin(running.task);
        const task = { id: item.id, attempt: running.attempts, signal: () => signalOf(running) };
        return asTask(context, task, () => activity(item.input));
      },
      settled: (running, outcome) => {
        pages.settled(running, outcome);
        if (pages.succeeded >= (input.first ?? Infinity) || pages.failed > (input.maxFailures ?? Infinity)) stop();
      },
    },
  );
  const stopped = new Promise<void>((resolve) => {
    stop = () => {
      pool.stop();
      resolve();
    };
  });
  const end = watch(input, context, pages, stop);
  try {
    pool.start();
    await Promise.race([pool.over, stopped]);
    const { cancelled, cancellationDetails } = context;
    // The worker goes, or the attempt counts no more: somebody else does the rest.
    if (context.cancellationSignal.aborted && !cancellationDetails?.cancelRequested) await cancelled;
    await pages.close(pool.running);
  } finally {
    end();
    pool.stop();
    pool.cancel();
  }
}

const idle = (): void => {};

/** Made for those tasks only that look at it. */
function signalOf(running: Running<Place>): AbortSignal {
  const controller = new AbortController();
  const { cancel } = running;
  running.cancel = () => {
    cancel?.();
    controller.abort(new CancelledFailure('The task was cancelled'));
  };
  if (running.settled) running.cancel();
  return controller.signal;
}

/** Stops at the deadline and at a cancel, and tells the counts meanwhile. */
function watch(input: UnitInput, context: Context, pages: UnitPages, stop: () => void): () => void {
  const { deadlineAt } = input;
  // A turn later, so that what lands at the very instant counts.
  const late = (): NodeJS.Timeout => setTimeout(stop, 0);
  const timer = deadlineAt === undefined ? undefined : setTimeout(late, Math.max(0, deadlineAt - Date.now()));
  const { cancellationSignal: signal } = context;
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const quiet = tell(input, context, pages);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    quiet();
  };
}

/** Ever more seldom: each message costs the run four events of its history. */
function tell({ number, tellMs }: UnitInput, context: Context, pages: UnitPages): () => void {
  const { workflowExecution } = context.info;
  if (!workflowExecution) return () => {};
  let wait = tellMs;
  let toldOf = 0;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    timer = setTimeout(() => {
      const { succeeded, failed } = pages;
      if (succeeded + failed > toldOf) {
        toldOf = succeeded + failed;
        const news: UnitNews = { number, succeeded, failed };
        // News that are lost come with the report.
        context.client.workflow
          .getHandle(workflowExecution.workflowId)
          .signal('unitNews', news)
          .catch(() => {});
      }
      wait = Math.min(wait * 1.5, tellMs * 20);
      next();
    }, wait);
  };
  next();
  return () => clearTimeout(timer);
}
