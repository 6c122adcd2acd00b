/**
 * Live control of a workflow's fan-outs: one query for progress, one for results, and an Update for each change.
 * The surprising rule: their names begin with `fanfold.`, since a workflow's other names are its author's; those without
 * are for runs of kinds, and for histories of before.
 */
import type { ResultsPage } from '../core/live/results-page.ts';
import { defineQuery, defineUpdate, setHandler, workflowInfo } from '@temporalio/workflow';
import type { QueryDefinition, UpdateDefinition } from '@temporalio/common';
import type { Change, FanOutControl, Progress } from '../core/live/control.ts';
import type { Duration } from '../core/duration.ts';
import { InvalidOptionsError } from '../core/errors.ts';
import { given } from '../core/given.ts';
import { progressTable } from '../core/live/progress-table.ts';
import { checkNames } from '../core/option-names.ts';
import { acceptUpdate, refuseBad } from './accept-update.ts';
import { countFanOut } from './counted.ts';
import { refreshDetails, showTables } from './details.ts';
import { shownId } from './shown-id.ts';

/**
 * Which fan-out is meant; without a name the first that is still running.
 *
 * @example await handle.executeUpdate(settleNow, { args: [{ name: 'pages' } satisfies Target] });
 */
export interface Target {
  readonly name?: string;
}

type ResultsRange = Target & { after?: number; limit?: number };

/**
 * Of each fan-out that runs, and of the last few that are over; the argument says how many tasks of each are listed.
 *
 * @default 200
 * @example const [pages] = await handle.query(progressQuery);
 */
export const progressQuery = defineQuery<Progress[], [maxTasks?: number]>('fanfold.progress');
/**
 * Settled tasks in the order they settled, a page at a time: at most 200, unless another number is asked for.
 *
 * @example const { results, next } = await handle.query(resultsQuery, { after: 0, limit: 100 });
 */
export const resultsQuery = defineQuery<ResultsPage, [ResultsRange]>('fanfold.results');
/**
 * Go on with what there is.
 *
 * @example await handle.executeUpdate(settleNow, { args: [] });
 */
export const settleNow = defineUpdate<Progress, [Target?]>('fanfold.settleNow');
/**
 * Moves the deadline away from now.
 *
 * @example await handle.executeUpdate(extendDeadline, { args: [{ by: '1 minute' }] });
 */
export const extendDeadline = defineUpdate<Progress, [Target & { by: Duration }]>('fanfold.extendDeadline');
/**
 * Cancels one task, which then counts as failed.
 *
 * @example await handle.executeUpdate(cancelTask, { args: [{ id: 'slow' }] });
 */
export const cancelTask = defineUpdate<Progress, [Target & { id: string }]>('fanfold.cancelTask');
/**
 * More tasks, where the fan-out says that it accepts any.
 *
 * @example await handle.executeUpdate(addTasks, { args: [{ items: ['https://example.org'] }] });
 */
export const addTasks = defineUpdate<Progress, [Target & { items: readonly unknown[] }]>('fanfold.addTasks');
/**
 * How many tasks at once.
 *
 * @example await handle.executeUpdate(setConcurrency, { args: [{ concurrency: 20 }] });
 */
export const setConcurrency = defineUpdate<Progress, [Target & { concurrency: number }]>('fanfold.setConcurrency');
/**
 * The least that must succeed, as a ratio, a count, or both.
 *
 * @example await handle.executeUpdate(setMinimum, { args: [{ ratio: 0.8 }] });
 */
export const setMinimum = defineUpdate<Progress, [Target & { ratio?: number; successes?: number }]>(
  'fanfold.setMinimum',
);

/** A character may take three bytes. */
const maxPageCharacters = 600_000;
/** Fan-outs that are over and still answer; a run of a kind has few, and is asked for all of them. */
const keptOfGuest = 10;
const keptOfKind = 200;

/** By name; a workflow's module state is its own. */
const fanOuts = new Map<string, FanOutControl>();
/** Names of those that are over, the oldest first. */
const over: string[] = [];
const numbers = new Map<string, number>();
let mode: 'new' | 'off' | 'guest' | 'kind' = 'new';
let shows = true;

/**
 * What {@link liveControl} takes.
 *
 * @example liveControl({ details: false } satisfies LiveControlOptions);
 */
export interface LiveControlOptions {
  /** Whether the workflow answers to fanfold's queries and Updates. @default true */
  readonly handlers?: boolean | undefined;
  /** Whether tables of the fan-outs are shown in the Web UI. @default true */
  readonly details?: boolean | undefined;
}

/**
 * Switches off what fan-outs add to a workflow: handlers, whose names all begin with `fanfold.`, and tables in the Web UI.
 * To be called before the first of them.
 *
 * @example liveControl({ handlers: false, details: false });
 */
export function liveControl(options: LiveControlOptions): void {
  refuseBad(() => checkNames(options, ['handlers', 'details'], '`liveControl`'));
  const { handlers = true, details = true } = options;
  if (!handlers) mode = 'off';
  shows = details;
}

/**
 * Makes the workflow answer to queries and Updates from its first moment, so that whoever asks early gets an answer: for
 * workflows of kinds, whose clients ask without the prefix.
 *
 * @example export async function digest(input: DigestInput) { listen(); return outcome(await gather(await pagesOf(input), load)); }
 */
export function listen(): void {
  if (mode === 'kind') return;
  handle('fanfold.');
  handle('');
  mode = 'kind';
}

