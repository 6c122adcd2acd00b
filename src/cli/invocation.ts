/**
 * One call of one command: what every command is given, and what is given back at its end, however it ends.
 * A first signal ends the command in order, a second one ends the process at once.
 */
import type { Command } from 'commander';
import { FanfoldError } from '../errors.ts';
import { readConfig } from '../config.ts';
import { exitCodes, Interrupted, keepLog, report, say, write, writeJson, type ExitCode } from './exit.ts';
import { checkOutput, isSameFile, stdout } from './output.ts';
import type { RunStatus } from '../runs/run-view.ts';
import type { Session, SessionOptions } from './session.ts';

/**
 * Options of every command that asks a server.
 *
 * @example const options: SharedOptions = { json: true, address: 'localhost:7233' };
 */
export interface SharedOptions {
  readonly json?: true;
  readonly id?: string;
  readonly address?: string;
  readonly namespace?: string;
}

/** Ends even if the server or a worker does not: whatever is left then is found by the next start. */
const closeMs = 8000;

/**
 * A command as it was called: its options, its client and the signal that ends it.
 *
 * @example const work = async (invocation: Invocation, page: string) => startAndFollow(invocation, digestKind, { pages: [page] });
 */
export class Invocation<O extends SharedOptions = SharedOptions> {
  readonly options: O;
  readonly signal: AbortSignal;
  /** The run that a signal leaves behind, and that its message names. */
  runId: string | undefined;
  /** How that run is over, once it is. */
  ended: RunStatus | undefined;
  #session: Promise<Session> | undefined;
  readonly #closers: (() => Promise<void>)[] = [];
  #stdoutTaken = false;
  readonly #outputs: (readonly [flag: string, file: string])[] = [];

  constructor(options: O, signal: AbortSignal) {
    this.options = options;
    this.signal = signal;
  }

  get json(): boolean {
    return this.options.json === true;
  }

  /** A word on the way; never on stdout, which is for the answer. */
  say(message: string): void {
    say(message);
  }

  /** The answer: JSON for a program, text for a person, on stderr where stdout is taken by an output. */
  async answer(value: unknown, text: () => string): Promise<void> {
    if (this.#stdoutTaken) this.say(text());
    else await (this.json ? writeJson(JSON.stringify(value, undefined, 2)) : write(`${text()}\n`));
  }

  /**
   * Says before any work is done where an output will go.
   *
   * @param flag the option that named it, for the message
   * @param inputs files that are read
   * @throws {FanfoldError} of type `InvalidInput` where it can never be written, or in the place of what is read or of another output
   */
  willWrite(file: string, flag = '--output', inputs: readonly string[] = []): void {
    const refused = (message: string): FanfoldError =>
      new FanfoldError('InvalidInput', message, flag.replace(/^-+/, ''));
    checkOutput(file, flag);
    const isStdout = file === stdout;
    const other = this.#outputs.find(([, each]) => isSameFile(file, each))?.[0] ?? (isStdout && this.json && '--json');
    if (other)
      throw refused(
        `${other} and ${flag} both want ${isStdout ? 'stdout' : file}; name ${isStdout ? 'a' : 'another'} file for one`,
      );
    const input = inputs.find((each) => each !== stdout && isSameFile(file, each));
    if (input !== undefined) throw refused(`${flag} ${file} would replace ${input}, which is read; name another file`);
    this.#outputs.push([flag, file]);
    this.#stdoutTaken ||= isStdout;
  }

  /** The connection to a server, opened at the first call. */
  session(allowed: Pick<SessionOptions, 'mayLackNamespace'> = {}): Promise<Session> {
    const { address, namespace } = this.options;
    this.#session ??= import('./session.ts').then(({ openSession }) =>
      openSession({ address, namespace, ...allowed, say: (message) => this.say(message) }),
    );
    return this.#session;
  }

  /** Does this at the end, before the session closes. */
  atEnd(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  /** The work's outcome, or {@link Interrupted} as soon as a signal comes. */
  async interruptible<R>(work: Promise<R>): Promise<R> {
    this.signal.throwIfAborted();
    const { promise, reject } = deferred<never>();
    const stop = (): void => reject(this.signal.reason);
    this.signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([work, promise]);
    } finally {
      this.signal.removeEventListener('abort', stop);
    }
  }

  /** Resolves at the first signal. */
  interrupted(): Promise<void> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  async close(): Promise<void> {
    const closing = async (): Promise<void> => {
      for (const close of this.#closers.toReversed()) await close();
      // What never opened has reported so already.
      const session = await this.#session?.catch(() => undefined);
      await session?.close();
    };
    const { promise, resolve } = deferred<void>();
    const timer = setTimeout(resolve, this.#closers.length > 0 ? 3 * closeMs : closeMs);
    await Promise.race([closing(), promise]);
    clearTimeout(timer);
  }
}

export type CommandWork<O extends SharedOptions, A extends readonly unknown[]> = (
  invocation: Invocation<O>,
  ...args: A
) => Promise<ExitCode | void>;

/**
 * A command's action: signals, errors, exit code and clean-up are seen to.
 *
 * @example command.action(action((invocation, pages: readonly string[]) => startAndFollow(invocation, digestKind, { pages })));
 */
export function action<O extends SharedOptions, A extends readonly unknown[]>(work: CommandWork<O, A>) {
  return (...given: unknown[]): Promise<void> => {
    // Commander calls with the arguments, the options and the command.
    const args = given.slice(0, -2) as readonly unknown[] as A;
    return perform(given.at(-2) as O, (invocation) =>
      invocation.interruptible(Promise.resolve(work(invocation, ...args))),
    );
  };
}

/** As {@link action}, for a process that is there until a signal: that is its regular end. */
export function lasting<O extends SharedOptions>(work: CommandWork<O, []>) {
  return (options: O): Promise<void> => {
    const { logFormat = process.stderr.isTTY ? 'text' : 'json' } = readConfig();
    keepLog(logFormat);
    return perform(options, work);
  };
}

async function perform<O extends SharedOptions>(options: O, work: CommandWork<O, []>): Promise<void> {
  const invocation = new Invocation(options, untilSignal());
  try {
    process.exitCode = (await work(invocation)) ?? exitCodes.done;
  } catch (error) {
    process.exitCode = await report(error, {
      json: invocation.json,
      runId: invocation.runId,
      ended: invocation.ended,
    });
  } finally {
    await invocation.close();
  }
}

function untilSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.interrupted);
      controller.abort(new Interrupted('Interrupted'));
    });
  }
  return controller.signal;
}

/**
 * Adds what every command takes: `--json`, `--id`, `--address` and `--namespace`.
 *
 * @example addSharedOptions(program.command('digest').argument('<page...>'));
 */
export function addSharedOptions(command: Command): Command {
  return command
    .option('--json', 'one JSON value on stdout, and nothing else there')
    .option('--id <id>', 'the id of the run; one that is taken joins that run')
    .option('--address <host:port>', 'the Temporal server (TEMPORAL_ADDRESS); fanfold runs its own without one')
    .option('--namespace <name>', 'its namespace (TEMPORAL_NAMESPACE)');
}

function deferred<R>(): { promise: Promise<R>; resolve: (value: R) => void; reject: (error: unknown) => void } {
  let resolve!: (value: R) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<R>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
