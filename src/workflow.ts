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
  type Target,
} from './workflows/live-control.ts';

// What workflows of kinds of one's own are made of, as those of fanfold's agents are.
export { cached, type CachedOptions } from './workflows/cached.ts';
export { acceptUpdate, refuseBad, type UpdateHandlers } from './workflows/accept-update.ts';
export { workflowHost } from './workflows/host.ts';
export { outcome } from './workflows/outcome.ts';
export { ownActivities, ownActivity } from './workflows/own-activities.ts';
export { fanInOf, isInsufficientResults } from './core/fan-in-error.ts';
export { shownId } from './workflows/shown-id.ts';
export { detail } from './workflows/details.ts';
export { waitForPerson } from './workflows/wait-for-person.ts';
export { inSpan } from './workflows/spans.ts';
export { listen, liveControl, type LiveControlOptions } from './workflows/live-control.ts';
export { gatherBySize } from './workflows/travel/gather-by-size.ts';
export type { ActivityWork } from './workflows/travel/activity-work.ts';
export { mustSeeEach } from './core/travel/see-each.ts';
export { coverageNote, type Coverage } from './core/reduce/reducer.ts';
export { gatherOptions, type RunOptions } from './core/run-options.ts';
export { knownResults, type RunContext, type RunOutcome, type TaskSpec } from './core/run.ts';
export { given, type Given } from './core/given.ts';
export { Budget } from './core/budget.ts';
export { milliseconds, type Duration } from './core/duration.ts';
export { InsufficientResultsError, InvalidOptionsError } from './core/errors.ts';
export { fanIn, type FanIn } from './core/fan-in.ts';
export { assertMinimum } from './core/minimum.ts';
export type { FanOutOptions, GatherOptions, NamedFanOutOptions, NamedGatherOptions } from './core/options.ts';
export type { StopReason } from './core/stop.ts';
export {
  describeError,
  type TaskError,
  type TaskErrorKind,
  type TaskFailure,
  type TaskResult,
  type TaskSuccess,
} from './core/task.ts';
export { groupFanIn } from './core/verbs.ts';
export type { ResultsPage } from './core/live/results-page.ts';
