/** Workflows of one's own whose tasks call activities, which travel as they are told or as it suits. */
import { ActivityFailure, type ApplicationFailure } from '@temporalio/common';
import { CancellationScope, defineSignal, isCancellation, setHandler, sleep } from '@temporalio/workflow';
import type { FanIn } from '../../src/core/fan-in.ts';
import type { GatherOptions } from '../../src/core/options.ts';
import type { Travel } from '../../src/core/travel/choose-travel.ts';
import { asCompleted, cached, gather, group, proxyActivities } from '../../src/workflow.ts';

interface Acts {
  act(item: unknown, more?: unknown): Promise<unknown>;
  twice(item: unknown): Promise<unknown>;
}

const proxied = (travel: Travel | undefined, options: object = {}): Acts =>
  proxyActivities<Acts>({
    ...(travel ? { travel } : {}),
    retry: { initialInterval: '10ms', maximumAttempts: 3 },
    ...options,
  });

const id = (item: unknown): string => `item-${String((item as { id?: unknown }).id)}`;

/** Two calls in each task, the second with the answer of the first. */
export async function calling(
  items: unknown[],
  travel?: Travel,
  options: GatherOptions<unknown, unknown> = {},
  of: object = {},
): Promise<FanIn> {
  const { act, twice } = proxied(travel, of);
  return gather(items, async (item) => twice(await act(item, 'more')), { id, ...options });
}

/** What a task catches. */
export async function catching(items: unknown[], travel?: Travel, of: object = {}): Promise<unknown> {
  const { act } = proxied(travel, of);
  const caught = (error: unknown): unknown => {
    const { cause, activityType, activityId } = error as ActivityFailure;
    const { type, message, details, nonRetryable, cause: below } = cause as ApplicationFailure;
    const shape = { name: cause?.name, type, details, nonRetryable, below: (below as ApplicationFailure)?.type };
    const isTimeout = cause?.name === 'TimeoutFailure';
    return [error instanceof ActivityFailure, activityType, activityId, shape, isTimeout ? '' : message];
  };
  const { mergedResults } = await gather(items, (item) => act(item).catch(caught), { id });
  return mergedResults;
}

export async function verbs(items: unknown[], travel?: Travel): Promise<unknown> {
  const { act } = proxied(travel);
  const grouped = await group(items, (item) => act(item), { id });
  const seen: string[] = [];
  for await (const result of asCompleted(items, (item) => act(item), { id })) seen.push(result.id);
  const until = await gather(items, (item) => act(item), { id, until: () => true });
  const hedged = await gather(items, (item) => act(item), { id, hedge: { after: '1 minute' } });
  const budget = { limit: items.length, estimate: 1 };
  const spent = await gather(items, (item) => act(item), { id, budget });
  return [grouped.length, seen.length, until.stoppedBy, hedged.successCount, spent.spent];
}

/** Cancels one task's call by a scope of its own. */
export async function cancelling(items: unknown[], travel?: Travel): Promise<unknown> {
  const { act } = proxied(travel);
  const scope = new CancellationScope();
  const task = async (item: unknown): Promise<unknown> => {
    if (id(item) !== 'item-0') return act(item);
    const call = scope.run(() => act(item));
    await sleep('100ms');
    scope.cancel();
    return call.catch((error: unknown) => `cancelled: ${isCancellation(error)}`);
  };
  return (await gather(items, task, { id, deadline: '5s' })).mergedResults;
}

/** Many fan-outs side by side, all of whose tasks are called alike. */
export async function sideBySide(fanOuts: number, tasks: number, ids: string[]): Promise<number> {
  const { act } = proxied(undefined);
  const items = Array.from({ length: tasks }, (_, index) => ({ id: index }));
  const one = (): Promise<FanIn> => gather(items, (item) => act(item), { id: ({ id: at }) => ids[at] ?? `pack-${at}` });
  const outside = Array.from({ length: 3 }, () => act({ id: 'outside' }));
  const all = await Promise.all(Array.from({ length: fanOuts }, one));
  await Promise.all(outside);
  return all.reduce((sum, { successCount }) => sum + successCount, 0);
}

/** One input is made here, as a client could not bring it. */
export async function swollen(characters: number): Promise<FanIn> {
  const { act } = proxied('pack');
  const items = ['', 'x'.repeat(characters), ''].map((text, index) => ({ id: index, text }));
  return gather(items, (item) => act(item), { id });
}

/** Its last task ends once the workflow has been asked to, and then so does it. */
export async function endingAtOnce(items: unknown[], travel: Travel): Promise<unknown> {
  const { act } = proxied(travel);
  setHandler(defineSignal('any'), () => {});
  return (await gather(items, (item) => act(item), { id })).mergedResults;
}

/** The last task ends only after the others have. */
export async function waitingForOthers(tasks: number, travel: Travel): Promise<string> {
  const { straggler, release } = proxyActivities<{
    straggler(last: boolean): Promise<void>;
    release(): Promise<void>;
  }>({ travel });
  let landed = 0;
  await gather([...Array.from({ length: tasks }, () => false), true], async (last) => {
    await straggler(last);
    if (!last && ++landed === tasks) await release();
  });
  return `${landed} had landed, then the straggler`;
}

/** @param shared whatever it is, as a caller without types may give it */
export async function cachedOnce(input: string, shared?: true): Promise<unknown> {
  return cached('secondTime', { shared: shared ?? undefined })(input);
}
