/**
 * Tasks by packs: the fan-out still sees every task, and what it starts in one turn travels in few activities.
 * The surprising rule: there is no promise a task here, since each costs a stack trace in Temporal's sandbox.
 */
import type { Batch } from '../../core/batch.ts';
import type { PackInput, PackOutput, PackTask } from '../../core/travel/pack.ts';
import { maxPackBytes } from '../../core/travel/granularity.ts';
import { oneLine } from '../../core/text/controls.ts';
import { failure, type Outcome, type Slot } from '../../core/slots.ts';
import type { TaskResult } from '../../core/task.ts';
import { ActivityCancellationType, proxyLocalActivities } from '@temporalio/workflow';
import { proxyActivities } from '../activity.ts';
import { releaseId, takeId } from '../activity-id.ts';
import { given } from '../../core/given.ts';
import { beatWithinOf } from '../beating.ts';
import { hashedId, shownId } from '../shown-id.ts';
import { ownActivities } from '../own-activities.ts';
import { namingPlugin } from '../worker-facts.ts';
import { lastReported } from './last-reported.ts';
import { hearPack } from './pack-news.ts';

/** In packs, a workflow takes as many tasks as its packs hold. */
export const maxPackedTasks = 1_000_000;

/** Packs of this run that have reported: an activity's id is used again by another fan-out, which a late report must not reach. */
let reporting = 0;

/** Of a pack, in its line in Temporal's Web UI. */
const namedTasks = 3;

type Rule = Omit<PackInput, 'tasks' | 'activity'>;
type Report<I, T> = Parameters<Batch<I, T>['run']>[1];

export interface PackWork<I> {
  activity(item: I): string;
  input(item: I): unknown;
}

type Run = (input: PackInput) => Promise<PackOutput>;

/** How a pack gets to its worker. */
type Send = (input: PackInput, activityId: string, summary: string) => Promise<PackOutput>;

interface Transport {
  readonly granularity: 'local' | number;
  readonly deliver: Send;
}

/** A pack of this many as an activity in the queue, where any worker may take it. */
export function inActivity(granularity: number): Transport {
  const { runPack } = ownActivities(
    proxyActivities<{ runPack: Run }>({
      startToCloseTimeout: '1 hour',
      retry: { maximumAttempts: 10 },
    }),
  );
  return {
    granularity,
    deliver: (input, activityId, summary) =>
      runPack
        .executeWithOptions({ activityId, summary, heartbeatTimeout: beatWithinOf(input.tasks.length) }, [input])
        .catch((error: unknown) => {
          throw namingPlugin(error);
        }),
  };
}

/** A pack in the worker that runs the workflow, before its workflow task is answered. */
export function inWorkflowTask(): Transport {
  const { runLocalPack } = ownActivities(
    proxyLocalActivities<{ runLocalPack: Run }>({
      startToCloseTimeout: '1 hour',
      cancellationType: ActivityCancellationType.TRY_CANCEL,
      retry: { maximumAttempts: 1 },
    }),
  );
  return {
    granularity: 'local',
    deliver: (input, _activityId, summary) =>
      runLocalPack.executeWithOptions({ summary }, [{ ...input, sentAt: Date.now() }]),
  };
}

/** Runs what is started in one turn by packs of `size`, each of tasks of one activity. */
export function packs<I, T>(
  work: PackWork<I>,
  size: number,
  rule: Rule,
  { granularity, deliver }: Transport,
): Batch<I, T> {
  let sent = 0;

  async function send(activity: string, loads: readonly Load<I, T>[], report: Report<I, T>): Promise<void> {
    const slots = loads.map(({ slot }) => slot);
    const tasks = loads.map(({ task }) => task);
    const activityId = takeId(`pack-${++sent}`);
    const summary = packSummary(
      activity,
      slots.map(({ id }) => id),
    );
    const open = new Map(slots.map((slot) => [slot.id, slot]));
    const reportAs = `tasks-${++reporting}`;
    const unhear = hearPack(reportAs, (results) => reportKnown(open, results, report));
    try {
      const results = await deliver({ ...rule, activity, tasks, reportAs }, activityId, summary);
      reportEach(open, results, new Error('The pack did not report the task'), report);
    } catch (error) {
      const { results, lost } = await lastReported(error, activityId);
      reportEach(open, results, lost, report);
    } finally {
      unhear();
      releaseId(activityId);
    }
  }

  return {
    granularity,
    run(slots, report) {
      for (const [activity, alike] of byActivity(slots, work)) {
        const loads = alike.flatMap((slot) => loadOf(slot, work, report));
        for (const pack of chunk(loads, size)) void send(activity, pack, report);
      }
    },
  };
}

