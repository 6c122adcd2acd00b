/**
 * The tables of a workflow's fan-outs in the Web UI, below what its author wrote there himself.
 * They are written when somebody asks for them, since each costs its length to write, and few are ever looked at.
 */
import { getCurrentDetails, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { untracked } from './untracked.ts';

/** Temporal refuses details above 20,000 bytes. */
const maxBytes = 20_000;
const maxTableBytes = 15_000;
const separator = '\n\n';

/** A workflow's module state is its own. */
let tables: (bytes: number) => string = () => '';
let section = (): string => '';
/** Stands first. */
let heading = '';
/** What fanfold wrote last, which is not its author's. */
let written = '';
let dirty = false;
let shownAt = 0;
let whenAsked = false;

/** Says what the tables are; at most so many bytes of them. */
export function showTables(make: (bytes: number) => string): void {
  tables = make;
}

/**
 * A text of the workflow's own below the tables in the Web UI; the answer refreshes it.
 * What `setCurrentDetails` of the SDK wrote stays, above them.
 *
 * @example
 * const refresh = detail(() => `${turns} turns so far`);
 * turns++; refresh();
 */
export function detail(text: () => string): () => void {
  section = text;
  return () => {
    dirty = true;
    write();
  };
}

/** What is to be read first, such as what the workflow waits for; empty where there is nothing. */
export function showHeading(text: string): void {
  heading = text;
  refreshDetails();
}

/** Says that something has changed: the details are written anew, at the latest with the next workflow task. */
export function refreshDetails(): void {
  dirty = true;
  if (whenAsked) return;
  // Where nobody says that they are asked for, what has changed by the end of this step is shown, once in each.
  if (workflowInfo().historyLength === shownAt) return;
  shownAt = workflowInfo().historyLength;
  afterSteps(landingSteps);
}

/** After this many microtasks what a step set off has landed, the end of its fan-out too. */
const landingSteps = 32;

function afterSteps(left: number): void {
  if (left === 0) return write();
  void untracked(() => Promise.resolve().then(() => afterSteps(left - 1)));
}

/** For the interceptor: from now on the details are written only by {@link writeIfAsked}. */
export function writeWhenAsked(): void {
  whenAsked = true;
}

/** By this query Temporal's own tools ask for them. */
const detailsQuery = '__temporal_workflow_metadata';

interface Asking {
  readonly queryWorkflow?: { readonly queryType?: string | null } | null;
}

/** @param jobs of an activation that has not begun */
export function writeIfAsked(jobs: readonly Asking[]): void {
  if (jobs.some(({ queryWorkflow }) => queryWorkflow?.queryType === detailsQuery)) write();
}

function write(): void {
  if (!dirty) return;
  dirty = false;
  const authors = authorsOwn();
  const below = section();
  const left = maxBytes - 3 * (authors.length + heading.length + below.length);
  const table = left < 500 ? '' : tables(Math.min(maxTableBytes, left));
  written = [heading, table, below].filter(Boolean).join(separator);
  setCurrentDetails([authors, written].filter(Boolean).join(separator));
}

function authorsOwn(): string {
  const current = getCurrentDetails();
  if (written === '' || !current.endsWith(written)) return current;
  const before = current.slice(0, -written.length);
  return before.endsWith(separator) ? before.slice(0, -separator.length) : before;
}
