/** The activities of map runs, over what else the worker has registered. */
import type {
  BranchResult,
  BranchTask,
  PartFacts,
  PlanPartInput,
  RunItemInput,
  RunItemOutput,
  UnitInput,
  UnitReport,
} from '../../core/map/types.ts';
import type { FindActivity } from '../find-activity.ts';
import type { Store } from '../../store/store.ts';
import { closePage, openPage, runItem } from './one-by-one.ts';
import { adoptParts, planPart } from './plan-part.ts';
import { runPages } from './run-pages.ts';

export function createMap(find: FindActivity, store: Store) {
  return {
    planPart: (input: PlanPartInput): Promise<PartFacts> => planPart(store, find, input),
    adoptParts: (input: { execution: string; earlier: string }): Promise<PartFacts[]> => adoptParts(store, input),
    openPage: (input: UnitInput): Promise<BranchTask[]> => openPage(store, input),
    runItem: (input: RunItemInput): Promise<RunItemOutput> => runItem(store, find, input),
    closePage: (input: UnitInput, results: readonly BranchResult[]): Promise<UnitReport> =>
      closePage(store, input, results),
    runPages: (input: UnitInput): Promise<UnitReport> => runPages(store, find, input),
  };
}
