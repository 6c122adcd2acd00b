/** What the command ends with: one code a kind of end, and a message that says what to do. */
import { InvalidOptionsError } from '../core/errors.ts';
import { missingNamespace } from '../core/missing-namespace.ts';
import { readConfig } from '../config.ts';
import { FanfoldError, fanfoldErrorIn } from '../errors.ts';
import { refusals } from '../runs/refusals.ts';
import type { RunStatus, RunView } from '../runs/run-view.ts';
import { ServerUnavailableError } from '../dev-server/errors.ts';
import { escapedJson } from '../core/text/controls.ts';
import { jsonLine, Repeats, textLine, type LogFacts } from '../telemetry/log.ts';
import { shellWord, shown } from './text.ts';
import { flagOf } from './run-options.ts';

/**
 * What the commands end with: 0 done, 1 failed, 2 used wrongly, 3 no server, 130 interrupted.
 *
 * @example process.exitCode = exitCodes.wrongUse;
 */
export const exitCodes = { done: 0, failed: 1, wrongUse: 2, unreachable: 3, interrupted: 130 } as const;
/**
 * What a command ends with.
 *
 * @example const code: ExitCode = exitCodes.failed;
 */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The person said stop; the run, if there is one, goes on without this command. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export interface ReportOptions {
  readonly json: boolean;
  /** The run that goes on, or can, although this command ends. */
  readonly runId?: string | undefined;
  /** How that run is over, once it is. */
  readonly ended?: RunStatus | undefined;
}

/** Reports an error on stderr and, for programs, as JSON on stdout. */
export async function report(error: unknown, { json, runId, ended }: ReportOptions): Promise<ExitCode> {
  const { code, type, message } = describe(error);
  if (format === 'json') log({ level: 'error', message, cause: type });
  else say(`fanfold: ${message}`);
  const isKept = ended !== undefined || code === exitCodes.interrupted || code === exitCodes.unreachable;
  const run = runId !== undefined && isKept ? { runId, status: ended ?? 'running' } : undefined;
  if (run) say(ended === undefined ? rejoin(run.runId) : retrieve(run.runId, ended));
  if (json) await writeJson(JSON.stringify({ ...run, error: { type, message } }));
  // What the run was asked was right, as it has been done.
  return ended !== undefined && code === exitCodes.wrongUse ? exitCodes.failed : code;
}

/** A run that ended so was asked what no run can do, such as to review since a revision that there is not. */
const misuses: ReadonlySet<string> = new Set(['InvalidInput', 'InvalidOptionsError', 'UnknownAgent']);

/**
 * The code of a command whose whole purpose was this run.
 *
 * @example process.exitCode = codeOf(await client.result(runId));
 */
export function codeOf({ status, error, resultsProblem }: RunView): ExitCode {
  if (error && misuses.has(error.type)) return exitCodes.wrongUse;
  if (status === 'completed' && resultsProblem) return codes[resultsProblem.type] ?? exitCodes.failed;
  return status === 'completed' || status === 'running' ? exitCodes.done : exitCodes.failed;
}

/**
 * How this command was called, for messages that name another call of it.
 *
 * @example invocation.say(`Look at it: ${callOf('show q1')}`);
 */
export function callOf(command: string): string {
  return process.env['npm_lifecycle_event'] === 'start' ? `npm start -- ${command}` : `npx fanfold ${command}`;
}

/**
 * Resolves when the text has left the process, since `process.exit` drops what is still in a pipe.
 *
 * @example await write(`${lines.join('\n')}\n`);
 */
export function write(text: string): Promise<void> {
  return toStdout(shown(text, process.stdout));
}

/**
 * As {@link write} does, for a program: nothing is taken out, and what a terminal would obey stands there escaped.
 *
 * @example await writeJson(JSON.stringify(view));
 */
export function writeJson(json: string): Promise<void> {
  return toStdout(`${escapedJson(json)}\n`);
}

/** A line on the way, on stderr: stdout is for the answer. */
export function say(message: string): void {
  if (format === 'json') log({ level: 'info', message: message.replace(/^fanfold: /, '') });
  else process.stderr.write(`${shown(message, process.stderr)}\n`);
}

let format: 'json' | 'text' | undefined;
const repeats = new Repeats();

/** From now on this is a process that stays, whose stderr is its log: as JSON what is said is an entry of it too. */
export function keepLog(as: 'json' | 'text'): void {
  format = as;
}

