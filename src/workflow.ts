/** What a workflow of one's own imports; everything here runs in Temporal's sandbox. */
export { asCompleted, gather, group } from './workflows/verbs.ts';
export { activityDefaults, proxyActivities } from './workflows/activity.ts';
export { runTasks } from './workflows/run-tasks.ts';
export { reduce, type MergeInfo, type MergeInput, type ReduceOptions, type Reduction } from './workflows/reduce.ts';
export { mapSource } from './workflows/map/map-source.ts';
export { mapItems } from './workflows/map/map-items.ts';
export { mapBranch } from './workflows/map/branch.ts';
export type { MapOptions, MapOutcome, MapSource } from './core/map/types.ts';
export { mapActivity, type MapActivityOptions } from './workflows/travel/map-activity.ts';
export {
  addTasks,
  cancelTask,
  extendDeadline,
  progress,
  progressQuery,
  resultsQuery,
  setConcurrency,
  setMinimum,
  settleNow,
  type ResultsPage,
  type Target,
} from './workflows/live.ts';
