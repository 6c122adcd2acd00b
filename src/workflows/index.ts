/** Exactly what fanfold's worker registers; each name is the workflow's type in Temporal. */
export { research } from '../agents/research/workflow/research.ts';
export { runTasks } from './run-tasks.ts';
export { mapBranch } from './map/branch.ts';
export { mapItems } from './map/map-items.ts';
export { review } from '../agents/review/workflow/review.ts';
export { reconcile } from '../agents/reconcile/workflow/reconcile.ts';
export { support } from '../agents/support/workflow/support.ts';
