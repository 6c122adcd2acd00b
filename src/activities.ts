/** Everything that can fail: the activities that fanfold's worker registers, made from what they depend on. */
import { resolve } from 'node:path';
import type { Limits } from './limits/learned/settings.ts';
import { createReconcileActivities } from './agents/reconcile/activities/index.ts';
import { createResearchActivities } from './agents/research/activities/index.ts';

export * from './activities/index.ts';

export interface ActivitiesOptions {
  /** Where indexes and caches live. @default `FANFOLD_HOME` or `.fanfold` */
  readonly home?: string;
  /** The named limits of the worker. @default those of `fanfold.config.ts` or `.json` */
  readonly limits?: Limits;
}

/** fanfold's own activities, to spread beside one's own. */
export function createActivities({
  home = resolve(process.env['FANFOLD_HOME'] ?? '.fanfold'),
  limits,
}: ActivitiesOptions = {}) {
  return {
    ...createResearchActivities({ home, limits }),
    ...createReconcileActivities({ home }),
  };
}
