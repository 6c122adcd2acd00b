/** A hundred calls by each verb and each way of travelling, whose histories are counted for `docs/what-it-costs.md`. */
import { asCompleted, gather, group, proxyActivities, type GatherOptions } from 'fanfold/workflow';
import { proxyActivities as temporalProxy } from '@temporalio/workflow';

interface Shop {
  score(value: number): Promise<number>;
}
const options = { startToCloseTimeout: '1 minute' } as const;
const bare = temporalProxy<Shop>(options);
const alone = proxyActivities<Shop>({ travel: 'alone' });
const pack = proxyActivities<Shop>({ travel: 'pack' });
const local = proxyActivities<Shop>({ travel: 'local' });
const usual = proxyActivities<Shop>();
const items = Array.from({ length: 100 }, (_, index) => index);

async function by(call: Shop['score'], rule: GatherOptions<number, number> = {}): Promise<void> {
  await gather(items, (item) => call(item), rule);
}

export const promiseAll = async (): Promise<unknown> => Promise.all(items.map((item) => bare.score(item)));
export const gatherTemporal = (): Promise<void> => by(bare.score);
export const gatherAlone = (): Promise<void> => by(alone.score);
export const groupAlone = (): Promise<unknown> => group(items, (item) => alone.score(item));
export async function asCompletedAlone(): Promise<void> {
  for await (const result of asCompleted(items, (item) => alone.score(item))) if (!result.success) return;
}
export const gatherDeadline = (): Promise<void> => by(alone.score, { deadline: '1 minute' });
export const gatherTaskTimeout = (): Promise<void> => by(alone.score, { taskTimeout: '1 minute' });
export const gatherHedge = (): Promise<void> => by(alone.score, { hedge: {} });
export const gatherPack = (): Promise<void> => by(pack.score);
export const gatherLocal = (): Promise<void> => by(local.score);
export const gatherUsual = (): Promise<void> => by(usual.score);
