/**
 * A run while it goes on, always on stderr: redrawn in place on a terminal, otherwise a line for each change.
 * What is redrawn vanishes at the end, since the outcome says it all again.
 */
import { createLogUpdate } from 'log-update';
import type { Progress, TaskProgress, TaskState } from '../core/live/control.ts';
import { stopText } from '../core/live/stop-text.ts';
import type { RunView } from '../runs/run-view.ts';
import { columnsOf, truncateToWidth, padded, painter, shown, span, widthOf, wrap, type Paint } from './text.ts';

export interface Live {
  show(view: RunView): void;
  /** @param view how it was seen last */
  end(view?: RunView): void;
}

const marks: Record<TaskState, string> = { queued: '·', running: '…', succeeded: '✓', failed: '✗' };
/** Of more tasks only the slowest that run and some that failed have a line. */
const maxTasks = 15;
const maxFailures = 5;
/** Without a terminal a line a task is written of so many; of more their number, now and then. */
const maxLines = 60;
const firstCountMs = 2000;
const longestCountMs = 60_000;
const widestName = 24;
const timeWidth = 10;
/** Less of a note says nothing. */
const leastNote = 8;

export function live(stream: NodeJS.WriteStream = process.stderr): Live {
  return stream.isTTY ? redrawn(stream) : lineByLine(stream);
}

function redrawn(stream: NodeJS.WriteStream): Live {
  const update = createLogUpdate(stream);
  const paint = painter(stream);
  return {
    show: (view) =>
      update(
        shown(
          progressText(view, { width: liveWidth(stream), rows: stream.rows || 24, paint, now: Date.now() }),
          stream,
        ),
      ),
    end: () => update.clear(),
  };
}

/** What is redrawn must not be wrapped by a narrow terminal, which would not know where it began. */
function liveWidth(stream: NodeJS.WriteStream): number {
  return Math.min(widthOf(stream), Math.max(20, stream.columns || 80));
}

function lineByLine(stream: NodeJS.WriteStream): Live {
  const seen = new Set<string>();
  /** Fan-outs of which counts were written, and not yet the last. */
  const open = new Set<string>();
  const counter = new Counter();
  const writeOnce = (key: string, line: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    stream.write(`${shown(line, stream)}\n`);
  };
  const writeTasks = ({ name, tasks }: Progress, states: readonly TaskState[]): void => {
    for (const task of tasks.filter(({ state }) => states.includes(state)))
      writeOnce(JSON.stringify([name, task.id]), taskLine(task, { now: Date.now(), width: 200, nameWidth: 40 }));
  };
  return {
    show({ runId, progress = [], stuck }) {
      writeOnce(runId, `Run ${runId} goes on`);
      if (stuck) writeOnce(`stuck ${stuck.message}`, `  it cannot go on: ${stuck.message}`);
      for (const fanOut of progress) {
        const { name, stoppedBy, total, tasks } = fanOut;
        const now = Date.now();
        if (total <= maxLines && tasks.length >= total) writeTasks(fanOut, ['succeeded', 'failed']);
        else if (total > 0 && !stoppedBy && counter.isDue(name, now)) {
          const counts = countsOf(fanOut, now).trim();
          writeOnce(counts, counts);
          open.add(name);
        }
        if (stoppedBy) {
          writeOnce(JSON.stringify([name]), countsOf(fanOut, now).trim());
          open.delete(name);
        }
      }
    },
    // Counts of the middle must not stand as the last word of a run that ended before anybody looked again.
    end(view) {
      if (open.size === 0 || view === undefined || view.status === 'running') return;
      const { runId, status, fanIn } = view;
      const counts = fanIn ? `: ${fanIn.successCount} succeeded, ${fanIn.failureCount} failed` : '';
      writeOnce('end', `Run ${runId} ${status}${counts}`);
    },
  };
}

/** Rarer as time goes by, so that a run of hours leaves no thousands of lines. */
class Counter {
  readonly #next = new Map<string, { readonly at: number; readonly waitMs: number }>();

  isDue(name: string, now: number): boolean {
    const { at, waitMs } = this.#next.get(name) ?? { at: 0, waitMs: firstCountMs };
    if (now < at) return false;
    this.#next.set(name, { at: now + waitMs, waitMs: Math.min(longestCountMs, waitMs * 1.5) });
    return true;
  }
}

interface Frame {
  readonly width: number;
  readonly rows: number;
  readonly paint: Paint;
  readonly now: number;
}

/** One frame of a run that goes on; never higher than the terminal, which could not redraw it then. */
export function progressText(
  { runId, startedAt, progress, approvals, waits, stuck, unanswered }: RunView,
  { width, rows, paint, now }: Frame,
): string {
  const since = span(now - startedAt);
  const head = `${paint('bold', truncateToWidth(runId, Math.max(4, width - since.length - 1)))} ${paint('dim', since)}`;
  const why = stuck && wrap(`cannot go on: ${stuck.message}`, width, '  ');
  if (!progress) return `${head}\n${why === undefined ? unseen(unanswered, width) : paint('red', why)}`;
  const inside = new Map(progress.map((fanOut) => [fanOut.name, fanOut]));
  const tasks = new Set(progress.flatMap((fanOut) => fanOut.tasks.map(({ id }) => id)));
  // A fan-out inside a task, which has the task's id as its name, is shown in the task's own line.
  const outer = progress.filter(({ name }) => !tasks.has(name));
  const lines = outer.flatMap((fanOut) => {
    const colour = (task: TaskProgress): string =>
      paintTask(task, taskLine(withInside(task, inside.get(task.id)), { now, width }), paint);
    const listed = mostImportant(fanOut.tasks);
    const others = fanOut.total - listed.length;
    const rest =
      others > 0 && listed.length > 0 ? [paint('dim', truncateToWidth(`… and ${others} more, not listed`, width))] : [];
    return [
      ...wrap(countsOf(fanOut, now).trim(), width)
        .split('\n')
        .map((line) => truncateToWidth(line, width)),
      ...listed.map(colour),
      ...rest,
    ];
  });
  const isOver = progress.length > 0 && progress.every(({ stoppedBy }) => stoppedBy);
  const last = waits ? '  waits for a person' : '  putting the answer together …';
  const next = isOver && !approvals && !unanswered ? [last] : [];
  if (unanswered) next.push(wrap(`what waits for a person is not known: ${unanswered.message}`, width, '  '));
  if (why !== undefined) next.push(paint('red', why));
  return [head, ...lines.slice(0, Math.max(1, rows - 4)), ...next].join('\n');
}