/** Names the first few, so that a pack is told from another of the same activity. */
function packSummary(activity: string, ids: readonly string[]): string {
  const named = ids.slice(0, namedTasks).map((id) => oneLine(shownId(id), 40));
  const more = ids.length > named.length ? ` and ${ids.length - named.length} more` : '';
  return oneLine(`${activity}: ${named.join(', ')}${more}`, 200);
}

interface Load<I, T> {
  readonly slot: Slot<I, T>;
  readonly task: PackTask;
  readonly characters: number;
}

/** Nothing where the input cannot be sent: that fails this task alone. */
function loadOf<I, T>(slot: Slot<I, T>, work: PackWork<I>, report: Report<I, T>): Load<I, T>[] {
  try {
    const task = { id: slot.id, ...given({ callId: hashedId(slot.id) }), input: work.input(slot.item) };
    return [{ slot, task, characters: JSON.stringify(task).length }];
  } catch (error) {
    report([{ slot, outcome: failure(error) }]);
    return [];
  }
}

/** In chunks by count and by what a message takes; a task that is larger goes alone. */
function chunk<I, T>(loads: readonly Load<I, T>[], size: number): Load<I, T>[][] {
  const packed: Load<I, T>[][] = [];
  let characters = Infinity;
  for (const load of loads) {
    const last = packed.at(-1);
    if (last && last.length < size && characters + load.characters <= maxPackBytes) last.push(load);
    else packed.push([load]);
    characters = last === packed.at(-1) ? characters + load.characters : load.characters;
  }
  return packed;
}

function byActivity<I, T>(slots: readonly Slot<I, T>[], work: PackWork<I>): Map<string, Slot<I, T>[]> {
  const groups = new Map<string, Slot<I, T>[]>();
  for (const slot of slots) {
    const activity = work.activity(slot.item);
    const group = groups.get(activity);
    if (group) group.push(slot);
    else groups.set(activity, [slot]);
  }
  return groups;
}

/** Takes from `open` what is known by now. */
function reportKnown<I, T>(open: Map<string, Slot<I, T>>, results: readonly TaskResult[], report: Report<I, T>): void {
  const known = results.flatMap((result) => {
    const slot = open.get(result.id);
    open.delete(result.id);
    return slot ? [{ slot, outcome: packOutcome<T>(result) }] : [];
  });
  if (known.length > 0) report(known);
}

/** At the end of the pack: in the order of the tasks, and each that is still open has failed by `otherwise`. */
function reportEach<I, T>(
  open: Map<string, Slot<I, T>>,
  results: readonly TaskResult[],
  otherwise: unknown,
  report: Report<I, T>,
): void {
  const byId = new Map(results.map((result) => [result.id, result]));
  const lost: Outcome<T> = failure(otherwise);
  report(
    [...open.values()].map((slot) => {
      const result = byId.get(slot.id);
      return { slot, outcome: result ? packOutcome<T>(result) : lost };
    }),
  );
  open.clear();
}

/** Whether a task was ended by the pack's own deadline. */
export function endedByDeadline(result: TaskResult): boolean {
  return !result.success && result.error.name === 'DeadlineExceededError';
}

/** The outcome of a task that a pack ran for a fan-out. */
function packOutcome<T>(result: TaskResult): Outcome<T> {
  // The pack ran the task of the fan-out that asks, so its result is of that fan-out's type.
  return result.success ? { value: result.result as T, measured: result } : { error: result.error, measured: result };
}