/** Whether {@link keepLog} was called. */
export function keepsLog(): boolean {
  return format !== undefined;
}

/**
 * An entry of the log of this process, on stderr; one that came a moment ago is counted and not written again.
 *
 * @returns whether it was written
 */
export function log(entry: LogFacts): boolean {
  const now = new Date();
  const passed = repeats.pass(entry, now.getTime());
  if (passed === undefined) return false;
  const line = format === 'json' ? jsonLine(passed, now) : shown(textLine(passed), process.stderr);
  process.stderr.write(`${line}\n`);
  return true;
}

function toStdout(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

function rejoin(runId: string): string {
  return `Run '${runId}' is kept by the server and goes on as soon as a worker serves it. To rejoin: ${callOf(`watch ${shellWord(runId)}`)}`;
}

function retrieve(runId: string, ended: RunStatus): string {
  const id = shellWord(runId);
  return `Run '${runId}' is over (${ended}), and its results are kept. To see them: ${callOf(`show ${id}`)}; to write them, call this command again with --id ${id}`;
}

interface Description {
  readonly code: ExitCode;
  readonly type: string;
  readonly message: string;
}

function describe(error: unknown): Description {
  if (error instanceof Interrupted) return { code: exitCodes.interrupted, type: 'Interrupted', message: error.message };
  if (error instanceof ServerUnavailableError)
    return { code: exitCodes.unreachable, type: 'Unreachable', message: error.message };
  const own = error instanceof InvalidOptionsError ? error : fanfoldErrorIn(error);
  if (own) return describeOwn(own);
  return error instanceof Error
    ? describeOther(error)
    : { code: exitCodes.failed, type: 'Error', message: String(error) };
}

function describeOther(error: Error): Description {
  const nowhere = missingNamespace(error.message);
  if (nowhere) return describeNowhere(nowhere.said, nowhere.name);
  const cause = error.cause ?? error;
  if (isServerAnswer(cause)) return describeAnswer(cause.details || cause.message, cause.code);
  return { code: exitCodes.failed, type: error.name, message: error.message };
}

const codes: Readonly<Record<string, ExitCode>> = {
  Unreachable: exitCodes.unreachable,
  StoreNotShared: exitCodes.unreachable,
  CodecMismatch: exitCodes.wrongUse,
  ResultsLost: exitCodes.failed,
  TenantBudgetSpent: exitCodes.failed,
  RunStuck: exitCodes.unreachable,
};

function describeOwn(error: FanfoldError | InvalidOptionsError): Description {
  const type = error instanceof FanfoldError ? error.type : error.name;
  const code = codes[type] ?? exitCodes.wrongUse;
  const flag = flagOf(error.field);
  return {
    code,
    type,
    message: flag === undefined ? error.message : error.message.replace(`\`${error.field}\``, flag),
  };
}

/** By its shape, since Temporal's client takes a while to load and most calls end well. */
function isServerAnswer(error: unknown): error is Error & { code: number; details: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && 'details' in error;
}

const grpcNotFound = 5;
const grpcUnreachable = new Set([1, 4, 14]);

function describeNowhere(said: string, namespace: string): Description {
  const setup = callOf(`namespace setup --namespace ${shellWord(namespace)}`);
  const message = `The Temporal server says: ${said.replace(/\.$/, '')}. To make it: ${setup}`;
  return { code: exitCodes.unreachable, type: 'NamespaceNotFound', message };
}

function describeAnswer(details: string, grpcCode: number): Description {
  if (grpcUnreachable.has(grpcCode)) {
    return {
      code: exitCodes.unreachable,
      type: 'Unreachable',
      message: `The Temporal server does not answer (${details})`,
    };
  }
  if (refusals.has(grpcCode)) {
    const message = `The Temporal server refuses this client (${details}): look at TEMPORAL_API_KEY, or at the profile`;
    return { code: exitCodes.unreachable, type: 'Unreachable', message };
  }
  if (grpcCode === grpcNotFound && /^Namespace /i.test(details)) {
    return describeNowhere(details, missingNamespace(details)?.name ?? readConfig().namespace);
  }
  if (grpcCode === grpcNotFound)
    return { code: exitCodes.wrongUse, type: 'NotFound', message: `The Temporal server says: ${details}` };
  return { code: exitCodes.failed, type: 'ServerError', message: `The Temporal server says: ${details}` };
}
