/** The three verbs as a workflow sees them. */
import { fanOut } from '../core/verbs.ts';
import { workflowHost } from './host.ts';

export const { asCompleted, gather, group } = fanOut(workflowHost);
