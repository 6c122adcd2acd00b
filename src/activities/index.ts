/** What activities are written with: the attempt that they are, HTTP with typed failures, threads for parsing, limits, tokens and settings. */
export { given } from '../core/given.ts';
export { currentContext, currentSignal } from './context.ts';
export { fetchJson, fetchText, variable, type FetchOptions } from './http/fetch.ts';
export { guardedFetch, type GuardedRequest } from './http/guarded.ts';
export { malformed, rateLimited, refused, unreachable, type HttpRefusal } from './http/failures.ts';
export { read } from './http/read.ts';
export { refusalOf } from '../limits/learned/refusal.ts';
export { retryDelayFor } from '../limits/learned/retry-after.ts';
export { throttled, throttledMark } from '../limits/throttled.ts';
export { reserveTokens, TokensSpent } from '../limits/tokens.ts';
export { checkPart, readSettings, SettingsError, type Settings } from '../settings.ts';
export type { Limits } from '../limits/learned/settings.ts';
export { moduleBeside, runApart, type ApartFunction, type ApartOptions } from './thread/apart.ts';
export type { Activity, Part } from '../runs/part.ts';
export { installed, installedNow, type Feature } from '../packages/installed.ts';
export { openStore, type Store } from '../store/index.ts';
export { codedByWorker } from './worker-codecs.ts';
