/** Everything that can fail: the activities that fanfold's worker registers, made from what they depend on. */
import { resolve } from 'node:path';
import { createDemoActivities } from './demo.ts';
import { createReconcileActivities } from './reconcile/index.ts';
import { createResearchActivities } from './research.ts';

export interface ActivitiesOptions {
  /** Where indexes and caches live. @default `FANFOLD_HOME` or `.fanfold` */
  readonly home?: string;
}

/** fanfold's own activities, to spread beside one's own. */
export function createActivities({
  home = resolve(process.env['FANFOLD_HOME'] ?? '.fanfold'),
}: ActivitiesOptions = {}) {
  return { ...createResearchActivities({ home }), ...createReconcileActivities({ home }), ...createDemoActivities() };
}
