/** The workflows of fanfold's agents; each name is the workflow's type in Temporal. */
export { research } from './research/workflow/research.ts';
export { review } from './review/workflow/review.ts';
export { support } from './support/workflow/support.ts';
export { reconcile } from './reconcile/workflow/reconcile.ts';
export { agent } from './loop/workflow/agent.ts';
