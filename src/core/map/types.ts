/**
 * What a map run is asked and what its parts report to each other: counts and references, never the items or the results.
 * A task's place is its page and its position there, so ids are names for people and need not differ.
 */
import type { PackRule } from '../travel/pack.ts';
import type { FanIn } from '../fan-in.ts';
import type { RunOptions } from '../run-options.ts';
import type { TaskProgress } from '../live/control.ts';
import type { TaskError, TaskResult } from '../task.ts';

export type ItemFormat = 'jsonl' | 'csv';

/** Encodings of files of items. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** How a file of CSV is written. */
export interface CsvFormat {
  /** One character of ASCII. @default the one of `,`, `;`, tab and `|` that makes the most columns of the header */
  readonly delimiter?: string;
}

/** How items that lie somewhere as bytes are written. */
export interface SourceFormat extends CsvFormat {
  readonly format: ItemFormat;
  /** @default what the file's mark says, else UTF-8, or Windows-1252 for CSV that can be nothing else */
  readonly encoding?: TextEncoding;
}

/**
 * Where the items come from; they are read page by page where the tasks run.
 *
 * @example const source: MapSource = { kind: 'file', path: '/data/people.csv', format: 'csv' };
 */
export type MapSource =
  /** In the message itself, so at most some hundred kilobytes. */
  | { readonly kind: 'list'; readonly items: readonly unknown[] }
  /** A file that the worker sees. */
  | ({ readonly kind: 'file'; readonly path: string } & SourceFormat)
  /** An object of the store, whole in memory once. */
  | ({ readonly kind: 'stored'; readonly key: string } & SourceFormat)
  /** A {@link PageTable} in the store, as the client writes one from any iterable. */
  | { readonly kind: 'pages'; readonly key: string }
  /** A registered activity that answers `{ items, cursor? }` to `{ input, cursor? }`, page by page while there is a cursor. */
  | { readonly kind: 'query'; readonly activity: string; readonly input?: unknown }
  /** The numbers from 0. */
  | { readonly kind: 'range'; readonly count: number };

/** At most a page: what is read, run and written as one. */
export interface Page {
  readonly tasks: number;
  /** The number of its first line, from 0. */
  readonly first: number;
  readonly bytes: number;
  /** In the file, where the items are in one. */
  readonly offset?: number;
  /** In the store, where they are there. */
  readonly key?: string;
  /** The beginning of the hash of its bytes; absent from workers of earlier versions. */
  readonly hash?: string;
}

/** The pages of a part of the items, kept in the store. */
export interface PageTable {
  readonly items: TableItems;
  readonly tasks: number;
  /** Lines so far, blank ones and those of earlier parts included: the number of the next one. */
  readonly lines: number;
  readonly bytes: number;
  readonly pages: readonly Page[];
  /** What the query is to be asked next; absent at its end and for every other source. */
  readonly cursor?: unknown;
}

export type TableItems =
  | ({
      readonly kind: 'file';
      readonly path: string;
      readonly size: number;
      /** Compared only of pages without a hash, as earlier versions counted them. */
      readonly modifiedMs: number;
      /** What stands before the first page and says how all are read: the header of CSV. */
      readonly head?: Pick<Page, 'bytes' | 'offset' | 'hash'>;
    } & TableFormat)
  | ({ readonly kind: 'objects' } & TableFormat)
  | { readonly kind: 'range' };

/** How the bytes of a page are to be read; objects are always UTF-8. */
export interface TableFormat extends SourceFormat {
  readonly columns?: readonly string[];
}

/** A part as the workflow knows it; its table is in the store. */
export interface PartFacts {
  /** Where everything of the run is in the store. */
  readonly folder: string;
  readonly pages: number;
  readonly tasks: number;
  readonly lines: number;
  readonly bytes: number;
  readonly cursor?: unknown;
  /** The identity of the store that has it; absent from workers of earlier versions. */
  readonly store?: string;
}

export interface PlanPartInput {
  /** The run's first execution; its folder has its name. */
  readonly execution: string;
  readonly part: number;
  readonly source: MapSource;
  /** Of earlier parts. */
  readonly lines: number;
  readonly cursor?: unknown;
  /** The identity of the store that whoever started the run has. */
  readonly store?: string;
}

