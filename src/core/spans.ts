/**
 * Spans of what is done outside of workflows: requests, tasks of a pack, calls of a model. Without tracing each is the bare
 * work, so that this module loads nothing.
 */

export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A place in a trace as it travels: headers by W3C Trace Context. */
export type TraceCarrier = Readonly<Record<string, unknown>>;

export interface SpanStart {
  /** `server` answers somebody's request, `client` makes one. @default 'internal' */
  readonly kind?: 'internal' | 'client' | 'server';
  readonly attributes?: SpanAttributes;
  /** Of whoever asked from another process. @default what runs here */
  readonly parent?: TraceCarrier;
  /** Of what went before and is no part of this. */
  readonly link?: TraceCarrier | undefined;
}

export interface OpenSpan {
  /** What `work` begins lies below this span. */
  run<R>(work: () => R): R;
  set(attributes: SpanAttributes): void;
  /** @param error why it failed; undefined where it did not */
  end(error?: unknown): void;
}

type OpenSpanAt = (name: string, start: SpanStart) => OpenSpan;

let opener: OpenSpanAt | undefined;

/** From now on spans are made by it. */
export function makeSpansBy(own: OpenSpanAt | undefined): void {
  opener = own;
}

/** Whether anything is traced. */
export function isTraced(): boolean {
  return opener !== undefined;
}

/** Undefined where nothing is traced. */
export function openSpan(name: string, start: SpanStart = {}): OpenSpan | undefined {
  return opener?.(name, start);
}

/**
 * Does the work in a span, which ends with it.
 *
 * @example const answer = await inSpan('chat gpt-5', { kind: 'client' }, async (set) => { … set({ 'gen_ai.usage.output_tokens': 95 }); });
 */
export async function inSpan<R>(
  name: string,
  start: SpanStart,
  work: (set: OpenSpan['set']) => Promise<R>,
): Promise<R> {
  const span = openSpan(name, start);
  if (!span) return work(nothing);
  try {
    const value = await span.run(() => work(span.set));
    span.end();
    return value;
  } catch (error) {
    span.end(error);
    throw error;
  }
}

const nothing = (): void => {};
