/** What a map run carries from one execution to the next: counts and positions, a few hundred bytes however many tasks. */
import type { ContinuedMapInput, PartFacts, Unit, UnitReport } from '../../core/map/types.ts';
import { fanIn, type FanIn } from '../../core/fan-in.ts';
import { addFailed } from '../../core/map/failed-tasks.ts';
import type { Minimum, StopReason } from '../../core/stop.ts';

/** A part with pages that no unit has taken. */
interface OpenPart {
  readonly part: number;
  readonly pages: number;
  next: number;
}

export interface MapState {
  /** Where everything of the run is in the store; known once the first part is counted. */
  folder: string;
  /** The identity of that store; unknown from workers of earlier versions. */
  store?: string;
  readonly startedAt: number;
  deadlineAt?: number;
  concurrency?: number;
  minimum: Minimum;
  /** How the tasks travel; undefined until the first ones have settled. */
  mode?: 'packs' | 'tasks';
  parts: number;
  open: OpenPart[];
  /** Units of which another attempt is due. */
  readonly again: Unit[];
  nextUnit: number;
  tasks: number;
  lines: number;
  succeeded: number;
  failed: number;
  slowestMs: number;
  meanMs?: number;
  spent: number;
  failedTasks: Record<string, string>;
  stoppedBy?: StopReason;
  /** What the query is to be asked next; absent where the items are all counted. */
  cursor?: unknown;
  planned: boolean;
}

/** The message of each failed task is kept for so many; the pages have all. */
const maxFailedTasks = 100;

export function newState(startedAt: number): MapState {
  return {
    folder: '',
    startedAt,
    minimum: {},
    parts: 0,
    open: [],
    again: [],
    nextUnit: 0,
    tasks: 0,
    lines: 0,
    succeeded: 0,
    failed: 0,
    slowestMs: 0,
    spent: 0,
    failedTasks: {},
    planned: false,
  };
}

/** The state as it goes into the next execution's input. */
export function carried(input: ContinuedMapInput, state: MapState): ContinuedMapInput {
  const { source } = input;
  // The items are counted and paged by now, so they need not travel again.
  const rest = source.kind === 'list' ? { kind: 'range' as const, count: 0 } : source;
  return { ...input, source: rest, state };
}

export function addPart(state: MapState, { folder, pages, tasks, lines, cursor, store }: PartFacts): void {
  state.folder = folder;
  if (store !== undefined) state.store = store;
  if (pages > 0) state.open.push({ part: state.parts, pages, next: 0 });
  state.parts++;
  state.tasks += tasks;
  state.lines = Math.max(state.lines, lines);
  if (cursor === undefined) delete state.cursor;
  else state.cursor = cursor;
}

/** The next pages of one part, in the order of the items. */
export function takeUnit(state: MapState, pages: number): { unit: Unit; again: boolean } | undefined {
  const due = state.again.shift();
  if (due) return { unit: due, again: true };
  const [open] = state.open;
  if (!open) return undefined;
  const from = open.next;
  open.next = Math.min(open.pages, from + pages);
  if (open.next >= open.pages) state.open.shift();
  return { unit: { part: open.part, from, to: open.next }, again: false };
}

export function pagesLeft({ open, again }: MapState): number {
  return open.reduce((sum, { pages, next }) => sum + pages - next, again.length);
}

export function addReport(state: MapState, report: UnitReport): void {
  const before = state.succeeded + state.failed;
  const settled = report.succeeded + report.failed;
  if (settled > 0) state.meanMs = ((state.meanMs ?? 0) * before + report.meanMs * settled) / (before + settled);
  state.succeeded += report.succeeded;
  state.failed += report.failed;
  state.slowestMs = Math.max(state.slowestMs, report.slowestMs);
  state.spent += report.spent ?? 0;
  for (const [id, message] of report.failures) {
    if (Object.keys(state.failedTasks).length >= maxFailedTasks) break;
    addFailed(state.failedTasks, id, message);
  }
}

/** Counts alone; what was not counted as a success has none. */
export function countsOf(state: MapState, now: number): FanIn {
  const { tasks, succeeded, slowestMs, startedAt, stoppedBy = 'allSettled', spent, failedTasks } = state;
  return {
    ...fanIn([], { elapsedMs: now - startedAt, stoppedBy, spent: spent > 0 ? spent : undefined }),
    successCount: succeeded,
    failureCount: Math.max(0, tasks - succeeded),
    successRatio: tasks === 0 ? 1 : succeeded / tasks,
    failedTasks,
    totalDurationMs: slowestMs,
  };
}
