/** Exactly what fanfold's worker registers; each name is the workflow's type in Temporal. */
export { research } from './research.ts';
export { runTasks } from './run-tasks.ts';
export { mapBranch } from './map/branch.ts';
export { mapItems } from './map/map-items.ts';
export { review } from './review.ts';
export { reconcile } from './reconcile.ts';
export { support } from './support.ts';
