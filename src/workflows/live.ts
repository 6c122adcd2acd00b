/**
 * Live control of a workflow's fan-outs: one query for progress, one for results, and an Update for each change.
 * Every Update has a validator, so a refused change leaves no trace in history.
 */
import { defineQuery, defineUpdate, setCurrentDetails, setHandler } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import type { Change, FanOutControl, Progress } from '../core/live/control.ts';
import type { Duration } from '../core/duration.ts';
import { InvalidOptionsError } from '../core/errors.ts';
import { given } from '../core/given.ts';
import { progressTable } from '../core/live/progress-table.ts';
import type { TaskResult } from '../core/task.ts';
import { acceptUpdate } from './desk.ts';

/** Which fan-out is meant; without a name the first that is still running. */
export interface Target {
  readonly name?: string;
}

export interface ResultsPage {
  readonly results: readonly TaskResult[];
  /** Position to ask for next; absent at the end of what has settled. */
  readonly next?: number;
}

export const progressQuery = defineQuery<Progress[], [maxTasks?: number]>('progress');
export const resultsQuery = defineQuery<ResultsPage, [Target & { after?: number; limit?: number }]>('results');
export const settleNow = defineUpdate<Progress, [Target?]>('settleNow');
export const extendDeadline = defineUpdate<Progress, [Target & { by: Duration }]>('extendDeadline');
export const cancelTask = defineUpdate<Progress, [Target & { id: string }]>('cancelTask');
export const addTasks = defineUpdate<Progress, [Target & { items: readonly unknown[] }]>('addTasks');
export const setConcurrency = defineUpdate<Progress, [Target & { concurrency: number }]>('setConcurrency');
export const setMinimum = defineUpdate<Progress, [Target & { ratio?: number; successes?: number }]>('setMinimum');

/** A character may take three bytes. */
const maxPageCharacters = 600_000;

/** By name; a workflow's module state is its own. */
const fanOuts = new Map<string, FanOutControl>();
let handled = false;

let section = (): string => '';

/** A text of the workflow's own below the tables in the Web UI; the answer refreshes it. */
export function detail(text: () => string): () => void {
  section = text;
  return showDetails;
}

function showDetails(): void {
  const below = section();
  // Temporal refuses details above 20,000 bytes.
  const tables = below === '' ? progressTable(progress(100)) : progressTable(progress(100), 10_000);
  setCurrentDetails([tables, below].filter(Boolean).join('\n\n'));
}

/** Makes the workflow answer to queries and Updates from its first moment, so that whoever asks early is heard and not refused. */
export function listen(): void {
  handle();
}

/** The progress of every fan-out of this workflow; calling it makes the workflow answer to queries and Updates. */
export function progress(maxTasks = 200): Progress[] {
  handle();
  return [...fanOuts].map(([name, control]) => ({ ...control.progress(maxTasks), name }));
}

/** Makes a fan-out reachable; the answer is called whenever it has moved, and refreshes the details in the Web UI. */
export function enter(control: FanOutControl): () => void {
  handle();
  let name = control.name;
  for (let number = 2; fanOuts.has(name); number++) name = `${control.name}-${number}`;
  fanOuts.set(name, control);
  let skipped = 0;
  const refresh = (): void => {
    const { total, stoppedBy } = control.progress(0);
    // A table costs its length to write: a large fan-out writes about a hundred of them in all.
    if (!stoppedBy && ++skipped < total / 100) return;
    skipped = 0;
    showDetails();
  };
  refresh();
  return refresh;
}

function handle(): void {
  if (handled) return;
  handled = true;
  setHandler(progressQuery, (maxTasks) => progress(maxTasks));
  setHandler(resultsQuery, ({ name, after = 0, limit = 200 }) => pageOf(find(name), after, limit));
  on(settleNow, () => ({ kind: 'settleNow' }));
  on(extendDeadline, ({ by }) => ({ kind: 'extendDeadline', by }));
  on(cancelTask, ({ id }) => ({ kind: 'cancelTask', id }));
  on(addTasks, ({ items }) => ({ kind: 'addTasks', items }));
  on(setConcurrency, ({ concurrency }) => ({ kind: 'setConcurrency', concurrency }));
  on(setMinimum, ({ name: _name, ...minimum }) => ({ kind: 'setMinimum', ...minimum }));
}

/** At least one result, and as many as a query's answer bears; the server refuses one above 2 MB. */
function pageOf(control: FanOutControl, after: number, limit: number): ResultsPage {
  const { results, next } = control.settled(after, limit);
  let characters = 0;
  const fitting = results.findIndex((result, index) => {
    characters += JSON.stringify(result).length;
    return index > 0 && characters > maxPageCharacters;
  });
  return fitting === -1
    ? { results, ...given({ next }) }
    : { results: results.slice(0, fitting), next: after + fitting };
}

function on<A extends Target>(
  definition: UpdateDefinition<Progress, [A]> | UpdateDefinition<Progress, [A?]>,
  change: (asked: A) => Change,
): void {
  const asked = (argument: A | undefined): A => argument ?? ({} as A);
  const apply = (argument?: A): Progress => {
    const control = find(asked(argument).name);
    control.apply(change(asked(argument)));
    return control.progress();
  };
  const check = (argument?: A): void => find(asked(argument).name).check(change(asked(argument)));
  acceptUpdate(definition as UpdateDefinition<Progress, [A?]>, { check, apply });
}

function find(name: string | undefined): FanOutControl {
  const all = [...fanOuts.values()];
  const found =
    name === undefined ? (all.find((control) => !control.progress(0).stoppedBy) ?? all.at(-1)) : fanOuts.get(name);
  if (found) return found;
  const known = [...fanOuts.keys()].map((each) => `'${each}'`).join(', ') || 'none yet';
  throw new InvalidOptionsError('name', `names no fan-out of this run (there is: ${known})`, name);
}
