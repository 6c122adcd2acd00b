/** What a worker knows of its sources and its model. */
import { ownActivities, proxyActivities } from '../../../workflow.ts';
import type { ResearchFacts } from '../activities/depth/index.ts';

export function askFacts(): Promise<ResearchFacts> {
  const { researchFacts } = ownActivities(
    proxyActivities<{ researchFacts(): Promise<ResearchFacts> }>({ startToCloseTimeout: '10s' }),
  );
  return researchFacts();
}
