/** The activities of map runs, over what else the worker has registered. */
import type { PartFacts, PlanPartInput, UnitInput, UnitReport } from '../../core/map.ts';
import type { Store } from '../../store/store.ts';
import { adoptParts, planPart } from './plan-part.ts';
import { runPages } from './run-pages.ts';

export function createMap(activities: Readonly<Record<string, unknown>>, store: Store) {
  return {
    planPart: (input: PlanPartInput): Promise<PartFacts> => planPart(store, activities, input),
    adoptParts: (input: { execution: string; earlier: string }): Promise<PartFacts[]> => adoptParts(store, input),
    runPages: (input: UnitInput): Promise<UnitReport> => runPages(store, activities, input),
  };
}