/** Where nobody says how it stands; a worker may just begin. */
function unseen(unanswered: RunView['unanswered'], width: number): string {
  if (!unanswered || unanswered.type === 'Unreachable') return '  waiting for a worker …';
  return wrap(`how it stands is not known: ${unanswered.message}`, width, '  ');
}

/** The task with what its own fan-out does, in place of a message. */
function withInside(task: TaskProgress, inside: Progress | undefined): TaskProgress {
  if (!inside || task.message !== undefined) return task;
  const { total, succeeded, failed, name, tasks } = inside;
  const running = tasks.filter(({ state }) => state === 'running').map(({ id }) => shortId(id, name));
  const now = running.length === 0 ? '' : `; now: ${running.join(', ')}`;
  return { ...task, message: `${succeeded}/${total} done, ${failed} failed${now}` };
}

/** `retries/arxiv` in the fan-out `retries` is `arxiv`. */
function shortId(id: string, fanOut: string): string {
  return id.startsWith(`${fanOut}/`) ? id.slice(fanOut.length + 1) : id;
}

function countsOf(fanOut: Progress, now: number): string {
  const { name, total, succeeded, failed, running, queued, deadlineAt, stoppedBy, spent, tasks } = fanOut;
  const waiting = tasks.filter(({ waitingFor }) => waitingFor).length;
  const retried = tasks.filter(({ retry }) => retry).length;
  const counts = [
    `${succeeded}/${total} done`,
    `${failed} failed`,
    `${running} running`,
    `${queued} queued`,
    ...(waiting === 0 ? [] : [`${waiting} at a limit`]),
    ...(retried === 0 ? [] : [`${retried} tried again`]),
    ...(spent === undefined ? [] : [`${Math.round(spent * 100) / 100} spent`]),
    ...(deadlineAt === undefined || stoppedBy ? [] : [`${span(Math.max(0, deadlineAt - now))} left`]),
  ];
  return `  ${name}: ${counts.join(', ')}${stoppedBy ? `; ${stopText(stoppedBy)}` : ''}`;
}

/** All where they fit; else the slowest of those that run, and some that failed. */
function mostImportant(tasks: readonly TaskProgress[]): readonly TaskProgress[] {
  if (tasks.length <= maxTasks) return tasks;
  const running = tasks
    .filter(({ state }) => state === 'running')
    .toSorted((a, b) => (a.startedAt ?? Infinity) - (b.startedAt ?? Infinity));
  const failed = tasks
    .filter(({ state }) => state === 'failed')
    .slice(-Math.max(maxFailures, maxTasks - running.length));
  return [...running.slice(0, maxTasks - Math.min(failed.length, maxFailures)), ...failed].slice(0, maxTasks);
}

interface LineOptions {
  readonly now: number;
  readonly width: number;
  readonly nameWidth?: number;
}

/** A narrow terminal has room for some of the name and some of the note. */
function nameWidthIn(width: number): number {
  return Math.max(4, Math.min(widestName, Math.floor((width - timeWidth - 5) * 0.6)));
}

function taskLine(task: TaskProgress, { now, width, nameWidth = nameWidthIn(width) }: LineOptions): string {
  const { id, state, startedAt, durationMs, message = noteOf(task, now) } = task;
  const time = durationMs ?? (state === 'running' && startedAt !== undefined ? now - startedAt : undefined);
  const name = padded(truncateToWidth(id, nameWidth), nameWidth);
  const line = `  ${marks[state]} ${name} ${(time === undefined ? '' : span(time)).padStart(timeWidth)}`;
  const left = width - columnsOf(line) - 2;
  return message === undefined || left < leastNote ? line.trimEnd() : `${line}  ${truncateToWidth(message, left)}`;
}

/** Why a task that was started does not get on. */
function noteOf({ waitingFor, retry }: TaskProgress, now: number): string | undefined {
  const inTime = (at: number | undefined): string =>
    at === undefined ? '' : `, again in ${span(Math.max(0, at - now))}`;
  if (waitingFor && !retry) {
    const { limit, why, until } = waitingFor;
    if (why === 'queued') return `waits its turn at ${limit}`;
    return `${why === 'throttled' ? `was refused by ${limit} for lack of room` : `failed, waits at ${limit}`}${inTime(until)}`;
  }
  if (!retry) return undefined;
  const { attempt, message, at = waitingFor?.until } = retry;
  const where = waitingFor ? ` at ${waitingFor.limit}` : '';
  return `attempt ${attempt}${where}${inTime(at)}${message === undefined ? '' : `; the last failed: ${message}`}`;
}

function paintTask({ state }: TaskProgress, line: string, paint: Paint): string {
  if (state === 'succeeded') return paint('green', line);
  if (state === 'failed') return paint('red', line);
  return state === 'queued' ? paint('dim', line) : line;
}
