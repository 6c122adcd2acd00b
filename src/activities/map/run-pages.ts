/**
 * Runs the tasks of some pages side by side in one activity and writes their results; only counts go back.
 * The surprising rule: a cancel that the run asked for ends it in order, with what there is; any other makes it fail, to be tried again.
 */
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { UnitInput, UnitReport } from '../../core/map/types.ts';
import { checkpointIn, type RunningItem } from '../../core/travel/pack.ts';
import { Runner, type RunnerEnd } from '../../core/travel/runner.ts';
import { SourceChangedError } from '../../store/pages/read.ts';
import { sealingAttempt, spillPrefix } from '../../store/pages/keys.ts';
import { readTable } from '../../store/pages/table.ts';
import type { Store } from '../../store/store.ts';
import { runToEnd } from '../travel/run-to-end.ts';
import { asTask } from '../travel/task-context.ts';
import { Checkpoint, recovered } from '../travel/checkpoint.ts';
import { activityNamed } from '../activity-named.ts';
import type { FindActivity } from '../find-activity.ts';
import { assertStore } from './own-store.ts';
import { whole } from './plan-part.ts';
import { reportsOf } from './reports.ts';
import { UnitPages, type Place } from './unit.ts';

type Activity = (input: unknown) => unknown;

export async function runPages(store: Store, find: FindActivity, input: UnitInput): Promise<UnitReport> {
  const activity = activityNamed(find, input.activity);
  const context = Context.current();
  await assertStore(store, input.store, 'The run has its pages');
  const before = checkpointIn(context.info.heartbeatDetails) ?? checkpointIn(input.told);
  const spilled = spillPrefix(input.folder, input.number);
  const checkpoint = new Checkpoint(store, spilled, { before, attempt: context.info.attempt }, (now) =>
    context.heartbeat(now),
  );
  const pages = new UnitPages({
    store,
    input,
    attempt: input.seal ? sealingAttempt : context.info.attempt,
    table: await whole(readTable(store, input.folder, input.part)),
    again: input.again === true || context.info.attempt > 1,
    recovered: await recovered(store, spilled, before),
    finished: (entry) => checkpoint.add(entry),
    writing: (page) => checkpoint.writing(page),
    written: (page) => checkpoint.written(page),
  });
  try {
    return await (input.seal ? seal(pages) : run(pages, { activity, input, context, checkpoint }));
  } catch (error) {
    if (error instanceof SourceChangedError) throw ApplicationFailure.nonRetryable(error.message, error.name);
    throw error;
  } finally {
    await checkpoint.end();
  }
}

/** Nothing runs; what is known is written, and the rest of what was begun is written as open. */
async function seal(pages: UnitPages): Promise<UnitReport> {
  while (await pages.load());
  await pages.close([]);
  return pages.report;
}

interface Work {
  readonly activity: Activity;
  readonly input: UnitInput;
  readonly context: Context;
  readonly checkpoint: Checkpoint;
}

async function run(pages: UnitPages, { activity, input, context, checkpoint }: Work): Promise<UnitReport> {
  const runner = new Runner<Place>(input, {
    supply: () => pages.load(),
    run: (running) => {
      const { item } = running.task;
      pages.begin(running.task);
      return asTask(context, item.id, running, activity, [item.input]);
    },
    settled: (running, outcome) => pages.settled(running, outcome),
    tally: () => pages,
    endsWithTenant: true,
  });
  checkpoint.show(() => longest(runner));
  const reports = reportsOf(input, context, pages);
  try {
    const end = await runToEnd(runner, context);
    await pages.close(runner.running);
    return reports.answer({ ...pages.report, ...endedBy(end) });
  } finally {
    reports.stop();
    runner.stop();
    runner.cancel();
  }
}

/** So many are shown of a unit, or as many as fit: a heartbeat is kept by the server with all that it says. */
const mostShown = 20;
const mostShownBytes = 4000;

/** A runner has what runs in the order in which it began. */
function longest({ running }: Runner<Place>): RunningItem[] {
  const shown: RunningItem[] = [];
  let bytes = 0;
  for (const { task, startedAt, attempts } of running) {
    const item: RunningItem = [task.item.id, startedAt, attempts];
    bytes += Buffer.byteLength(JSON.stringify(item));
    if (shown.length === mostShown || bytes > mostShownBytes) break;
    shown.push(item);
  }
  return shown;
}

function endedBy(end: RunnerEnd): Pick<UnitReport, 'endedBy'> {
  if (end === 'allSettled') return {};
  return { endedBy: end === 'deadline' || end === 'cancelled' ? end : 'rule' };
}