/** Pages of one part that one activity or one child workflow runs. */
export interface Unit {
  readonly part: number;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export interface UnitRule extends PackRule {
  /** The field of an item that names its task. @default `id` */
  readonly idField?: string;
  /** A backup for slow tasks; only where each is an activity. */
  readonly hedge?: string;
  /** The named limit at which each task waits; only where each is an activity. */
  readonly limit?: string;
  /** What this unit may spend; only where each task is an activity. */
  readonly budget?: number;
}

export interface UnitInput extends UnitRule, Unit {
  readonly number: number;
  readonly folder: string;
  /** The folder of the run whose successes are taken over. */
  readonly earlier?: string;
  /** Every page of that run was written, so one that is missing is lost. */
  readonly earlierSettled?: boolean;
  /** Of pages of this unit, those that run wrote and that are missing. */
  readonly earlierLost?: readonly number[];
  /** The identity of the store that has the run's pages. */
  readonly store?: string;
  /** Pages of it may have been written, so they are looked for. */
  readonly again?: boolean;
  /** Run nothing: write what is known of it, and the rest as cancelled or as failed by this. */
  readonly seal?: true | TaskError;
  /** The last checkpoint of the unit, where it was lost. */
  readonly told?: unknown;
  /** How soon and how often the counts are reported while it runs. */
  readonly tellMs: number;
  /** Its tasks are to show how slow all others will be, so it says when they are. */
  readonly probe?: true;
  /** As the run has it. */
  readonly idSalt?: string;
}

export interface Counts {
  readonly succeeded: number;
  /** By themselves; tasks that were cancelled are not counted. */
  readonly failed: number;
}

/** A task of a page as its branch runs it. */
export interface BranchTask {
  /** Its position in the page. */
  readonly at: number;
  readonly id: string;
  readonly input: unknown;
}

export interface RunItemInput {
  readonly activity: string;
  readonly input: unknown;
  /** The task's place, where a large result goes. */
  readonly key: { readonly folder: string; readonly part: number; readonly page: number; readonly at: number };
}

/** The result, or the key of the store that has it. */
export interface RunItemOutput {
  readonly value?: unknown;
  readonly stored?: string;
}

/** A task that was still open when its unit was over. */
export interface OpenLine {
  readonly id: string;
  readonly cut: true;
  readonly attempts: number;
  readonly durationMs: number;
  readonly startedAt?: number;
}

export interface BranchResult {
  readonly at: number;
  readonly result: TaskResult | OpenLine;
  readonly stored?: string;
}

/** By this query the workflow of a page says how its items are. */
export const branchItemsQuery = 'fanfold.items';

/** An item of a page whose tasks are an activity each. */
export interface BranchItem extends TaskProgress {
  /** As the server calls its activity. */
  readonly activityId: string;
}

/** What a unit reports when it is over. */
export interface UnitReport extends Counts {
  /** Tasks still open when it was over. */
  readonly cut: number;
  readonly slowestMs: number;
  /** Of those that ran here. */
  readonly meanMs: number;
  /** Of the results. */
  readonly bytes: number;
  readonly failures: readonly (readonly [id: string, message: string])[];
  readonly spent?: number;
  /** A task of it would have spent more than the tenant may, as all the others would. */
  readonly tenantSpent?: true;
  /** What ended it before all of its tasks had settled; absent too from workers of earlier versions. */
  readonly endedBy?: 'deadline' | 'rule' | 'cancelled';
  /** Of its pages; absent, as these are, from workers of earlier versions. */
  readonly part?: number;
  /** Each page of results that it has written or found: its number and its name, which has its hash; the name is empty where an earlier version has written it. */
  readonly pages?: readonly (readonly [page: number, name: string])[];
}

/** What a unit reports while it runs. */
export interface UnitNews extends Counts {
  readonly number: number;
  /** Of a probe: less than half of its tasks have ended in the time that a fast one takes, and the worker stood still in none of it. */
  readonly slow?: true;
}

/**
 * A map run's answer: counts, and where the results are.
 *
 * @example const { fanIn, folder }: MapOutcome = await mapSource({ kind: 'range', count: 1000 }, 'score');
 */
export interface MapOutcome {
  /** Without results; `failedTasks` has the first hundred, and of two with the same id the second as `ID (2)`. */
  readonly fanIn: FanIn;
  readonly resultsInPages: true;
  readonly redriveOf?: string;
  /** Where the result pages are in the store. */
  readonly folder: string;
  /** The identity of that store. */
  readonly store?: string;
}

/** A function of a module, as the machine that started the run has it. */
export interface ProgramOfRun {
  readonly module: string;
  readonly name: string;
}

/**
 * What a map run is asked.
 *
 * @example const input: MapInput = { source: { kind: 'range', count: 1000 }, activity: 'score' };
 */
export interface MapInput {
  readonly source: MapSource;
  /** The registered activity that is run for each item. */
  readonly activity: string;
  readonly options?: MapOptions;
  /** The program that brings the activity, where a command started the run. */
  readonly program?: ProgramOfRun;
  readonly redriveOf?: string;
  /** The folder of the run whose successes are taken over, and whose pages are used. */
  readonly earlier?: string;
  /** Every task of that run was settled and its page written. */
  readonly earlierSettled?: boolean;
  /** Of a run that was stopped early: the pages that it recorded and that are missing, each by its part and its number there. */
  readonly earlierLost?: readonly (readonly [part: number, page: number])[];
}

/** What a map run hands to its own next execution, and a test to its first. */
export interface ContinuedMapInput extends MapInput {
  readonly state?: unknown;
  /** Continue as new after so many units. @default when the server suggests it */
  readonly unitsPerExecution?: number;
}

/**
 * Options of a map run: those of every run, and how its items are named.
 *
 * @example const options: MapOptions = { idField: 'email', concurrency: 200, minSuccessRatio: 0.9 };
 */
export interface MapOptions extends RunOptions {
  /** The field of an item that names its task; without it the number of its line does. @default 'id' */
  readonly idField?: string | undefined;
}
