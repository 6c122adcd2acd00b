/** Workflows as a user may write them who knows nothing of fanfold's inside: own names, own details, code that throws oddly. */
import {
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import type { FanIn } from '../../src/core/fan-in.ts';
import {
  detail,
  fanInOf,
  gather,
  group,
  isInsufficientResults,
  listen,
  liveControl,
  progress,
} from '../../src/workflow.ts';
import { oddValues } from './odd-values.ts';

/** Each task throws what is called so, in the workflow's own code. */
export async function oddTasks(names: string[]): Promise<FanIn> {
  return gather(
    names,
    (name) => {
      // oxlint-disable-next-line typescript/only-throw-error
      throw oddValues[name]?.();
    },
    { id: String },
  );
}

/** Fails by what is called so. */
export async function oddEnd(name: string): Promise<void> {
  const thrown = oddValues[name]?.();
  const failure = ApplicationFailure.create({ message: `half \ud83d of ${name}`, type: 'Odd', nonRetryable: true });
  throw Object.assign(failure, { cause: thrown });
}

/** Continues as new inside a task. */
export async function continues(times: number): Promise<string> {
  const { mergedResults } = await gather(['a', 'b'], async (name) => {
    if (times > 0 && name === 'a') await continueAsNew<typeof continues>(times - 1);
    return `last ${name}`;
  });
  return mergedResults.join();
}

/** What is left of an error of a fan-out, as its author catches it. */
export async function caught(): Promise<unknown> {
  const failing = (name: string): string => {
    if (name === 'details') throw ApplicationFailure.create({ message: 'm', type: 'Bad', details: [{ code: 4242 }] });
    if (name === 'own') throw new TypeError('a mistake');
    return name;
  };
  const names = ['fine', 'details', 'own'];
  const insufficient = await gather(names, failing, { id: String, minSuccessRatio: 0.5 }).catch(
    (error: unknown) => error,
  );
  const failed: unknown = await group(['details'], failing).catch((error: unknown) => error);
  return {
    is: [isInsufficientResults(insufficient), isInsufficientResults(failed), isInsufficientResults(new Error('m'))],
    merged: fanInOf<string>(insufficient)?.mergedResults,
    errors: fanInOf(insufficient)?.results.map((result) => (result.success ? undefined : result.error)),
    group: failed instanceof ApplicationFailure && failed.cause instanceof ApplicationFailure && failed.cause.details,
    none: fanInOf(new Error('m')) ?? 'none',
  };
}

export const leave = defineSignal('leave');

/** Has a query, an Update and details of its own, by names that were fanfold's once; before its fan-out or after. */
export async function ownHandlers(isFirst: boolean): Promise<string> {
  let settled = 0;
  let left = false;
  const set = (): void => {
    setHandler(defineQuery('progress'), () => 'MY PROGRESS');
    setHandler(defineUpdate('settleNow'), () => `MY ORDER IS SETTLED ${++settled}`);
    setHandler(leave, () => void (left = true));
    setCurrentDetails('MY DETAILS');
  };
  if (isFirst) set();
  const running = gather(['a', 'b'], async (name) => (name === 'a' ? undefined : condition(() => left)), {
    id: String,
  });
  if (!isFirst) set();
  detail(() => 'MY SECTION')();
  return (await running).stoppedBy;
}

/** Many fan-outs, a few of them in each workflow task; the answer says what is left of them. */
export async function manyFanOuts(turns: number, tasks: number, inOneGo: number): Promise<string[]> {
  const items = Array.from({ length: tasks }, (_, index) => index);
  for (let turn = 0; turn < turns; turn++) {
    if (turn % inOneGo === 0) await sleep(1);
    await gather(items, (item) => item);
  }
  return progress(0).map(({ name }) => name);
}

/** Leaves neither handlers nor details. */
export async function withoutLive(): Promise<string> {
  liveControl({ handlers: false, details: false });
  let left = false;
  setHandler(leave, () => void (left = true));
  return (await gather(['a'], () => condition(() => left))).stoppedBy;
}

/** A kind's run whose code is wrong: it calls `listen`, as those do. */
export async function wrongKind(): Promise<void> {
  listen();
  await sleep(1);
  throw new TypeError('a mistake in the code of a kind');
}
