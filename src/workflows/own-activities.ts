/**
 * fanfold's own activities by the names that this run began with: plain in a run from before there were prefixes.
 * The surprising rule: every name of an own activity comes through here, as Temporal compares it when a run is replayed.
 */
import { patched, type ActivityOptions } from '@temporalio/workflow';
import { prefixed } from '../core/own-names.ts';

interface OwnCall {
  (...args: unknown[]): Promise<unknown>;
  executeWithOptions(options: ActivityOptions, args: unknown[]): Promise<unknown>;
}

let hasPrefixes: boolean | undefined;

/** Whether this run began when fanfold's activities had their prefix. Decided at the first call, and then kept. */
export function beganWithPrefixes(): boolean {
  return (hasPrefixes ??= patched('fanfold.names'));
}

/**
 * The name of an activity of fanfold's in this run, where it is called by its name alone.
 *
 * @param name as fanfold's agents have it, without the prefix
 * @example await mapActivity(files, ownActivity('searchSource'));
 */
export function ownActivity(name: string): string {
  return beganWithPrefixes() ? prefixed(name) : name;
}

/**
 * Activities of fanfold's behind a proxy, by the names that this run began with.
 *
 * @param proxy made by any `proxyActivities` or `proxyLocalActivities`
 * @example const { searchSource } = ownActivities(proxyActivities<Sources>({ startToCloseTimeout: '30s' }));
 */
export function ownActivities<A extends object>(proxy: A): A {
  const byName = proxy as Readonly<Record<string, OwnCall>>;
  // The proxy is asked when the call is made, since before that nothing of the run is known.
  const callOf = (name: string): OwnCall => {
    const named = (): OwnCall => byName[ownActivity(name)] as OwnCall;
    return Object.assign((...args: unknown[]) => named()(...args), {
      executeWithOptions: (options: ActivityOptions, args: unknown[]) => named().executeWithOptions(options, args),
    });
  };
  return new Proxy(proxy, { get: (_target, name) => (typeof name === 'string' ? callOf(name) : undefined) });
}
