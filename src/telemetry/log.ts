/**
 * The log of a process that stays: a line of JSON an entry for a collector, a line of text for a person.
 * What is said again and again is written once a minute, with how often it came.
 */
import { given } from '../core/given.ts';
import { escapedJson, oneLine } from '../core/text/controls.ts';
import { limitOfQueue } from '../limits/learned/settings.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One entry; what it is about stands in fields of its own, so that a collector can ask for them. */
export interface LogFacts {
  readonly level: LogLevel;
  readonly message: string;
  /** The run's id. */
  readonly run?: string | undefined;
  /** The task's id, which is its activity's. */
  readonly task?: string | undefined;
  readonly activity?: string | undefined;
  readonly queue?: string | undefined;
  /** What went wrong below. */
  readonly cause?: string | undefined;
}

const longest = 4000;
const longestName = 250;

/** A line of JSON without its end; nothing in it steers a terminal or looks like another entry. */
export function jsonLine({ level, message, ...about }: LogFacts, now: Date): string {
  const fields = Object.entries(about).flatMap(([name, text]) =>
    text === undefined ? [] : [[name, oneLine(text, name === 'cause' ? longest : longestName)] as const],
  );
  return escapedJson(
    JSON.stringify({
      time: now.toISOString(),
      level,
      message: oneLine(message, longest),
      ...Object.fromEntries(fields),
    }),
  );
}

/** The same for a person. */
export function textLine({ message, run, cause }: LogFacts): string {
  const ofRun = run === undefined ? '' : ` of run '${oneLine(run, longestName)}'`;
  return `fanfold: ${oneLine(message, longest)}${ofRun}${cause === undefined ? '' : `: ${oneLine(cause, 500)}`}`;
}

const repeatMs = 60_000;
const mostKnown = 1000;

/** Lets an entry through once a minute; what was held back meanwhile is counted in the next that passes. */
export class Repeats {
  readonly #known = new Map<string, { until: number; held: number }>();

  /** @returns the entry to write, or undefined where it was written a moment ago */
  pass(entry: LogFacts, now: number): LogFacts | undefined {
    // Numbers such as attempts and times differ where the entry is the same.
    const key = [entry.level, entry.message.replaceAll(/\d+/g, '#').slice(0, 300), entry.run, entry.queue].join('\n');
    const known = this.#known.get(key);
    if (known && now < known.until) {
      known.held++;
      return undefined;
    }
    this.#known.delete(key);
    this.#known.set(key, { until: now + repeatMs, held: 0 });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= mostKnown) break;
      this.#known.delete(oldest);
    }
    const held = known?.held ?? 0;
    return held === 0 ? entry : { ...entry, message: `${entry.message} (and ${held} times more since)` };
  }
}

/** An entry of the log of Temporal's SDK. */
export interface SdkEntry {
  readonly level: string;
  readonly message: string;
  readonly meta?: Readonly<Record<string | symbol, unknown>> | undefined;
}

/** How tasks and runs end is their result. */
const isResult = /^(?:Activity|Workflow) (?:failed|completed)/i;
/** Said by {@link watchServer}, once and not by each poll. */
const isOutage = /^gRPC call \S+ (?:retried|failed)/i;
/** The worker of a limit serves activities alone, as it is meant to. */
const isOfLimit = (message: string, queue = ''): boolean =>
  message.startsWith('No workflows registered') && limitOfQueue(queue) !== undefined;
const levels: Readonly<Record<string, LogLevel>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/**
 * An entry of the SDK with what it is about and its cause; undefined where something else says it.
 *
 * @param stays whether it is a process whose server is watched; a command that ends soon has only the SDK's errors
 */
export function ofSdk({ level, message, meta = {} }: SdkEntry, stays: boolean): LogFacts | undefined {
  if (isResult.test(message) || (stays ? isOutage.test(message) : level !== 'ERROR')) return undefined;
  const text = (...names: string[]): string | undefined =>
    names.map((name) => meta[name]).find((value): value is string => typeof value === 'string' && value !== '');
  const queue = text('taskQueue', 'task_queue');
  if (isOfLimit(message, queue)) return undefined;
  return {
    level: levels[level] ?? 'info',
    message,
    ...given({
      run: text('workflowId', 'workflow_id'),
      task: text('activityId', 'activity_id'),
      activity: text('activityType', 'activity_type'),
      queue,
      cause: causeIn(meta),
    }),
  };
}

function causeIn(meta: NonNullable<SdkEntry['meta']>): string | undefined {
  const found = meta['error'] ?? meta['err'] ?? meta['failure'] ?? meta['reason'];
  if (found === undefined || found === null) return undefined;
  if (found instanceof Error) return `${found.name}: ${found.message}`;
  return typeof found === 'string' ? found : safeJson(found);
}

function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}
