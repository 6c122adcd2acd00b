import { gather, proxyActivities } from 'fanfold/workflow';

const { double } = proxyActivities<{ double(value: number): Promise<number> }>();

export async function doubled(values: number[]): Promise<readonly number[]> {
  return (await gather(values, (value) => double(value), { deadline: '30s' })).mergedResults;
}
