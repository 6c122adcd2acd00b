/** Conditions for the server's list of workflows. */
import type { Kinds } from './kinds.ts';

/** A text as such a condition has it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Whether a workflow is a run of a known kind. */
export function isOfKinds({ all }: Kinds): string {
  return `WorkflowType IN (${all.map(({ workflow }) => quoted(workflow)).join(', ')})`;
}
