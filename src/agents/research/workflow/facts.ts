/** What a worker knows of its sources and its model. */
import { ownActivities, proxyActivities } from '../../../workflow.ts';
import type { ResearchFacts } from '../activities/depth/index.ts';

/** @param question where what its language means is to be known too */
export function askFacts(question?: string): Promise<ResearchFacts> {
  const { researchFacts } = ownActivities(
    proxyActivities<{ researchFacts(question?: string): Promise<ResearchFacts> }>({ startToCloseTimeout: '10s' }),
  );
  return question === undefined ? researchFacts() : researchFacts(question);
}
