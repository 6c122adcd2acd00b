/** The tasks of a run as rows: what is under way from its progress, what settled from its results, each task once. */
import type { Progress, Retry, TaskProgress, Waiting } from '../../src/core/live/control.ts';
import type { TaskError, TaskResult } from '../../src/core/task.ts';
import type { RunView } from '../../src/runs/run-view.ts';

/** `cut`: ended by the stopping rule or by hand while it ran; `unstarted`: over before it began; `lost`: it ran, and what came of it is gone. */
export const rowStates = ['failed', 'lost', 'cut', 'running', 'waiting', 'queued', 'unstarted', 'succeeded'] as const;
export type RowState = (typeof rowStates)[number];

export interface Row {
  readonly id: string;
  readonly state: RowState;
  /** In the order in which the tasks were given, as far as it is known. */
  readonly place: number;
  /** When the fan-out that it is in began: until it started it waited its turn. */
  readonly queuedAt?: number | undefined;
  readonly startedAt?: number | undefined;
  readonly durationMs?: number | undefined;
  /** How often the fan-out started it: 2 with a backup. */
  readonly attempts?: number | undefined;
  readonly error?: TaskError | undefined;
  /** Of a task that failed, while no more is known than that. */
  readonly message?: string | undefined;
  readonly waitingFor?: Waiting | undefined;
  /** It failed and is tried again. */
  readonly retry?: Retry | undefined;
  readonly result?: unknown;
  /** There is a result, and it was too large to keep. */
  readonly isLarge?: boolean | undefined;
  /** The fan-out that it is in, and the one inside it. */
  readonly fanOut?: string | undefined;
  readonly inside?: Progress | undefined;
  readonly depth: number;
  /** Of one whose id another has, too: ids of a map run are names. */
  readonly twin?: number | undefined;
}

/** What tells a row from all others of its run. */
export function keyOf({ id, twin }: Pick<Row, 'id' | 'twin'>): string {
  return twin === undefined ? id : `${id}\n${twin}`;
}

/** Adds results to those that are known, each of them: two of one name are two rows. */
export function addResults(
  rows: Map<string, Row>,
  results: readonly TaskResult[],
  keep: (row: Row) => Row = (row) => row,
): void {
  for (const result of results) {
    const row = keep(rowOfResult(result, rows.size));
    const own = rows.has(row.id) ? { ...row, twin: rows.size } : row;
    rows.set(keyOf(own), own);
  }
}

export function rowOfResult(result: TaskResult, place: number): Row {
  const { id, durationMs, attempts, startedAt } = result;
  const base = { id, place, durationMs, attempts, startedAt, depth: 0 };
  if (result.success) return { ...base, state: 'succeeded', result: result.result };
  return { ...base, state: endedState(result.error), error: result.error };
}

function endedState({ kind, name }: TaskError): RowState {
  if (name === 'ResultsLost') return 'lost';
  if (kind === 'notStarted') return 'unstarted';
  return kind === 'cancelled' ? 'cut' : 'failed';
}

function rowOfProgress(task: TaskProgress, place: number, fanOut: Progress, depth: number): Row {
  const { id, state, startedAt, durationMs, message, waitingFor, retry } = task;
  const shown = state === 'running' && waitingFor ? 'waiting' : state;
  const { name, startedAt: queuedAt } = fanOut;
  return { id, state: shown, place, queuedAt, startedAt, durationMs, message, waitingFor, retry, fanOut: name, depth };
}

/** What a map run says of items that settled: its units soon say something else, and its results come in their order. */
export function settledItems({ kind, progress = [] }: Pick<RunView, 'kind' | 'progress'>): Row[] {
  if (kind !== 'map') return [];
  return progress.flatMap((fanOut) =>
    fanOut.tasks
      .filter(({ state }) => state === 'succeeded' || state === 'failed')
      .map((task) => rowOfProgress(task, 0, fanOut, 0)),
  );
}

/** The rows with those that were seen now, and of them all the `most` that were first seen last. */
export function withSeen(
  rows: ReadonlyMap<string, Row>,
  seen: ReadonlyMap<string, Row>,
  most: number,
): Map<string, Row> {
  return new Map([...new Map([...rows, ...seen])].slice(-most));
}

/** Of a task that has settled since its progress was read. */
const noLonger = { waitingFor: undefined, retry: undefined };

