/**
 * Work on bytes from outside, on a thread of its own with limits of time and memory: whatever a document holds, the thread
 * that all tasks share goes on, and with it their heartbeats.
 */
import { availableParallelism } from 'node:os';
import { ApplicationFailure } from '@temporalio/common';
import { WaitingLine } from '../waiting-line.ts';
import { ParsingThread } from './parsing-thread.ts';

/**
 * A function of a module, to be run on a thread of its own.
 *
 * @example const parse: ApartFunction = { module: moduleBeside(import.meta.url, './parse.ts'), name: 'parseStatement' };
 */
export interface ApartFunction {
  /** As {@link moduleBeside} gives it. */
  readonly module: string;
  /** The name by which the module exports it. */
  readonly name: string;
}

/**
 * Whose bytes a function on a thread of its own reads, and how long it may.
 *
 * @example const options: ApartOptions = { source: 'bank.xml', signal: currentSignal(), timeoutMs: 10_000 };
 */
export interface ApartOptions {
  /** Whose bytes these are, for who reads a failure: `arxiv`, `docs/big.pdf`. */
  readonly source: string;
  readonly signal?: AbortSignal;
  /** Milliseconds that the function may take, its loading apart. @default 5000 */
  readonly timeoutMs?: number;
  /** Megabytes of objects and texts that the function may hold; half a gigabyte in buffers comes on top. @default 256 */
  readonly memoryMb?: number;
}

/**
 * The address of a module that lies beside the one that asks, as source or as it was built.
 * @param here `import.meta.url`
 * @param file such as `./read.ts`
 * @example const module = moduleBeside(import.meta.url, './parse.ts');
 */
export function moduleBeside(here: string, file: string): string {
  // Threads run the ES modules, whichever of the two builds asks.
  const built = here.replace('/dist/cjs/', '/dist/');
  return new URL(here.endsWith('.ts') ? file : file.replace(/\.ts$/, '.js'), built).href;
}

const usualTimeoutMs = 5000;
const usualMemoryMb = 256;
const mostThreads = Math.max(1, Math.min(4, availableParallelism() - 1));
const entry = moduleBeside(import.meta.url, './entry.ts');

const idle: ParsingThread[] = [];
const line = new WaitingLine(mostThreads);

/**
 * Runs a function of one argument on a thread of its own. Argument and value are copied as `structuredClone` does.
 * @throws {ApplicationFailure} the function's own, or a final one of type `ParsingTimedOut` or `ParsingOutOfMemory`, or
 * the reason of `signal`
 * @example
 * const read = { module: moduleBeside(import.meta.url, './read.ts'), name: 'readStatement' };
 * const lines = await runApart<typeof readStatement>(read, bytes, { source: 'bank.xml', signal: currentSignal() });
 */
export async function runApart<F extends (input: never) => unknown>(
  work: ApartFunction,
  input: Parameters<F>[0],
  { source, signal = new AbortController().signal, timeoutMs = usualTimeoutMs, memoryMb = usualMemoryMb }: ApartOptions,
): Promise<Awaited<ReturnType<F>>> {
  return line.run(signal, async (): Promise<Awaited<ReturnType<F>>> => {
    const thread = idleOf(memoryMb) ?? new ParsingThread(entry, memoryMb);
    try {
      const answer = await thread.call({ ...work, input }, { signal, timeoutMs });
      if (answer.kind === 'value') return answer.value as Awaited<ReturnType<F>>;
      throw failureOf(answer, source, timeoutMs);
    } finally {
      if (thread.usable) idle.push(thread);
      thread.rest(() => idle.splice(idle.indexOf(thread), 1));
    }
  });
}

/** The one that was used last, as it is warm. */
function idleOf(memoryMb: number): ParsingThread | undefined {
  const at = idle.findLastIndex((thread) => thread.memoryMb === memoryMb);
  return at === -1 ? undefined : idle.splice(at, 1)[0];
}

type Faulty = Exclude<Awaited<ReturnType<ParsingThread['call']>>, { readonly kind: 'value' }>;

function failureOf(answer: Faulty, source: string, timeoutMs: number): ApplicationFailure {
  if (answer.kind === 'fault') return ApplicationFailure.create(answer.fault);
  const refused = (type: string, why: string): ApplicationFailure =>
    ApplicationFailure.nonRetryable(`${source} cannot be read: ${why}. It may be damaged, or made to do harm`, type);
  if (answer.kind === 'late') return refused('ParsingTimedOut', `reading it takes more than ${timeoutMs} ms`);
  return refused('ParsingOutOfMemory', `reading it takes too much memory (${answer.why})`);
}
