/** HTTP as sources want to be asked: politely, with a time limit, and no longer than somebody waits for it. */
import { parseKeeping } from '../../core/json.ts';
import { boundedMs } from '../../core/sleep.ts';
import { ApplicationFailure } from '@temporalio/common';
import type { Response } from 'undici';
import { textIn } from './charset.ts';
import { garbledIn, malformed, refused, unreachable, type HttpRefusal } from './failures.ts';
import { guardedFetch, type GuardedRequest } from './guarded.ts';

/**
 * Who is asked, how long, and what a refusal means.
 *
 * @example const options: FetchOptions = { source: 'github', signal: currentSignal(), timeoutMs: 5000 };
 */
export interface FetchOptions extends GuardedRequest {
  /** Milliseconds for the whole answer. @default 8000 */
  readonly timeoutMs?: number;
  /** The setting that names the address, for who reads a failure. @default `FANFOLD_SOURCE_<SOURCE>_URL` */
  readonly setting?: string;
  /** Bytes of the answer. @default 5,000,000 as text, 500,000 as JSON */
  readonly maxBytes?: number;
  /** What a refusal means where the status alone does not say it; undefined leaves it to the status. */
  readonly meaning?: (refusal: HttpRefusal) => ApplicationFailure | undefined;
  /** Whether an answer of this `content-type` is read; of another no byte is. @default any is */
  readonly accepts?: (contentType: string) => boolean;
}

/**
 * An answer as it came.
 *
 * @example const isPage = ({ contentType }: FetchedBytes) => contentType.startsWith('text/html');
 */
export interface FetchedBytes {
  readonly bytes: Uint8Array;
  /** As the header has it; empty where there is none. */
  readonly contentType: string;
}

const maxBytes = 5_000_000;
/** What is parsed on the thread that all tasks share: 50 ms of it. */
const maxJsonBytes = 500_000;

/**
 * The answer of a GET as JSON, of at most 500 kB; a larger one is for `fetchText`, and to be read on a thread of its own.
 * A number that JavaScript would make another one, such as an id of 64 bits, is text: its digits stay, and a schema that
 * wants a number refuses it by its name.
 *
 * @throws {ApplicationFailure} as `failures.ts` types them, or the reason of `signal` where it was aborted
 * @example const found = await fetchJson(new URL('https://api.example.org/works'), { source: 'works', signal: currentSignal() });
 */
export async function fetchJson(url: URL, options: FetchOptions): Promise<unknown> {
  const headers = { accept: 'application/json', ...options.headers };
  const text = await fetchText(url, { maxBytes: maxJsonBytes, ...options, headers });
  try {
    return parseKeeping(text);
  } catch (error) {
    throw malformed(options.source, 'its body is no JSON', error);
  }
}

/**
 * The answer of a GET as text, of at most 5 MB.
 *
 * @throws as {@link fetchJson} does
 * @example const page = await fetchText(new URL('https://example.org'), { source: 'example', signal: currentSignal() });
 */
export async function fetchText(url: URL, options: FetchOptions): Promise<string> {
  return textIn(await fetchBytes(url, options));
}

/**
 * The answer of a GET as it came, of at most 5 MB.
 *
 * @throws as {@link fetchJson} does, or a final failure of type `KindNotRead` where `accepts` says no
 * @example const { bytes } = await fetchBytes(new URL('https://example.org/a.pdf'), { source: 'example', signal: currentSignal() });
 */
export async function fetchBytes(url: URL, options: FetchOptions): Promise<FetchedBytes> {
  const { source, signal, timeoutMs = 8000 } = options;
  const { setting = `FANFOLD_SOURCE_${variable(source)}_URL` } = options;
  const timeout = AbortSignal.timeout(boundedMs(timeoutMs));
  try {
    const response = await guardedFetch(url, {
      ...options,
      headers: { 'user-agent': userAgent(), ...options.headers },
      signal: AbortSignal.any([signal, timeout]),
    });
    return await readAnswer(response, options);
  } catch (error) {
    signal.throwIfAborted();
    const failure = failureIn(error);
    if (failure) throw failure;
    if (timeout.aborted) throw slow(source, timeoutMs);
    // An address that data brought is in no setting.
    const hint = options.from === 'data' ? 'Check the network' : `Check the network, or point ${setting} elsewhere`;
    throw garbledIn(error, source) ?? unreachable(source, url.host, hint, error);
  }
}

/** @throws {ApplicationFailure} where it refuses, or is not what was asked for */
async function readAnswer(response: Response, options: FetchOptions): Promise<FetchedBytes> {
  const { source, maxBytes: most = maxBytes, meaning = () => undefined, accepts = () => true } = options;
  const contentType = response.headers.get('content-type') ?? '';
  if (response.ok && !accepts(contentType)) {
    await response.body?.cancel();
    throw notRead(source, contentType);
  }
  const bytes = await readBody(response, source, most);
  if (response.ok) return { bytes, contentType };
  const body = textIn({ bytes, contentType });
  const refusal = { source, status: response.status, header: (name: string) => response.headers.get(name), body };
  throw meaning(refusal) ?? refused(refusal);
}

/** A failure of ours, also where `fetch` has wrapped it. */
function failureIn(thrown: unknown): ApplicationFailure | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if (error instanceof ApplicationFailure) return error;
  }
  return undefined;
}

/**
 * A source's part of the name of its environment variables.
 *
 * @example const key = process.env[`FANFOLD_SOURCE_${variable('stack-exchange')}_KEY`];
 */
export function variable(source: string): string {
  return source.toUpperCase().replaceAll('-', '_');
}

function slow(source: string, timeoutMs: number): ApplicationFailure {
  return ApplicationFailure.create({ type: 'TimedOut', message: `${source} did not answer within ${timeoutMs} ms` });
}

function notRead(source: string, contentType: string): ApplicationFailure {
  const kind = contentType.slice(0, 100) || 'something of no kind that it names';
  return ApplicationFailure.nonRetryable(`${source} answered with ${kind}, which is not read`, 'KindNotRead');
}

async function readBody(response: Response, source: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > most) throw malformed(source, `its body is above ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Several sources refuse callers that do not say who they are and how to reach them. */
function userAgent(): string {
  const contact = process.env['FANFOLD_CONTACT'];
  return `fanfold/0.1.0 (+https://github.com/fanfold/fanfold${contact ? `; ${contact}` : ''})`;
}
