/** The workflows of the library itself, without its agents; each name is the workflow's type in Temporal. */
export { runTasks } from './run-tasks.ts';
export { mapBranch } from './map/branch.ts';
export { mapItems } from './map/map-items.ts';