/** Whether the workflow is a run of a kind. */
export function isRunOfKind(): boolean {
  return mode === 'kind';
}

/**
 * The progress of each fan-out of this workflow that runs, and of the last few that are over; calling it makes the workflow
 * answer to queries and Updates.
 *
 * @param maxTasks how many tasks of each are listed @default 200
 * @example const [current] = progress(0); // counts only
 */
export function progress(maxTasks = 200): Progress[] {
  answer();
  return [...fanOuts].map(([name, control]) => ({ ...control.progress(maxTasks), name }));
}

/** Makes a fan-out reachable; the answer is called whenever it has changed, and refreshes the details in the Web UI. */
export function enter(control: FanOutControl): () => void {
  answer();
  const name = nameFor(control.name);
  fanOuts.set(name, control);
  let isOver = false;
  const refresh = (): void => {
    if (!isOver && control.progress(0).stoppedBy) {
      isOver = true;
      forgetAfter(name);
      countFanOut(control);
    }
    if (shows) refreshDetails();
  };
  refresh();
  return refresh;
}

/** Keeps what runs and the last few: a workflow may have thousands of fan-outs, and each has all of its results. */
function forgetAfter(name: string): void {
  over.push(name);
  const kept = mode === 'kind' ? keptOfKind : keptOfGuest;
  for (const oldest of over.splice(0, over.length - kept)) fanOuts.delete(oldest);
}

/** Its own where it is free, else with the next number; a name that was given is not given again. */
function nameFor(name: string): string {
  for (;;) {
    const number = (numbers.get(name) ?? 0) + 1;
    numbers.set(name, number);
    const numbered = number === 1 ? name : `${name}-${number}`;
    if (number === 1 || !numbers.has(numbered)) return numbered;
  }
}

/** The newest first, and of those that are over only as many as have a chance to be seen. */
function newestTables(bytes: number): string {
  if (!shows) return '';
  const controls = [...fanOuts].toReversed().slice(0, 20);
  return progressTable(
    controls.map(([name, control]) => ({ ...control.progress(100), name })),
    bytes,
    shownId,
  );
}

function answer(): void {
  if (mode !== 'new') return;
  mode = 'guest';
  handle('fanfold.');
  // A history of before may hold Updates by the names that there were then; what its author handles stays his.
  if (workflowInfo().unsafe.isReplaying) handle('', isTaken);
}

interface Handlers {
  readonly queryHandlers?: ReadonlyMap<string, unknown>;
  readonly updateHandlers?: ReadonlyMap<string, unknown>;
}

/** Nobody can tell by the SDK's own functions whether a name has a handler; where that cannot be seen it counts as taken. */
function isTaken(name: string): boolean {
  const { __TEMPORAL_ACTIVATOR__: activator } = globalThis as { __TEMPORAL_ACTIVATOR__?: Handlers };
  if (!activator?.queryHandlers || !activator.updateHandlers) return true;
  return activator.queryHandlers.has(name) || activator.updateHandlers.has(name);
}

function handle(prefix: 'fanfold.' | '', skips: (name: string) => boolean = () => false): void {
  showTables(newestTables);
  const query = <R, A extends unknown[]>({ name }: QueryDefinition<R, A>, give: (...asked: A) => R): void => {
    const own = prefix + name.slice('fanfold.'.length);
    if (!skips(own)) setHandler(defineQuery<R, A>(own), give);
  };
  const update = <A extends Target>(definition: Changing<A>, change: (asked: A) => Change): void => {
    const own = prefix + definition.name.slice('fanfold.'.length);
    if (!skips(own)) on(defineUpdate<Progress, [A?]>(own), change);
  };
  query(progressQuery, (maxTasks?: number) => progress(maxTasks));
  query(resultsQuery, ({ name, after = 0, limit = 200 }) => pageOf(find(name), after, limit));
  update(settleNow, () => ({ kind: 'settleNow' }));
  update(extendDeadline, ({ by }) => ({ kind: 'extendDeadline', by }));
  update(cancelTask, ({ id }) => ({ kind: 'cancelTask', id }));
  update(addTasks, ({ items }) => ({ kind: 'addTasks', items }));
  update(setConcurrency, ({ concurrency }) => ({ kind: 'setConcurrency', concurrency }));
  update(setMinimum, ({ name: _name, ...minimum }) => ({ kind: 'setMinimum', ...minimum }));
}

type Changing<A extends Target> = UpdateDefinition<Progress, [A]> | UpdateDefinition<Progress, [A?]>;

/** At least one result, and as many as a query's answer takes; the server refuses one above 2 MB. */
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

function on<A extends Target>(definition: UpdateDefinition<Progress, [A?]>, change: (asked: A) => Change): void {
  const asked = (argument: A | undefined): A => argument ?? ({} as A);
  const apply = (argument?: A): Progress => {
    const control = find(asked(argument).name);
    control.apply(change(asked(argument)));
    return control.progress();
  };
  const check = (argument?: A): void => find(asked(argument).name).check(change(asked(argument)));
  acceptUpdate(definition, { check, apply });
}

function find(name: string | undefined): FanOutControl {
  const all = [...fanOuts.values()];
  const found =
    name === undefined ? (all.find((control) => !control.progress(0).stoppedBy) ?? all.at(-1)) : fanOuts.get(name);
  if (found) return found;
  const known = [...fanOuts.keys()].map((each) => `'${each}'`).join(', ') || 'none yet';
  throw new InvalidOptionsError('name', `names no fan-out of this run (there is: ${known})`, name);
}
