/**
 * The loop's activities as a run calls them. In a deploy a worker of before may take one that it does not have: the run
 * then asks again, as long as a deploy takes, since that says nothing of the step itself.
 */
import { patched, sleep } from '@temporalio/workflow';
import { describeError, ownActivities, proxyActivities } from '../../../workflow.ts';
import type { AgentActivities } from '../activities/index.ts';
import { stepNames } from '../pure/steps.ts';

type StepName = (typeof stepNames)[number];
type Call = (asked: unknown) => Promise<unknown>;
export type Steps = Pick<AgentActivities, StepName>;

/** In which workers of before are replaced. */
const deployMs = 15 * 60_000;
const firstPauseMs = 2000;
const longestPauseMs = 10_000;

/**
 * The loop's activities as an agent's worker calls them.
 *
 * @param prefix of their names; an agent of one's own has one of its own
 */
export function stepsOf(prefix: string, options: Parameters<typeof proxyActivities>[0]): Steps {
  const proxy = proxyActivities<Record<string, Call>>(options);
  const all = prefix === '' ? ownActivities(proxy) : proxy;
  const calls = stepNames.map((name) => {
    const call = all[prefix + name];
    return [name, call && ((asked: unknown) => untilKnown(() => call(asked)))] as const;
  });
  return Object.fromEntries(calls) as Record<StepName, unknown> as Steps;
}

async function untilKnown<R>(call: () => Promise<R>): Promise<R> {
  const endsAt = Date.now() + deployMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await call();
    } catch (error) {
      // Runs that began before have taken it for a failure of the step.
      if (!isUnknown(error) || Date.now() >= endsAt || !patched('fanfold: a step waits for a worker that has it'))
        throw error;
    }
    await sleep(pauseMs);
  }
}

/** As Temporal's worker says of an activity that it does not have, and fanfold's of one in a pack. */
function isUnknown(error: unknown): boolean {
  const { name, message } = describeError(error);
  if (name === 'UnknownActivity') return true;
  return name === 'NotFoundError' && message.startsWith('Activity function ') && message.includes('not registered');
}
