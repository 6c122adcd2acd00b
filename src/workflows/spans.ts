/** Spans of fan-outs and of the steps of an agent: the bare work, unless the module of interceptors for tracing is loaded. */

type InSpan = <R>(name: string, work: () => Promise<R>) => Promise<R>;

let spanned: InSpan = (_name, work) => work();

/** A workflow's module state is its own. */
export function spanBy(own: InSpan): void {
  spanned = own;
}

/** What a fan-out's span is called. */
export function fanOutSpan(name: unknown): string {
  return typeof name === 'string' ? `fan-out ${name}` : 'fan-out';
}

/**
 * Does the work in a span of this name, where the worker traces; what it begins lies below. It changes nothing else.
 *
 * @example const turn = await inSpan('step plan', () => plan(question));
 */
export function inSpan<R>(name: string, work: () => Promise<R>): Promise<R> {
  return spanned(name, work);
}
