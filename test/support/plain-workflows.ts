/** What somebody has in a Temporal project of their own: nothing of fanfold but the verbs. */
import { gather as ofProcesses } from '../../src/index.ts';
import { cached, gather, mapActivity, proxyActivities } from '../../src/workflow.ts';

const { slow } = proxyActivities<{ slow(ms: number): Promise<string> }>();
const { lengthOf } = proxyActivities<{ lengthOf(text: string): Promise<number> }>();
const limited = proxyActivities<{ slow(ms: number): Promise<string> }>({ limit: 'api' });

export async function slowOnes(ms: number): Promise<unknown> {
  return (await gather([ms], slow)).results;
}

/** A text between two that are empty. */
export async function lengths(text: string, times: number): Promise<unknown> {
  return (await gather(['', text.repeat(times), ''], (each) => lengthOf(each))).results;
}

export async function atLimit(): Promise<unknown> {
  return (await gather([1], limited.slow)).results;
}

export async function mapped(): Promise<unknown> {
  return (await mapActivity([1, 2], 'slow')).results;
}

export async function cachedOnes(): Promise<unknown> {
  return (await gather([1], cached('slow'))).results;
}

/** What an editor offers first. */
export async function wrongEntry(): Promise<unknown> {
  return ofProcesses([1], slow);
}
