import { gather, mapActivity, proxyActivities, isInsufficientResults } from 'fanfold/workflow';

const { double } = proxyActivities<{ double(value: number): Promise<number> }>();

/** The verb over calls that travel as it suits. */
export async function doubled(count: number): Promise<number> {
  const items = Array.from({ length: count }, (_, index) => index);
  const { mergedResults } = await gather(items, (item) => double(item), { id: String, deadline: '30s' });
  return mergedResults.reduce((sum, each) => sum + each, 0);
}

/** Packs of one activity. */
export async function packed(count: number): Promise<number> {
  const items = Array.from({ length: count }, (_, index) => index);
  return (await mapActivity<number>(items, 'double', { granularity: 'auto' })).successCount;
}

export async function caught(): Promise<string> {
  try {
    await gather([1], () => Promise.reject(new Error('no')), { minSuccessRatio: 1 });
    return 'nothing';
  } catch (error) {
    return isInsufficientResults(error) ? 'insufficient' : String(error);
  }
}

export async function lengthOf(text: string): Promise<number> {
  return text.length;
}
