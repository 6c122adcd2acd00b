/**
 * A run while it goes on, always on stderr: redrawn in place on a terminal, otherwise a line for each change.
 * What is redrawn vanishes at the end, since the outcome says it all again.
 */
import { createLogUpdate } from 'log-update';
import type { Progress, TaskProgress, TaskState } from '../core/live/control.ts';
import type { RunView } from '../runs/run-view.ts';
import { columnsOf, truncateToWidth, padded, painter, shown, span, widthOf, wrap, type Paint } from './text.ts';

export interface Live {
  show(view: RunView): void;
  end(): void;
}

const marks: Record<TaskState, string> = { queued: '·', running: '…', succeeded: '✓', failed: '✗' };
const maxTasks = 15;
const countEveryMs = 2000;

export function live(stream: NodeJS.WriteStream = process.stderr): Live {
  return stream.isTTY ? redrawn(stream) : lineByLine(stream);
}

function redrawn(stream: NodeJS.WriteStream): Live {
  const update = createLogUpdate(stream);
  const paint = painter(stream);
  return {
    show: (view) =>
      update(
        shown(progressText(view, { width: widthOf(stream), rows: stream.rows || 24, paint, now: Date.now() }), stream),
      ),
    end: () => update.clear(),
  };
}

function lineByLine(stream: NodeJS.WriteStream): Live {
  const seen = new Set<string>();
  let countedAt = 0;
  const writeOnce = (key: string, line: string): void => {
    if (seen.has(key)) return;
    seen.add(key);
    stream.write(`${shown(line, stream)}\n`);
  };
  return {
    show({ runId, progress = [], stuck }) {
      writeOnce(runId, `Run ${runId} goes on`);
      if (stuck) writeOnce(`stuck ${stuck.message}`, `  it cannot go on: ${stuck.message}`);
      for (const fanOut of progress) {
        const { name, tasks, stoppedBy, total } = fanOut;
        // Where there are too many tasks to name, their number is written now and then.
        if (tasks.length === 0 && total > 0 && Date.now() - countedAt > countEveryMs) {
          countedAt = Date.now();
          const counts = countsOf(fanOut, countedAt).trim();
          writeOnce(counts, counts);
        }
        for (const task of tasks.filter(({ state }) => state === 'succeeded' || state === 'failed')) {
          writeOnce(JSON.stringify([name, task.id]), taskLine(task, Date.now(), 200, 40));
        }
        if (stoppedBy) writeOnce(JSON.stringify([name]), `${name}: over (${stoppedBy})`);
      }
    },
    end() {},
  };
}

interface Frame {
  readonly width: number;
  readonly rows: number;
  readonly paint: Paint;
  readonly now: number;
}

/** One frame of a run that goes on; never higher than the terminal, which could not redraw it then. */
export function progressText(
  { runId, startedAt, progress, approvals, stuck }: RunView,
  { width, rows, paint, now }: Frame,
): string {
  const head = `${paint('bold', runId)} ${paint('dim', span(now - startedAt))}`;
  const why = stuck && wrap(`cannot go on: ${stuck.message}`, width, '  ');
  if (!progress) return `${head}\n${why === undefined ? '  waiting for a worker …' : paint('red', why)}`;
  const inside = new Map(progress.map((fanOut) => [fanOut.name, fanOut]));
  const tasks = new Set(progress.flatMap((fanOut) => fanOut.tasks.map(({ id }) => id)));
  // A fan-out inside a task, which has the task's id as its name, is shown in the task's own line.
  const outer = progress.filter(({ name }) => !tasks.has(name));
  const lines = outer.flatMap((fanOut) => {
    const colour = (task: TaskProgress): string =>
      paintTask(task, taskLine(withInside(task, inside.get(task.id)), now, width), paint);
    return [truncateToWidth(countsOf(fanOut, now), width), ...mostImportant(fanOut.tasks).map(colour)];
  });
  const isOver = progress.length > 0 && progress.every(({ stoppedBy }) => stoppedBy);
  const next = isOver && !approvals ? ['  putting the answer together …'] : [];
  if (why !== undefined) next.push(paint('red', why));
  return [head, ...lines.slice(0, Math.max(1, rows - 4)), ...next].join('\n');
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

function countsOf(
  { name, total, succeeded, failed, running, queued, deadlineAt, stoppedBy }: Progress,
  now: number,
): string {
  const counts = [`${succeeded}/${total} done`, `${failed} failed`, `${running} running`, `${queued} queued`];
  const left = deadlineAt === undefined ? '' : `, ${span(Math.max(0, deadlineAt - now))} left`;
  return `  ${name}: ${counts.join(', ')}${stoppedBy ? `, over (${stoppedBy})` : left}`;
}

/** All where they fit; else those that run and those that failed before the others. */
function mostImportant(tasks: readonly TaskProgress[]): readonly TaskProgress[] {
  if (tasks.length <= maxTasks) return tasks;
  const order: TaskState[] = ['running', 'failed', 'succeeded', 'queued'];
  return tasks.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state)).slice(0, maxTasks);
}

function taskLine(task: TaskProgress, now: number, width: number, nameWidth = 24): string {
  const { id, state, startedAt, durationMs, message = waitText(task, now) } = task;
  const time = durationMs ?? (state === 'running' && startedAt !== undefined ? now - startedAt : undefined);
  const line = `  ${marks[state]} ${padded(truncateToWidth(id, nameWidth), nameWidth)} ${(time === undefined ? '' : span(time)).padStart(9)}`;
  return message === undefined
    ? line.trimEnd()
    : `${line}  ${truncateToWidth(message, Math.max(10, width - columnsOf(line) - 2))}`;
}

function waitText({ waitingFor }: TaskProgress, now: number): string | undefined {
  if (!waitingFor) return undefined;
  const { limit, why, until = now } = waitingFor;
  if (why === 'queued') return `waits its turn at ${limit}`;
  const what = why === 'throttled' ? `was refused by ${limit} for lack of room` : `failed, waits at ${limit}`;
  return `${what}, again in ${span(Math.max(0, until - now))}`;
}

function paintTask({ state }: TaskProgress, line: string, paint: Paint): string {
  if (state === 'succeeded') return paint('green', line);
  if (state === 'failed') return paint('red', line);
  return state === 'queued' ? paint('dim', line) : line;
}
