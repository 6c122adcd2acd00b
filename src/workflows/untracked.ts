/**
 * Promises of the library's own, of which no stack trace is kept: the SDK takes one of every promise of a workflow through
 * the source map, for whoever asks where a workflow stands, and in a fan-out that was most of a task's processor time.
 * The surprising rule: the SDK asks the sandbox's own `Error` for the trace, so for one synchronous step another stands
 * there, which differs only by what `new Error()` without arguments makes; code of a workflow's author runs in `tracked`.
 */

/** An error that is asked for nothing has no stack; every other one is as it always is. */
const traceless = new Proxy(Error, {
  construct(target, args: unknown[], made): object {
    if (made === traceless && args.length === 0) return Object.create(target.prototype) as object;
    return Reflect.construct(target, args, made === traceless ? target : made) as object;
  },
});

/** What stands there otherwise. */
let usual = Error;

/**
 * Runs a synchronous step of the library's own, whose promises cost no stack trace.
 *
 * @example return untracked(() => new Promise((resolve) => waiting.push(resolve)));
 */
export function untracked<R>(step: () => R): R {
  if (globalThis.Error === traceless) return step();
  usual = globalThis.Error;
  return during(traceless, step);
}

/** Runs code of a workflow's author inside of a step that is {@link untracked}. */
export function tracked<R>(step: () => R): R {
  return globalThis.Error === traceless ? during(usual, step) : step();
}

function during<R>(error: typeof Error, step: () => R): R {
  const before = globalThis.Error;
  globalThis.Error = error;
  try {
    return step();
  } finally {
    globalThis.Error = before;
  }
}