/**
 * @param settled by id; wins over what progress says of a task
 * @param unfolded ids of tasks whose own fan-outs are shown below them
 */
export function rowsOf(
  { progress = [], fanIn }: Pick<RunView, 'progress' | 'fanIn'>,
  settled: ReadonlyMap<string, Row>,
  unfolded: ReadonlySet<string>,
): Row[] {
  if (progress.length === 0) {
    const known = new Map<string, Row>();
    addResults(known, fanIn?.results ?? []);
    return [...(known.size > 0 ? known : settled).values()];
  }
  const inner = new Map(progress.map((fanOut) => [fanOut.name, fanOut]));
  const ids = new Set(progress.flatMap(({ tasks }) => tasks.map(({ id }) => id)));
  const rows: Row[] = [];
  const add = (fanOut: Progress, depth: number): void => {
    for (const task of fanOut.tasks) {
      const now = rowOfProgress(task, rows.length, fanOut, depth);
      const ended = settled.get(task.id);
      const inside = inner.get(task.id);
      rows.push({ ...now, ...(ended && { ...ended, place: now.place, depth, ...noLonger }), inside });
      // A fan-out named as its own task would unfold without end.
      if (inside && inside !== fanOut && depth < 5 && unfolded.has(task.id)) add(inside, depth + 1);
    }
  };
  for (const fanOut of progress) if (!ids.has(fanOut.name)) add(fanOut, 0);
  const shown = new Set(rows.map(({ id }) => id));
  for (const row of settled.values())
    if (!shown.has(row.id) && !ids.has(row.id)) rows.push({ ...row, place: rows.length });
  return rows;
}

export type RowOrder = 'given' | 'worst' | 'slowest';

const badness = new Map<RowState, number>(rowStates.map((state, index) => [state, index]));

/** `worst`: failures first, then what runs longest, what waits, and of what succeeded the slowest. */
export function sorted(rows: readonly Row[], order: RowOrder, now: number): readonly Row[] {
  if (order === 'given') return rows;
  const took = (row: Row): number => durationOf(row, now) ?? -1;
  return rows.toSorted(
    (a, b) =>
      (order === 'worst' ? (badness.get(a.state) ?? 0) - (badness.get(b.state) ?? 0) : 0) ||
      took(b) - took(a) ||
      a.place - b.place,
  );
}

export function durationOf({ durationMs, startedAt, state }: Row, now: number): number | undefined {
  if (durationMs !== undefined) return state === 'unstarted' ? undefined : durationMs;
  return startedAt !== undefined && state === 'running' ? Math.max(0, now - startedAt) : undefined;
}

/** How many rows stand how; of what is listed, which may be less than there is. */
export function tallyOf(rows: readonly Row[]): Record<RowState, number> {
  const tally = { failed: 0, lost: 0, cut: 0, running: 0, waiting: 0, queued: 0, unstarted: 0, succeeded: 0 };
  for (const { state } of rows) tally[state]++;
  return tally;
}

export interface Percentiles {
  /** How many tasks they are of. */
  readonly of: number;
  readonly half: number;
  readonly most: number;
  readonly slowest: number;
}

/** Of the tasks that ran to an end; undefined where there are none. */
export function percentilesOf(rows: readonly Row[]): Percentiles | undefined {
  const times = rows
    .flatMap(({ durationMs, state }) => (durationMs === undefined || state === 'unstarted' ? [] : [durationMs]))
    .toSorted((a, b) => a - b);
  if (times.length === 0) return undefined;
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  return { of: times.length, half: at(0.5), most: at(0.95), slowest: times.at(-1) ?? 0 };
}

/** What the tasks of a run lie in, in milliseconds since the Unix epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
  /** When the run began: later than `from` where it kept what another one had done. */
  readonly began: number;
}

/** The first and the last moment of a run that its tasks show. */
export function spanOf(rows: readonly Row[], view: Pick<RunView, 'startedAt'>, now: number): Span {
  const began = view.startedAt;
  let [from, to] = [Infinity, -Infinity];
  for (const row of rows) {
    if (row.startedAt === undefined) continue;
    from = Math.min(from, row.startedAt);
    to = Math.max(to, row.startedAt + (durationOf(row, now) ?? 0));
  }
  if (from === Infinity) return { from: began, to: Math.max(now, began + 1), began };
  return { from, to: Math.max(to, from + 1), began };
}
